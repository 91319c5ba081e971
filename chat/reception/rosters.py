"""Who could receive visitors at this moment, for many companies in one round trip (W-30, R-07, R-08)."""

from collections.abc import Mapping, Set
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import psycopg

from core.db import Place, db
from core.realtime.convoy import Statement
from core.realtime.questions import array, ask
from tenants.companies.company import Company
from tenants.people.seats import SeatsUnknown, seated_in
from tenants.rights.entitlements import Entitlements

ROSTER = Statement("roster", Path(__file__).with_name("roster.sql").read_bytes())
# Whom a visitor who writes now is given to, at once or when it is his turn.
RECEIVING = {"online", "full"}


class Person(NamedTuple):
    """`state`: online, full (no room for another), busy or offline."""

    state: str
    departments: frozenset[int]


class Roster:
    """Everybody who may answer in one company, by id; and its sites with the version of their style, the oldest first."""

    def __init__(self, row: dict):
        self.people = {id: Person(state, frozenset(departments)) for id, state, departments in row["people"] or ()}
        self.styles: dict[int, int] = dict(row["styles"] or ())

    def __eq__(self, other) -> bool:
        return isinstance(other, Roster) and (self.people, self.styles) == (other.people, other.styles)

    __hash__ = None

    @cached_property
    def departments(self) -> dict[int, Set[int]]:
        return {id: person.departments for id, person in self.people.items()}

    @cached_property
    def receiving(self) -> frozenset[int]:
        return frozenset(id for id, person in self.people.items() if person.state in RECEIVING)

    def standing_of(self, members: Set[int]) -> str:
        """ "online" while one of them has room, "busy" while one is there without, else "offline"."""
        states = {self.people[id].state for id in members if id in self.people}
        return "online" if "online" in states else "busy" if states & {"full", "busy"} else "offline"

    def shows(self, site_id: int, rights: Entitlements) -> bool:
        """Whether new visitors are let in on this site, as `Site.runs`."""
        return site_id in rights.styles_shown(self.styles)


def roster_now(company: Company) -> Roster:
    """Of the company in force."""
    db.session.flush()
    cursor = psycopg.RawCursor(db.session.connection().connection.dbapi_connection)
    cursor.execute(ROSTER.sql, [given.decode() for given in _seated([company.id])[company.id]])
    return Roster(cursor.fetchone()[0])


def rosters_of(places: Mapping[int, Place]) -> dict[int, Roster]:
    """Of these companies, by id; without those that did not answer."""
    if not places:
        return {}
    seated = _seated(places)
    answers = ask(ROSTER, {place: seated[id] for id, place in places.items()})
    return {id: Roster(answers[place]) for id, place in places.items() if place in answers}


def _seated(company_ids) -> dict[int, list[bytes]]:
    """The statement's parameters.  While Redis is away a visitor may write, and is answered late rather than sent off."""
    try:
        return {id: [array(seated), b"true"] for id, seated in seated_in(company_ids).items()}
    except SeatsUnknown:
        return {id: [array(()), b"false"] for id in company_ids}
