"""Last month's conversations of a style under other rules than those in force, before these are saved (beyond 2).

What is compared is whom the rules let receive (chat/reception/scopes.py), among those who may answer now.  Who was free then,
or accepted a visitor by hand, plays no part.  A visitor who chose somebody from the list chooses the same again, as long as the
list still has that one; whom an agent invited stays with that agent, whatever the rules.

Where a visitor came from is what was kept as his visit began; only where the style had no rules then is his address asked anew.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from heapq import nlargest
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from chat.conversations.access import visible_to
from chat.conversations.conversations import Conversation
from chat.places.places import Place, place_of
from chat.reception.rosters import roster_now
from chat.reception.scopes import Resolved, Scope, Step
from chat.styles.routing import PageScope, Routing
from chat.styles.sites import Site
from chat.styles.styles import Style
from chat.visitors.visits import PageView, Visit
from core.clock import now
from core.db import db
from tenants.companies.company import current_company
from tenants.people.members import Member

DAYS = 30
# The newest: a second's work, unless there are very many rules for pages.
MOST = 10_000
EXAMPLES = 5


class Past(NamedTuple):
    """All that rules look at in a conversation: the same for many.  None: not kept.

    `scopes` are the rules for pages, of those as saved and those to try, that the page matches.
    """

    places: tuple[str, ...] | None
    scopes: tuple[tuple[PageScope, ...], ...] | None
    chosen: Step | None


class Receivers(NamedTuple):
    """Whom the rules name, of them those in the departments of the page; nobody named: everybody.  `people`: how many that is."""

    members: tuple[int, ...]
    departments: tuple[int, ...]
    page_departments: tuple[int, ...]
    people: int

    @classmethod
    def of(cls, resolved: Resolved) -> "Receivers":
        step, page = resolved.step or Step("everybody"), resolved.scope.page_departments if resolved.by_page else ()
        return cls(step.members, step.departments, page, len(resolved.members))


class Example(NamedTuple):
    """A conversation that would have come to other people."""

    id: int
    opened_at: datetime
    places: tuple[str, ...]
    before: Receivers
    after: Receivers


@dataclass
class Move:
    """From whom to whom: how many conversations, and the places they came from by number; () where nobody knows."""

    before: Receivers
    after: Receivers
    count: int = 0
    places: Counter[tuple[str, ...]] = field(default_factory=Counter)


class Replay:
    """What a style's conversations of the last days come to under `routing` instead of what is saved.

    `looked_at` are all of them, or with `has_more` the newest; `invited` and `untold` (what the rules ask was not kept) among
    them are not compared; `nowhere` are compared, and no strategy matches them.  `moves`: the largest first.  `deserted` are the
    departments of rules to try that would have counted, had anybody been in there.
    """

    def __init__(self, site: Site, routing: Routing, reader: Member):
        self._rules = Style(site).in_force(Routing), routing.with_rights(current_company().entitlements.flags)
        self._asks_places = any(rules.regions.strategies for rules in self._rules)
        self._people = roster_now(current_company()).departments
        rows = db.session.execute(_lately(site, reader)).all()
        self.looked_at, self.has_more = min(len(rows), MOST), len(rows) > MOST
        self.invited = self.untold = self.nowhere = 0
        self.deserted: set[int] = set()
        self.examples: list[Example] = []
        self._moves: dict[tuple[Receivers, Receivers], Move] = {}
        for past, same in self._grouped(rows[:MOST], _Pages(site, self._rules)).items():
            self._compare(past, same)

    @cached_property
    def moves(self) -> list[Move]:
        return sorted(self._moves.values(), key=lambda move: -move.count)

    @property
    def moved(self) -> int:
        return sum(move.count for move in self.moves)

    @property
    def as_before(self) -> int:
        return self.looked_at - self.moved - self.untold - self.invited

    def _grouped(self, rows: Iterable[sa.Row], pages: "_Pages") -> dict[Past, list[sa.Row]]:
        groups = defaultdict(list)
        for row in rows:
            if row.assigned_by == "invited":
                self.invited += 1
            else:
                groups[Past(_places(row), pages.matching(row.visit_id), _chosen(row))].append(row)
        return groups

    def _compare(self, past: Past, rows: list[sa.Row]) -> None:
        if (past.places is None and self._asks_places) or past.scopes is None:
            self.untold += len(rows)
            return
        if not past.places and self._asks_places:
            self.nowhere += len(rows)
        before, after = (self._received(past, *of) for of in zip(self._rules, past.scopes, strict=True))
        self.deserted.update(id for passed in after.passed if passed.because == "empty" for id in passed.step.departments)
        if before.members != after.members:
            self._note_move(past.places or (), rows, Receivers.of(before), Receivers.of(after))

    def _received(self, past: Past, rules: Routing, pages: tuple[PageScope, ...]) -> Resolved:
        scope = Scope.on(rules, Place(*past.places or ()), pages)
        resolved = scope.within(self._people)
        if past.chosen is None or not resolved.offers(past.chosen, self._people):
            return resolved
        return scope.with_choice(past.chosen).within(self._people)

    def _note_move(self, places: tuple[str, ...], rows: list[sa.Row], *way: Receivers) -> None:
        move = self._moves.setdefault(way, Move(*way))
        move.count += len(rows)
        move.places[places] += len(rows)
        found = [Example(row.id, row.opened_at, places, *way) for row in rows if row.may_see]
        self.examples = nlargest(EXAMPLES, self.examples + found)


class _Pages:
    """The pages on which a style's visits of late began, as far as these rules ask for them."""

    def __init__(self, site: Site, rules: tuple[Routing, ...]):
        self._rules = rules
        patterns = [pattern for routing in rules for scope in routing.pages for pattern in scope.pages]
        self._pages = _first_pages(site) if patterns else None
        self._asks_queries = any("?" in pattern for pattern in patterns)
        self._look_up = lru_cache(MOST)(lambda page: tuple(tuple(routing.pages_like(page)) for routing in rules))

    def matching(self, visit_id: int | None) -> tuple[tuple[PageScope, ...], ...] | None:
        """What each of the rules has for the page of a visit.  None: it was not kept."""
        if self._pages is None:
            return ((),) * len(self._rules)
        page = self._pages.get(visit_id, "")
        # Campaigns give each visit an address of its own.
        return self._look_up(page if self._asks_queries else page.partition("?")[0]) if page else None


def _of_late(site: Site) -> sa.ColumnElement[bool]:
    return sa.and_(Conversation.site_id == site.id, Conversation.opened_at >= now() - timedelta(days=DAYS))


def _lately(site: Site, reader: Member) -> sa.Select:
    """The newest first, with what was kept of each; one more than we look at."""
    kept = sa.func.coalesce(Conversation.scope, Visit.scope)
    return (
        sa.select(
            Conversation.id,
            Conversation.opened_at,
            Conversation.assigned_by,
            Conversation.visit_id,
            kept["places"].label("places"),
            Conversation.scope["steps"][0].label("step"),
            Visit.ip,
            visible_to(reader).label("may_see"),
        )
        .outerjoin(Visit, Visit.id == Conversation.visit_id)
        .where(_of_late(site))
        .order_by(Conversation.id.desc())
        .limit(MOST + 1)
    )


def _first_pages(site: Site) -> dict[int, str]:
    """The page each of their visits began on."""
    visits = sa.select(Conversation.visit_id).where(_of_late(site))
    # All together: asked one by one the planner may walk through all pages there are for each.
    first = sa.select(sa.func.min(PageView.id)).where(PageView.visit_id.in_(visits)).group_by(PageView.visit_id)
    return dict(db.session.execute(sa.select(PageView.visit_id, PageView.url).where(PageView.id.in_(first))).all())


def _places(row: sa.Row) -> tuple[str, ...] | None:
    if row.places is not None:
        return tuple(row.places)
    return place_of(row.ip).codes if row.ip else None


def _chosen(row: sa.Row) -> Step | None:
    return msgspec.convert(row.step, Step) if row.step is not None and row.step["because"] == "chosen" else None
