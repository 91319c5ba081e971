"""Who is there for each visitor, as he was told, and told anew when it is no longer so (W-30).

A seat that runs out makes no event, so we look: all companies that have visitors here in one round trip.  Only where
somebody's state, a style, the rights or the hours have changed is it worked out anew, once for each scope among the visitors
of a site: for most companies that is one.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from flask import current_app

from chat.reception.receptions import Reception, reception_of
from chat.reception.rosters import Roster, roster_now, rosters_of
from chat.reception.scopes import Scope, scope_of_visit
from chat.styles.sites import Site
from core.clock import now
from core.db import db, transaction
from core.realtime.line import Line
from core.realtime.pushes import push
from core.realtime.switchboard import Switchboard
from tenants.companies.company import Company, current_company
from widget.guest import Guest

log = logging.getLogger(__name__)

# Who is welcomed may be told what the last look saw: the next one tells him if it is different.
FRESH_SECONDS = 5
# All live processes hear in it at which company they must look at once.
ROOM = "availability"


def reception_for(guest: Guest) -> Reception:
    """What a visitor is told who comes now: as was seen a moment ago, where this process looks, or asked now."""
    company = current_company()
    return reception_of(guest.site, scope_of(guest), _roster(company))


def scope_of(guest: Guest) -> Scope | None:
    """Of his visit, since it began (R-18).  Asked of the database once for each visit, where his style has any rule."""
    if guest.scoped_visit_id != guest.visit_id:
        kept = guest.arrived.scope if guest.arrived else None
        guest.scope = scope_of_visit(guest.site, guest.visit_id, guest.ip, guest.page_url, kept)
        guest.scoped_visit_id = guest.visit_id
    return guest.scope


def look_anew(company_id: int) -> None:
    """Have all live processes look at a company at once."""
    push(ROOM, "availability_changed", {"company_id": company_id})


class Availability:
    """What the visitors of this process were told."""

    def __init__(self, switchboard: Switchboard):
        self._switchboard = switchboard
        self._look_soon = switchboard.soon(self._look_at_doubted)
        self._rosters: dict[int, Roster] = {}
        self._due: dict[int, datetime | None] = {}
        # The sites and scopes that were asked when each company is due.
        self._asked: dict[int, set[tuple[int, Scope | None]]] = {}
        self._doubted: set[int] = set()
        # Two looks at once would tell what the older one saw last.
        self._alone = threading.Lock()
        self._looked_at = 0.0

    def seen(self, company_id: int) -> Roster | None:
        return self._rosters.get(company_id) if time.monotonic() - self._looked_at < FRESH_SECONDS else None

    def doubt(self, told: dict) -> None:
        """Something has happened in this company: look at it, and work it out anew whatever is seen."""
        self._rosters.pop(told["company_id"], None)
        self._doubted.add(told["company_id"])
        self._look_soon()

    def keep_time(self) -> None:
        """Look at once where it opens or closes now: the round of looks would be seconds late."""
        due = {id for id in list(self._due) if self._is_due(id)}
        if due:
            self._doubted |= due
            self._look_soon()

    def look(self, companies: Mapping[int, list[Line]]) -> None:
        """Look at all companies that have visitors here, and tell those of them for whom it has changed."""
        self._rosters = {id: roster for id, roster in self._rosters.items() if id in companies}
        self._due = {id: due for id, due in self._due.items() if id in companies}
        self._asked = {id: asked for id, asked in self._asked.items() if id in companies}
        self._look_at(companies)
        self._looked_at = time.monotonic()

    def _look_at_doubted(self) -> None:
        doubted, self._doubted = self._doubted, set()
        self._look_at({id: lines for id, lines in lines_by_company(self._switchboard).items() if id in doubted})

    def _look_at(self, companies: Mapping[int, list[Line]]) -> None:
        with self._alone:
            rosters = rosters_of({id: lines[0].caller.place for id, lines in companies.items()})
            before = {id: self._rosters.get(id) for id in rosters}
            self._rosters |= rosters
            for id, roster in rosters.items():
                if roster != before[id] or self._is_due(id) or self._has_news(id, companies[id]):
                    self._tell(id, roster, companies[id])

    def _is_due(self, company_id: int) -> bool:
        due = self._due.get(company_id)
        return due is not None and due <= now()

    def _has_news(self, company_id: int, lines: list[Line]) -> bool:
        """Whether somebody is here from another site or for another scope, with other hours, than all who were."""
        return not _groups(lines).keys() <= self._asked.get(company_id, set())

    def _tell(self, company_id: int, roster: Roster, lines: list[Line]) -> None:
        try:
            with lines[0].caller.entered(), transaction():
                changes = [self._tell_group(site_id, scope, roster, here) for (site_id, scope), here in _groups(lines).items()]
        except Exception as error:
            # The others must not wait for it; the next look tries again.
            log.warning("reception not told company=%s error=%r", company_id, error)
            self._rosters.pop(company_id, None)
            return
        self._due[company_id] = min(filter(None, changes), default=None)
        self._asked[company_id] = set(_groups(lines))

    def _tell_group(self, site_id: int, scope: Scope | None, roster: Roster, lines: list[Line]) -> datetime | None:
        site = db.session.get(Site, site_id)
        if site is None:
            return None
        reception = reception_of(site, scope, roster)
        for line in lines:
            _say(line, reception)
        return reception.changes_at


def lines_by_company(switchboard: Switchboard) -> dict[int, list[Line]]:
    companies = defaultdict(list)
    for line in switchboard.lines():
        if isinstance(line.caller, Guest):
            companies[line.caller.company_id].append(line)
    return companies


def _say(line: Line, reception: Reception) -> None:
    """What is different from what he was told."""
    guest, told = line.caller, (reception.told, reception.takes)
    if guest.told is None or guest.told == told:
        return
    before, guest.told = guest.told, told
    if before[0] != reception.told:
        line.push("reception_changed", reception.told)
    if before[1] != reception.takes:
        line.push("availability_changed", {"online": reception.takes})


def _groups(lines: list[Line]) -> dict[tuple[int, Scope | None], list[Line]]:
    groups = defaultdict(list)
    for line in lines:
        groups[line.caller.site_id, line.caller.scope].append(line)
    return groups


def _roster(company: Company) -> Roster:
    availability = current_app.extensions.get("availability")
    return (availability.seen(company.id) if availability else None) or roster_now(company)
