"""A company goes for good: from the payment provider first, then here, with everything that was kept of it."""

from flask_babel import lazy_gettext as _l

from billing.subscription_changes import leave_provider
from core.db import lock, transaction
from core.errors import Invalid, Refusal
from lifecycle.exports import forget_archives
from lifecycle.works import CannotBeDone, Work, kind_of_work
from tenants.companies.company import Company
from tenants.companies.databases import Admin
from tenants.companies.erasure import erase, traces


class StillInUse(Refusal):
    code = "still_in_use"
    message = _l(
        "This company is open. Suspend it first, or schedule its closing: nobody may lose their data while they use it."
    )


def erase_company(company: Company, even_open: bool = False) -> list[str]:
    """Erase it now.  Gives what is left all the same; then it can be done again.  Raises StillInUse, PaymentsOff, ProviderAway."""
    with transaction():
        lock(company)
        if company.is_open and not even_open:
            raise StillInUse
        leave_provider(company)
    return _erase(company)


def ask_to_erase(company: Company, typed: str, asked_by: str) -> Work:
    """Have it erased soon.  Raises Invalid(typed=…) unless its ID was typed, StillInUse, AlreadyAtWork."""
    if typed.strip() != company.company_id:
        raise Invalid(typed=_l("Type the company ID exactly as it stands above."))
    lock(company)
    if company.is_open:
        raise StillInUse
    return Work.ask(company, "erase", asked_by)


@kind_of_work("erase")
def erase_by_work(work: Work) -> dict:
    work.report("erasing")
    with transaction():
        _begin(work)
    left = _erase(work.company)
    if left:
        raise RuntimeError(f"still there: {', '.join(left)}")
    return {}


def _begin(work: Work) -> None:
    """From here on there is no way back.  Raises CannotBeDone when somebody wanted the company back a moment ago."""
    lock(work.company)
    lock(work)
    if work.company.is_open or not work.is_under_way:
        raise CannotBeDone("It was opened again meanwhile.")
    leave_provider(work.company)
    work.company.begin_to_erase()


def _erase(company: Company) -> list[str]:
    admin, folder = Admin.configured(), company.folder
    was = company.id, company.schema.name, company.schema.database
    forget_archives(company)
    erase(company, admin, folder)
    return traces(*was, admin, folder)
