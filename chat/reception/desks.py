"""Whether an agent is where he can look after somebody he knows."""

from tenants.companies.company import current_company
from tenants.people.members import Member
from tenants.people.seats import SeatsUnknown


def is_at_desk(member: Member) -> bool:
    """Whether somebody can look after a visitor he has asked himself: also while he takes no strangers.

    While Redis is away it is believed.
    """
    if member.presence == "away" or not member.may("conversations.answer"):
        return False
    company = current_company()
    try:
        return member.id in company.seated - company.leaving
    except SeatsUnknown:
        return True
