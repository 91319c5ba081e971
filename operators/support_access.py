"""Seeing what a company sees: asking for its consent, and going in with it or with a broken glass."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from core.errors import Refusal
from operators.both_logs import note_in_both
from operators.break_glass import BreakGlass
from operators.mails_to_companies import tell_administrators
from operators.operator import Operator
from operators.sessions import OperatorSession
from tenants.companies.company import Company
from tenants.support.support import PublishedGrant, SupportGrant
from tenants.support.support_visits import SupportVisit


class NoLeave(Refusal):
    code = "no_leave"
    message = _l("The company has not consented, or no longer does. Ask for its consent first.")
    status = 403


def ask_for_access(company: Company, by: Operator, reason: str, ticket: str, hours: int, writes: bool) -> SupportGrant:
    """Ask the company in force; its administrators hear of it by mail and above every page.  Raises AlreadyAsked."""
    asked = SupportGrant.ask(by, reason, ticket, hours, writes)
    note_in_both("support.asked", by, company, f"support_grant:{asked.id}", reason, ticket=ticket, writes=writes)
    tell_administrators("support_asked", operator=by.name, reason=reason, ticket=ticket, writes=writes)
    return asked


def withdraw_request(company: Company, by: Operator, grant: SupportGrant) -> None:
    """Raises AlreadyAnswered."""
    grant.withdraw()
    note_in_both("support.withdrawn", by, company, f"support_grant:{grant.id}")


def end_access(company: Company, by: Operator, key: str) -> None:
    """The operators need it no longer: neither the consent nor the request.  Harmless when it has ended already."""
    grant = SupportGrant.keyed(key)
    if grant is None:
        # The company was moved; it consents anew.
        PublishedGrant.forget(key)
    elif grant.state == "waiting":
        withdraw_request(company, by, grant)
    elif grant.end():
        note_in_both("support.ended", by, company, f"support_grant:{grant.id}")


def begin_visit(company: Company, session: OperatorSession, reason: str, ticket: str) -> str:
    """Set out for the company in force, by its consent or by a glass broken before.  Gives what lets in, once.  Raises NoLeave."""
    operator = session.operator
    until, leave = _leave(company, operator)
    visit, token = SupportVisit.begin(company, operator, session.id, until, reason=reason, ticket=ticket, **leave)
    note_in_both("support.visit_began", operator, company, visit.subject, reason, ticket=ticket)
    return token


def end_visit(visit: SupportVisit, by: Operator) -> None:
    """With its company in force.  Ending it twice is noted once."""
    if visit.ended_at is None:
        visit.end()
        note_in_both("support.visit_ended", by, visit.company, visit.subject)


def _leave(company: Company, operator: Operator) -> tuple[datetime, dict]:
    grant = SupportGrant.in_force()
    if grant is not None:
        return grant.expires_at, {"grant_key": grant.key}
    glass = BreakGlass.broken_by(operator, company)
    if glass is None:
        raise NoLeave
    return glass.until, {"break_glass_id": glass.id}
