"""All a console shows, as it is now: what it asks for whenever it may have missed something."""

from functools import cached_property

from chat.conversations.access import lately_closed_for, open_conversations_for
from chat.conversations.assignment import limit_of
from chat.conversations.conversations import as_dicts, talking_by_member
from chat.conversations.talks import Talk, talks_as_dicts
from chat.invitations.inviting import inviting
from chat.offline.messages import OfflineMessage
from chat.visitors.presence import visitors_here
from console.standstill import standstill_of
from console.visitor_watch import visitors_shown
from tenants.companies.company import Company
from tenants.companies.settings import Settings
from tenants.people.members import Member
from tenants.people.roles import PERMISSIONS
from tenants.people.seats import SeatsUnknown


class ConsoleState:
    """What one member may see of his company at this moment."""

    def __init__(self, company: Company, member: Member):
        self._company, self._member = company, member
        # Held, so that each colleague's limit finds them here.
        self._settings = Settings.current()

    def as_dict(self) -> dict:
        visitors, version = visitors_shown(self._company) if self._member.may("visitors.see") else ([], 0)
        return {
            "inviting": inviting(),
            "me": self.me,
            "company": {"name": self._company.name, "key": self._company.company_id},
            "standstill": standstill_of(self._company),
            "seats": seats_of(self._company),
            "members": self.members,
            "conversations": as_dicts(open_conversations_for(self._member) + lately_closed_for(self._member)),
            "visitors": visitors,
            "visitors_version": version,
            "visitors_here": visitors_here(self._company),
            "talks": talks_as_dicts(Talk.of_member(self._member)),
            "offline_messages": self.offline_messages,
            "unhandled": OfflineMessage.unhandled_count() if self._takes_messages else 0,
        }

    @property
    def me(self) -> dict:
        permissions = [name for name in PERMISSIONS if self._member.may(name)]
        return self.as_colleague(self._member) | {"permissions": permissions, "role": self._member.role.title}

    @property
    def members(self) -> list[dict]:
        return [self.as_colleague(member) for member in self._team]

    def as_colleague(self, member: Member) -> dict:
        """A colleague as this one sees him."""
        return {
            "id": member.id,
            "number": member.number,
            "name": member.name,
            "presence": shown(member.presence, member, self._member) if member.id in self._seated else "offline",
            "receives": member.receives,
            "talking": self._talking.get(member.id, 0),
            "limit": limit_of(member),
            "departments": [department.name for department in member.departments],
        }

    @property
    def offline_messages(self) -> list[dict]:
        return [message.as_dict() for message in OfflineMessage.recent()] if self._takes_messages else []

    @property
    def _takes_messages(self) -> bool:
        return self._member.may("offline_messages.handle")

    @cached_property
    def _talking(self) -> dict[int, int]:
        return talking_by_member()

    @cached_property
    def _team(self) -> list[Member]:
        return Member.all()

    @cached_property
    def _seated(self) -> set[int]:
        try:
            return self._company.seated
        except SeatsUnknown:
            return {self._member.id}


def seats_of(company: Company) -> dict:
    """How many seats are in use, of how many.  `taken` is None while nobody knows."""
    try:
        return {"taken": company.seats_taken, "total": company.entitlements.seats}
    except SeatsUnknown:
        return {"taken": None, "total": company.entitlements.seats}


def shown(presence: str, member: Member, to: Member) -> str:
    """Invisible colleagues look offline, to everybody but themselves (CF-03)."""
    return "offline" if presence == "invisible" and member.id != to.id else presence
