"""The pulse: every few seconds a console hears what it must be showing, and asks for what it missed.

All companies are asked in one round trip.  On the same round each line is moved to the rooms its member's rights open now.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from console.hearing import follow_rights
from console.standstill import standstill_of
from console.state import shown
from core.realtime.convoy import Statement
from core.realtime.line import Line
from core.realtime.questions import array, ask
from tenants.companies.company import Company
from tenants.companies.directory import directory
from tenants.people.roles import permits
from tenants.people.seats import SeatsUnknown, seated_in

log = logging.getLogger(__name__)

PULSE = Statement("pulse", Path(__file__).with_name("pulse.sql").read_bytes())


def beat(companies: Mapping[int, list[Line]]) -> None:
    """Tell the lines of each company.  What fails for one company must not keep the others waiting."""
    seated = _seated(companies)
    places = {lines[0].caller.place: id for id, lines in companies.items()}
    members = {place: {line.caller.id for line in companies[id]} for place, id in places.items()}
    wanted = {place: [array(members[place]), array(seated.get(id, ()))] for place, id in places.items()}
    for place, answer in ask(PULSE, wanted).items() if wanted else ():
        id = places[place]
        try:
            _tell(directory().numbered(id), companies[id], seated.get(id), answer)
        except Exception as error:
            log.warning("pulse failed company=%s error=%r", id, error)


def _tell(company: Company | None, lines: list[Line], seated: set[int] | None, answer: dict) -> None:
    if company is None:
        # It was closed: the look at the companies ends its lines.
        return
    pulse = Pulse(company, seated, answer)
    for line in lines:
        pulse.tell(line)


@dataclass(frozen=True)
class Colleague:
    """A member as the pulse needs him: what he may do now, and how he appears."""

    id: int
    presence: str
    has_left: bool
    role: str | None
    permissions: list[str]

    def may(self, permission: str) -> bool:
        return not self.has_left and permits(self.role, self.permissions, permission)


class Pulse:
    """What is true of one company at this moment.  `seated` is None while nobody knows."""

    def __init__(self, company: Company, seated: set[int] | None, answer: dict):
        self._members = {row["id"]: Colleague(**row) for row in answer["members"]}
        self._seated = seated or set()
        self._standstill = standstill_of(company)
        self._seats = {"taken": None if seated is None else len(seated), "total": company.entitlements.seats}
        self._heads, self._unhandled, self._talks = answer["heads"], answer["unhandled"], answer["talks"]
        self._talking = Counter(str(assigned_to_id) for _, assigned_to_id, _ in self._heads if assigned_to_id is not None)

    def tell(self, line: Line) -> None:
        member = self._members[line.caller.id]
        follow_rights(line, member)
        if member.may("conversations.answer"):
            line.push("pulse", self.as_seen_by(member))
        else:
            # It comes back, and is told at the door why it may not come in.
            line.cut()

    def as_seen_by(self, member: Colleague) -> dict:
        return {
            "heads": self._heads_for(member),
            "presences": {
                str(id): shown(colleague.presence, colleague, member)
                for id, colleague in self._members.items()
                if id in self._seated
            },
            "seats": self._seats,
            "standstill": self._standstill,
            "unhandled": self._unhandled if member.may("offline_messages.handle") else 0,
            "talking": self._talking,
            "talks": self._talks[str(member.id)],
        }

    def _heads_for(self, member: Colleague) -> dict[str, int]:
        sees_all = member.may("conversations.see_all")
        return {
            str(id): last_seq for id, assigned_to_id, last_seq in self._heads if sees_all or assigned_to_id in (None, member.id)
        }


def _seated(companies: Mapping[int, list[Line]]) -> dict[int, set[int]]:
    try:
        return seated_in(companies)
    except SeatsUnknown:
        return {}
