"""The list of colleagues as somebody asked to see it: searched, filtered, sorted, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from chat.visitors.presence import PRESENCES
from core.text import tidy
from tenants.companies.company import Company
from tenants.people.members import Member
from tenants.people.seats import SeatsUnknown

ROWS = 50
STATES = {"invited": _l("Invited"), "joined": _l("Joined"), "online": _l("Online")}
ORDERS = {
    "number": lambda member: (len(member.number), member.number),
    "name": lambda member: member.name.casefold(),
    "role": lambda member: member.role.title.casefold(),
}


@dataclass(frozen=True)
class MemberList:
    """What stands in the page's address, and the members it means."""

    company: Company
    search: str = ""
    state: str = ""
    department: int | None = None
    role: int | None = None
    order: str = "number"
    page: int = 1
    everybody: list[Member] = field(default_factory=Member.all, repr=False)

    @classmethod
    def asked_for(cls, company: Company, asked: Mapping[str, str]) -> "MemberList":
        return cls(
            company,
            search=tidy(asked.get("search"), 80),
            state=asked.get("state", "") if asked.get("state") in STATES else "",
            department=_number(asked.get("department")),
            role=_number(asked.get("role")),
            order=asked.get("order", "number") if asked.get("order") in ORDERS else "number",
            page=_number(asked.get("page")) or 1,
        )

    @cached_property
    def members(self) -> list[Member]:
        """Everybody who fits, in order."""
        return sorted(filter(self._fits, self.everybody), key=ORDERS[self.order])

    @property
    def rows(self) -> list[Member]:
        return self.members[(self.page - 1) * ROWS : self.page * ROWS]

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.members) // ROWS))

    @property
    def is_filtered(self) -> bool:
        return bool(self.search or self.state or self.department or self.role)

    @cached_property
    def seated(self) -> set[int]:
        try:
            return self.company.seated
        except SeatsUnknown:
            return set()

    def state_of(self, member: Member) -> str:
        """What to read beside a name: invited, joined, or the state he is online in."""
        if member.id in self.seated:
            return str(PRESENCES[member.presence])
        return _("Joined") if member.has_joined else _("Invited")

    def address(self, **changes) -> dict:
        """The arguments of the page's address, some of them changed."""
        names = ("search", "state", "department", "role", "order", "page")
        asked = {name: getattr(self, name) for name in names} | {"page": None} | changes
        return {name: value for name, value in asked.items() if value and (name, value) != ("order", "number")}

    def _fits(self, member: Member) -> bool:
        texts = (member.name, member.number, member.email or "", member.phone)
        return (
            any(self.search.casefold() in text.casefold() for text in texts)
            and (not self.department or self.department in {one.id for one in member.departments})
            and (not self.role or self.role == member.role_id)
            and self._is_in_state(member)
        )

    def _is_in_state(self, member: Member) -> bool:
        match self.state:
            case "online":
                return member.id in self.seated
            case "joined":
                return member.has_joined
            case "invited":
                return not member.has_joined
        return True


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else None
