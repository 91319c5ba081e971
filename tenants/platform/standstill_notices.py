"""What a company's people are told, above all they do, while it is suspended, closed or soon to be, or on its way."""

from collections.abc import Iterator

from flask_babel import format_date
from flask_babel import gettext as _

from tenants.companies.closing import Closing
from tenants.companies.company import Company, CompanyMoving, current_company
from tenants.people.members import Member
from tenants.platform.notices import Notice


def standstill_notices(reader: Member) -> Iterator[Notice]:
    """Those of the company in force."""
    company = current_company()
    if company.moving_at:
        yield Notice("moving", str(CompanyMoving()), "warning")
    if company.status == "suspended":
        yield Notice("suspension", _suspended(company), "danger", link=_where_to_pay(reader))
    closing = Closing.of(company)
    if closing is not None and closing.closed_at is None:
        yield Notice("closing", _closing(closing), "warning", until=closing.closes_at)
    elif closing is not None:
        yield Notice("closing", _closed(closing), "danger", until=closing.erases_at)


def _suspended(company: Company) -> str:
    text = _("%(company)s is suspended. You can read and export everything; nothing can be changed, and new visitors only leave messages.",
             company=company.name)  # fmt: skip
    return f"{text} {company.suspended_because or _('Contact support to open it again.')}"


def _closing(closing: Closing) -> str:
    return _("%(company)s will be closed on %(date)s. Export what you need; contact support if it is to stay.",
             company=closing.company.name, date=format_date(closing.closes_at, "long"))  # fmt: skip


def _closed(closing: Closing) -> str:
    return _("%(company)s is closed. You can read and export everything until %(date)s; then all data is erased for good.",
             company=closing.company.name, date=format_date(closing.erases_at, "long"))  # fmt: skip


def _where_to_pay(reader: Member) -> str:
    return "/manage/plan" if reader.may("billing.manage") else ""
