"""An open console knows within seconds that nothing can be changed any more, or that everything can again."""

from flask import current_app

from chat.conversations.rooms import agents_room
from core.db import transaction
from core.realtime.pushes import push
from tenants.companies.company import Company, CompanyChanged


def standstill_of(company: Company) -> str | None:
    """Why nothing can be changed, as a refusal's code."""
    return company.standstill.refusal.code if company.standstill else None


def company_changed(event: CompanyChanged) -> None:
    """In whichever company it happened, whoever noticed."""
    with current_app.app_context(), transaction():
        company = Company.numbered(event.company_id)
        if company is not None:
            push(agents_room(company.id), "standstill_changed", {"standstill": standstill_of(company)})
