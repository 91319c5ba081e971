"""What an operator does to a company stands in the operators' log and in the company's own."""

from operators.audit import note
from operators.operator import Operator
from tenants.audit import audit
from tenants.companies.company import Company


def note_in_both(action: str, by: Operator, company: Company, subject: str = "", reason: str = "", **details) -> None:
    """Write a deed down in both logs, in the running transaction, with the company in force.

    `action` is a key of both ACTIONS.  The company reads the reason too.
    """
    note(action, by, company, subject=subject, reason=reason, **details)
    audit.note(action, operator=by, subject=subject, **(details | ({"reason": reason} if reason else {})))
