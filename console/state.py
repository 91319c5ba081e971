"""All a console shows, as it is now: what it asks for whenever it may have missed something."""

from chat.access import lately_closed_for, open_conversations_for
from chat.conversations import as_dicts
from chat.offline_messages import OfflineMessage
from chat.presence import presences, visitors_here
from chat.visits import visits_going_on
from tenants.company import Company
from tenants.members import Member
from tenants.roles import PERMISSIONS
from tenants.seats import SeatsUnknown


class ConsoleState:
    """What one member may see of his company at this moment."""

    def __init__(self, company: Company, member: Member):
        self._company, self._member = company, member

    def as_dict(self) -> dict:
        here = visitors_here(self._company)
        return {
            "me": self.me,
            "seats": seats_of(self._company),
            "members": self.members,
            "conversations": as_dicts(open_conversations_for(self._member) + lately_closed_for(self._member)),
            "visitors": visits_going_on(here) if self._member.may("visitors.see") else [],
            "visitors_here": here,
            "offline_messages": self.offline_messages,
            "unhandled": OfflineMessage.unhandled_count() if self._takes_messages else 0,
        }

    @property
    def me(self) -> dict:
        seen = self._presences().get(self._member.id, "offline")
        permissions = [name for name in PERMISSIONS if self._member.may(name)]
        return colleague(self._member, seen) | {"permissions": permissions}

    @property
    def members(self) -> list[dict]:
        seen = self._presences()
        return [colleague(member, shown(seen.get(member.id, "offline"), member, self._member)) for member in Member.all()]

    @property
    def offline_messages(self) -> list[dict]:
        return [message.as_dict() for message in OfflineMessage.recent()] if self._takes_messages else []

    @property
    def _takes_messages(self) -> bool:
        return self._member.may("offline_messages.handle")

    def _presences(self) -> dict[int, str]:
        try:
            return presences(self._company)
        except SeatsUnknown:
            return {self._member.id: self._member.presence}


def seats_of(company: Company) -> dict:
    """How many seats are in use, of how many.  `taken` is None while nobody knows."""
    try:
        return {"taken": company.seats_taken, "total": company.entitlements.seats}
    except SeatsUnknown:
        return {"taken": None, "total": company.entitlements.seats}


def colleague(member: Member, presence: str) -> dict:
    return {"id": member.id, "number": member.number, "name": member.name, "presence": presence}


def shown(presence: str, member: Member, to: Member) -> str:
    """Invisible colleagues look offline, to everybody but themselves (CF-03)."""
    return "offline" if presence == "invisible" and member.id != to.id else presence
