"""An administrator who cannot get in any more: a link to the address on file, chosen by nobody (G-10)."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal
from core.jobs import job_called
from core.limits import count_try
from operators.both_logs import note_in_both
from operators.mails_to_companies import administrators, tell_administrators
from operators.operator import Operator
from tenants.companies.company import Company
from tenants.people.members import Member
from tenants.signing_in.lost_factors import remove_second_factor

# For one company.
A_DAY = 5


class NoAddressOnFile(Refusal):
    code = "no_address_on_file"
    message = _l("{name} has no e-mail address on file, so nobody can be sent a link. Another administrator can set one.")


def reset_access(company: Company, by: Operator, member_id: int, reason: str, with_second_factor: bool) -> Member:
    """Have a link for a new password sent to an administrator of the company in force, and tell all administrators.

    `with_second_factor` takes away the second factor and the passkeys too.  Raises NotFound, NoAddressOnFile, TooManyTries.
    """
    member = next((one for one in administrators() if one.id == member_id), None)
    if member is None:
        raise NotFound
    if not member.email:
        raise NoAddressOnFile(name=member.name)
    count_try(f"{A_DAY} per day", "access reset", company.id)
    job_called("send_password_link").later(member_id=member.id)
    if with_second_factor:
        remove_second_factor(member)
        job_called("send_second_factor_changed").later(member_id=member.id, is_on=False)
    told = {"name": member.name, "second_factor": with_second_factor}
    note_in_both("access.reset", by, company, f"member:{member.id}", reason, **told)
    tell_administrators("access_reset", whose=member.name, reason=reason, second_factor=with_second_factor)
    return member
