"""What a company's people see while an operator looks, or asks to."""

from collections.abc import Iterator

from flask_babel import format_time
from flask_babel import gettext as _

from tenants.audit.acting import acting_operator
from tenants.companies.company import current_company
from tenants.people.members import Member
from tenants.platform.notices import Notice
from tenants.support.support import SupportGrant
from tenants.support.support_visits import SupportVisit


def support_notices(reader: Member) -> Iterator[Notice]:
    """A source of saas/notices.py."""
    decides = reader.may("settings.manage")
    link = "/manage/support-access" if decides else ""
    if acting_operator() is None:
        for visit in SupportVisit.going_on(current_company()):
            text = _("A platform operator is looking at your account until %(time)s.", time=format_time(visit.until, "short"))
            yield Notice("support", text, "warning", until=visit.until, link=link)
    if decides and SupportGrant.waiting() is not None:
        yield Notice("support", _("Support asks for your consent to look into your account."), "warning", link=link)
