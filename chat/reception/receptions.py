"""Who is there for one visitor: whether anybody is online in his scope, whom he may choose, and when it opens (W-29, W-30)."""

from collections.abc import Set
from datetime import datetime
from typing import NamedTuple

from chat.reception.rosters import RECEIVING, Roster
from chat.reception.scopes import EVERYBODY, Resolved, Scope
from chat.styles.launchers import Launcher
from chat.styles.opening_hours import Opening, opening_of
from chat.styles.routing import Designated, Routing
from chat.styles.sites import Site
from chat.styles.styles import Style
from core.errors import NotFound
from tenants.companies.company import current_company
from tenants.people.departments import Department
from tenants.people.members import Member

# The icons that show whom one may choose from (W-29, Y-11).
LISTED = ("list", "group")
# What a site says that nobody may enter.
NOT_IN_USE = {"standing": "closed", "entries": [], "when_closed": "hide", "opens_at": None}
# What a suspended or closed company's site says: nobody is there, and messages are kept.
AT_STANDSTILL = {"standing": "closed", "entries": [], "when_closed": "form", "opens_at": None}


class Reception(NamedTuple):
    """`told` is `Reception` in frontend/src/shared/style.ts; `takes` is whether a conversation may begin now."""

    told: dict
    takes: bool
    # When it is different by itself: the hours, or the company's rights.
    changes_at: datetime | None

    @property
    def entries(self) -> list[dict]:
        return self.told["entries"]


def reception_of(site: Site, scope: Scope | None, roster: Roster) -> Reception:
    """What this site tells a visitor of this scope."""
    company = current_company()
    if not company.is_open:
        return Reception(AT_STANDSTILL, False, None)
    rights = company.entitlements
    if not roster.shows(site.id, rights):
        return Reception(NOT_IN_USE, False, rights.valid_until)
    resolved = (scope or EVERYBODY).within(roster.departments)
    opening = opening_of(site, resolved.departments)
    told = {
        "standing": roster.standing_of(resolved.members) if opening.is_open else "closed",
        "entries": _entries(site, resolved, roster, opening),
        "when_closed": opening.when_closed,
        "opens_at": opening.opens_at.isoformat() if opening.opens_at else None,
    }
    takes = opening.is_open and not roster.receiving.isdisjoint(resolved.members)
    return Reception(told, takes, min(filter(None, (opening.changes_at, rights.valid_until)), default=None))


def chosen_scope(scope: Scope | None, choice: dict, reception: Reception, roster: Roster) -> tuple[Scope | None, bool]:
    """The scope of who chose an entry of his list, and whether anybody there takes him.  Raises NotFound for any other.

    `choice` is {"member_id"} or {"department_id"}; without one the scope is as it was.
    """
    wanted = next(
        ((kind, choice[f"{kind}_id"]) for kind in ("member", "department") if choice.get(f"{kind}_id") is not None), None
    )
    if wanted is None:
        return scope, reception.takes
    # As a pair: True and 1.0 are no numbers of ours.
    if type(wanted[1]) is not int or wanted not in {(entry["kind"], entry["id"]) for entry in reception.entries}:
        raise NotFound
    chosen = (scope or EVERYBODY).choosing(**{f"{wanted[0]}_id": wanted[1]})
    members = chosen.within(roster.departments).members
    return chosen, reception.takes and any(roster.people[id].state in RECEIVING for id in members)


def _entries(site: Site, resolved: Resolved, roster: Roster, opening: Opening) -> list[dict]:
    """Whom the visitor may choose from: persons, then departments of which one agent is chosen (R-10, R-11)."""
    if resolved.step is None or Style(site).in_force(Launcher).kind not in LISTED:
        return []
    designated = Style(site).in_force(Routing).designated
    entries = _persons(resolved, roster, designated) + _departments(resolved, roster)
    if not opening.is_open:
        entries = [entry | {"standing": "offline"} for entry in entries]
    return [entry for entry in entries if not (designated.hides_offline and entry["standing"] == "offline")]


def _persons(resolved: Resolved, roster: Roster, designated: Designated) -> list[dict]:
    members = {member.id: member for member in Member.with_ids(resolved.step.members)} if resolved.step.members else {}
    return [
        {
            "kind": "member",
            "id": id,
            "name": members[id].name,
            "department": "" if designated.hides_departments else _department_of(members[id]),
            "standing": roster.standing_of({id}),
        }
        for id in resolved.step.members
        if id in resolved.members and id in members
    ]


def _departments(resolved: Resolved, roster: Roster) -> list[dict]:
    names = {one.id: one.name for one in Department.all()} if resolved.step.departments else {}
    people = {id: _members_of(id, resolved, roster) for id in resolved.step.departments if id in names}
    return [
        {"kind": "department", "id": id, "name": names[id], "department": "", "standing": roster.standing_of(members)}
        for id, members in people.items()
        if members
    ]


def _members_of(department_id: int, resolved: Resolved, roster: Roster) -> Set[int]:
    return {id for id in resolved.members if department_id in roster.people[id].departments}


def _department_of(member: Member) -> str:
    return next((department.name for department in member.departments), "")
