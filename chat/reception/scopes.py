"""Who may receive one visitor (R-10…R-18, R-20, R-21).

The steps, of which the first that has anybody counts:

1. whom the visitor chose from the list, as long as that one takes visitors (W-29, R-11);
2. the departments of all strategies that match his place, together (R-14, R-15); whoever matches none goes on (R-16);
3. the designated persons and departments (R-10, R-11): a region that matches ignores them completely (R-17);
4. the departments that the style says receive (R-20);
5. everybody who may answer.

The page he came on (R-21) then keeps those of them who are in its departments too.  Where that would leave nobody, the page
does not count.  A step whose departments are empty or gone counts as if it were not set: nobody ends in front of nobody.

It is worked out when his icon opens, that is when his visit begins, and kept with the visit and the conversation (R-18):
as steps, so that who left a department meanwhile is out, and who joined is in.  Rights that ended meanwhile count no more.
Scope narrows what is assigned by rule; whoever accepts a visitor by hand, or is given one by a colleague, may be anybody.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from chat.places.places import Place, place_of
from chat.styles.routing import NAMED, PageScope, Routing
from chat.styles.sites import Site
from chat.styles.styles import Style
from chat.visitors.visits import PageView, Visit
from core.db import db
from tenants.companies.company import current_company

NEEDS = {"region": "regional_routing", "designated": "designated_agents", "chosen": "designated_agents"}

# Everybody who may answer, with the departments he is in.
People = Mapping[int, Set[int]]


@dataclass(frozen=True)
class Step:
    """A reason to narrow: "chosen", "region", "designated" or "style"; for regions the names of some strategies."""

    because: str
    members: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()
    strategies: tuple[str, ...] = ()

    def among(self, people: People) -> frozenset[int]:
        wanted = set(self.departments)
        return frozenset(id for id, departments in people.items() if id in self.members or not wanted.isdisjoint(departments))


@dataclass(frozen=True)
class Scope:
    """The steps that apply to one visitor, and the departments of the page he came on with its patterns."""

    steps: tuple[Step, ...] = ()
    page_departments: tuple[int, ...] = ()
    pages: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @classmethod
    def of(cls, routing: Routing, place: Place, url: str) -> "Scope":
        """What the rules say of a visitor from this place who comes on this page."""
        return cls.on(routing, place, routing.pages_like(url))

    @classmethod
    def on(cls, routing: Routing, place: Place, pages: Sequence[PageScope]) -> "Scope":
        """The same where it is known which of the rules for pages match."""
        return cls(
            steps=tuple(step for step in _steps(routing, place) if step.members or step.departments),
            page_departments=tuple(dict.fromkeys(id for scope in pages for id in scope.departments)),
            pages=tuple(dict.fromkeys(pattern for scope in pages for pattern in scope.pages))[:NAMED],
            places=place.codes,
        )

    @classmethod
    def from_dict(cls, plain: dict | None) -> "Scope | None":
        return None if plain is None else msgspec.convert(plain, cls)

    def as_dict(self) -> dict:
        return msgspec.to_builtins(self)

    def choosing(self, member_id: int | None = None, department_id: int | None = None) -> "Scope":
        """The same for a visitor who wants this one."""
        members, departments = (tuple(id for id in [wanted] if id is not None) for wanted in (member_id, department_id))
        return self.with_choice(Step("chosen", members, departments))

    def with_choice(self, chosen: Step) -> "Scope":
        return replace(self, steps=(chosen, *self.steps))

    def within(self, people: People, receiving: Set[int] | None = None) -> "Resolved":
        """Who it is now.  `receiving` are those who take visitors: a choice counts while one of them is meant."""
        flags = current_company().entitlements.flags
        passed: list[Passed] = []
        for step in self.steps:
            found = step.among(people)
            because = _against(step, found, flags, receiving)
            if because is None:
                return self._on_page(step, found, people, passed)
            passed.append(Passed(step, because))
        return self._on_page(None, frozenset(people), people, passed)

    def _on_page(self, step: Step | None, found: frozenset[int], people: People, passed: "list[Passed]") -> "Resolved":
        wanted = set(self.page_departments)
        here = frozenset(id for id in found if not wanted.isdisjoint(people[id]))
        return Resolved(here or found, step, bool(here), tuple(passed), self)


class Passed(NamedTuple):
    """A step that did not count: "no_right", "empty", or "away" for a choice that nobody is there for."""

    step: Step
    because: str


class Resolved(NamedTuple):
    """A scope at one moment: whose ids, by which step (None: everybody), whether the page counted, and the steps before it."""

    members: frozenset[int]
    step: Step | None
    by_page: bool
    passed: tuple[Passed, ...]
    scope: Scope

    @property
    def departments(self) -> tuple[int, ...]:
        """The departments it speaks of, for whoever wants to know when they are open.  None where it speaks of persons."""
        if self.step is not None and self.step.because != "style":
            return () if self.step.members else self.step.departments
        narrowed = self.scope.page_departments if self.by_page else ()
        return narrowed or (self.step.departments if self.step else ())

    def offers(self, chosen: Step, people: People) -> bool:
        """Whether a list of whom one may choose from would have this choice in it."""
        if self.step is None or self.members.isdisjoint(chosen.among(people)):
            return False
        return set(chosen.members) <= set(self.step.members) and set(chosen.departments) <= set(self.step.departments)

    def as_dict(self) -> dict:
        """What an Assignment keeps of it."""
        return msgspec.to_builtins(
            {
                "step": self.step,
                "passed": [passed._asdict() for passed in self.passed],
                "places": self.scope.places,
                "pages": self.scope.pages,
                "page_departments": self.scope.page_departments,
                "by_page": self.by_page,
            }
        )


EVERYBODY = Scope()


def scope_for(site: Site, ip: str, url: str) -> Scope | None:
    """Of a visitor whose icon opens on a site now.  None where the style has no rule: then there is nothing to keep."""
    routing = Style(site).in_force(Routing)
    return Scope.of(routing, place_of(ip), url) if routing.narrows else None


def scope_of_visit(site: Site, visit_id: int, ip: str, url: str, kept: dict | None = None) -> Scope | None:
    """The scope a visit has had since it began; worked out and kept if it has none yet (R-18).  `kept`: as it was read."""
    if kept is not None:
        return Scope.from_dict(kept)
    pages = Style(site).in_force(Routing).pages
    url = url or (_first_page_of(visit_id) if pages else "")
    scope = scope_for(site, ip, url)
    if scope is None or (pages and not url):
        # Over plain HTTP the page is told a moment later: until then nothing is settled.
        return scope
    # Two tabs may begin a visit together: the first counts.
    mine = sa.update(Visit).where(Visit.id == visit_id, Visit.scope.is_(None)).values(scope=scope.as_dict())
    if db.session.execute(mine).rowcount:
        return scope
    return Scope.from_dict(db.session.scalar(sa.select(Visit.scope).where(Visit.id == visit_id))) or scope


def _first_page_of(visit_id: int) -> str:
    viewed = sa.select(PageView.url).where(PageView.visit_id == visit_id).order_by(PageView.id).limit(1)
    return db.session.scalar(viewed) or ""


def _against(step: Step, found: frozenset[int], flags: Set[str], receiving: Set[int] | None) -> str | None:
    if step.because in NEEDS and NEEDS[step.because] not in flags:
        return "no_right"
    if not found:
        return "empty"
    return "away" if step.because == "chosen" and receiving is not None and found.isdisjoint(receiving) else None


def _steps(routing: Routing, place: Place) -> Iterable[Step]:
    departments = routing.regions.departments_for(place)
    names = tuple(strategy.name for strategy in routing.regions.matching(place, NAMED))
    yield Step("region", (), departments, names)
    yield Step("designated", routing.designated.members, routing.designated.departments)
    yield Step("style", (), routing.departments)
