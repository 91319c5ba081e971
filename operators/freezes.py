"""Freezing a company that harms others: it is suspended at once, and with that sends no SMS and no mails to strangers."""

from flask_babel import lazy_gettext as _l

from core.db import lock
from core.errors import Refusal
from operators.audit import note
from operators.operator import Operator
from tenants.abuse.signals import signals_of
from tenants.audit import audit
from tenants.companies.company import Company

SUBJECT = "abuse"


class NotOpen(Refusal):
    code = "company_not_open"
    message = _l("{company} is not open: there is nothing to freeze.")


class NotSuspended(Refusal):
    code = "company_not_suspended"
    message = _l("{company} is not suspended.")


def freeze(company: Company, by: Operator, reason: str, told: str) -> None:
    """Suspend the company in force.  `reason` stays among operators; `told` is what its people read.

    Its live signals count as acted upon.  SMS that wait are refused when their turn comes, mails to others wait.
    Raises NotOpen.
    """
    lock(company)
    if not company.is_open:
        raise NotOpen(company=company.name)
    signals = signals_of(company.id)
    for signal in signals:
        signal.settle("acted", by.email, reason)
    company.suspend(because=told)
    note("company.suspended", by, company, subject=SUBJECT, reason=reason, signals=[signal.id for signal in signals])
    audit.note("company.suspended", operator=by, reason=told)


def unfreeze(company: Company, by: Operator, reason: str) -> None:
    """Let the company in force work again.  Raises NotSuspended."""
    lock(company)
    if company.status != "suspended":
        raise NotSuspended(company=company.name)
    company.resume()
    note("company.resumed", by, company, subject=SUBJECT, reason=reason)
    audit.note("company.resumed", operator=by)
