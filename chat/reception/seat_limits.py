"""When a company may seat fewer agents than sit there: nobody is cut off in a conversation (billing.md §3.6)."""

from flask import current_app

from chat.conversations.conversations import talking_by_member
from core.db import transaction
from tenants.companies.company import Company, current_company
from tenants.people.seats import SeatsUnknown


def rights_changed(event) -> None:
    """In whichever company it happened, whoever noticed."""
    with current_app.app_context():
        with transaction():
            company = Company.numbered(event.company_id)
        if company is not None and company.lets_in:
            with company.entered():
                keep_to_limit(event)


def keep_to_limit(event) -> None:
    """In the company in force: who sits over the limit leaves when he has ended his last conversation, or after a while."""
    try:
        with transaction():
            current_company().keep_to_limit(talking_by_member())
    except SeatsUnknown:
        return
