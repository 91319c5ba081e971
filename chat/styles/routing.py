"""Who receives which visitors of a site: by region, by designated persons and departments, by page (R-10…R-21).

What follows from it for one visitor is his scope: chat/reception/scopes.py.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, Self

import sqlalchemy as sa
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from chat.places.page_patterns import is_page_like
from chat.places.places import Place
from chat.places.regions import full_name, is_region
from chat.styles.styles import Part
from core.db import db
from core.errors import Invalid
from tenants.people.departments import Department
from tenants.people.members import Member

MOST_STRATEGIES = 5000
MOST_PLACES = 1000
MOST_PAGES = 200
# As many names as somebody wants to read in an explanation.
NAMED = 20


class _NamesOf:
    """How the rows of a table are called now, by id, for whoever reads a difference between two versions."""

    def __init__(self, model: type[Department] | type[Member]):
        self._model = model

    def get(self, id: int, otherwise) -> str:
        return db.session.scalar(sa.select(self._model.name).where(self._model.id == id)) or _("(removed)")


class _NamesOfPlaces:
    def get(self, code: str, otherwise) -> str:
        return full_name(code, str(get_locale() or "en"))


_DEPARTMENTS, _MEMBERS, _PLACES = _NamesOf(Department), _NamesOf(Member), _NamesOfPlaces()


@dataclass(frozen=True)
class Strategy:
    """Visitors from these places (codes of chat/places/regions.py) belong to these departments (R-14)."""

    LABELS = {"name": _l("Name"), "places": _l("Places"), "departments": _l("Departments")}
    WORDS = {"places": _PLACES, "departments": _DEPARTMENTS}

    name: str = ""
    places: tuple[str, ...] = ()
    departments: tuple[int, ...] = ()


class Bound(NamedTuple):
    """What all strategies that name one place come to: their departments, and which they are."""

    departments: tuple[int, ...]
    strategies: tuple[int, ...]


@dataclass(frozen=True)
class Regions:
    """The strategies of a style, sorted by place once: however many there are, a visitor costs a few look-ups."""

    LABELS = {"strategies": _l("Strategies")}

    strategies: tuple[Strategy, ...] = ()

    def departments_for(self, place: Place) -> tuple[int, ...]:
        """All that any of the matching strategies names (R-15), in order.  Empty: none matches (R-16)."""
        return _once(id for bound in self._bound(place) for id in bound.departments)

    def matching(self, place: Place, at_most: int | None = None) -> list[Strategy]:
        """The strategies that match a place, its country's and its province's too."""
        numbers = _once(number for bound in self._bound(place) for number in bound.strategies[:at_most])
        return [self.strategies[number] for number in numbers[:at_most]]

    def _bound(self, place: Place) -> list[Bound]:
        return [self._by_place[code] for code in place.codes if code in self._by_place]

    @cached_property
    def _by_place(self) -> dict[str, Bound]:
        numbers: dict[str, list[int]] = defaultdict(list)
        for number, strategy in enumerate(self.strategies):
            for code in dict.fromkeys(strategy.places):
                numbers[code].append(number)
        return {code: Bound(self._departments_of(found), tuple(found)) for code, found in numbers.items()}

    def _departments_of(self, numbers: list[int]) -> tuple[int, ...]:
        return _once(id for number in numbers for id in self.strategies[number].departments)


@dataclass(frozen=True)
class Designated:
    """Persons, across departments, and departments of which one agent is chosen (R-10, R-11); and how a list shows them (R-13).

    A style has one place for a bot (R-12, B-12): a single value, so there is never a second.  It stays empty while the
    product has no bots.
    """

    LABELS = {
        "members": _l("Designated persons"),
        "departments": _l("Designated departments"),
        "bot": _l("Bot"),
        "hides_departments": _l("Hide department names"),
        "hides_offline": _l("Hide agents who are offline"),
    }
    WORDS = {"members": _MEMBERS, "departments": _DEPARTMENTS}

    members: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()
    bot: int | None = None
    hides_departments: bool = False
    hides_offline: bool = False


@dataclass(frozen=True)
class PageScope:
    """Visitors who come on these pages belong to these departments (R-21)."""

    LABELS = {"pages": _l("Pages"), "departments": _l("Departments")}
    WORDS = {"departments": _DEPARTMENTS}

    pages: tuple[str, ...] = ()
    departments: tuple[int, ...] = ()

    def matches(self, url: str) -> bool:
        return any(is_page_like(url, pattern) for pattern in self.pages)


@dataclass(frozen=True)
class Routing(Part, name="routing", title=_l("Routing")):
    """The rules of one style.  `departments` receive when neither region nor designation says who (R-20).

    `prefers_last` (CF-16): "company" does as the company's settings say, "yes" and "no" for this style only.
    """

    LABELS = {
        "regions": _l("By region"),
        "designated": _l("Designated agents"),
        "departments": _l("Departments that receive"),
        "pages": _l("By page"),
        "prefers_last": _l("Returning visitors go to the agent who served them last"),
    }
    WORDS = {
        "departments": _DEPARTMENTS,
        "prefers_last": {"company": _l("As the company has set it"), "yes": _l("Yes"), "no": _l("No")},
    }

    regions: Regions = field(default_factory=Regions)
    designated: Designated = field(default_factory=Designated)
    departments: tuple[int, ...] = ()
    pages: tuple[PageScope, ...] = ()
    prefers_last: str = "company"

    def with_rights(self, flags: frozenset[str]) -> Self:
        """Strategies need "regional_routing", designated agents "designated_agents"; the rest is everybody's."""
        if {"regional_routing", "designated_agents"} <= flags:
            return self
        # What stays is the same object: it is not sorted by place anew.
        return type(self)(
            self.regions if "regional_routing" in flags else Regions(),
            self.designated if "designated_agents" in flags else Designated(),
            self.departments,
            self.pages,
            self.prefers_last,
        )

    @property
    def designates(self) -> bool:
        return bool(self.designated.members or self.designated.departments)

    @property
    def narrows(self) -> bool:
        """Whether there is any rule at all."""
        return bool(self.regions.strategies or self.designates or self.departments or self.pages)

    def pages_like(self, url: str) -> list[PageScope]:
        return [scope for scope in self.pages if url and scope.matches(url)]

    def check(self) -> None:
        strategies = self.regions.strategies
        if len(strategies) > MOST_STRATEGIES:
            raise Invalid(strategies=_("At most %(most)s strategies fit in one style.", most=MOST_STRATEGIES))
        for strategy in strategies:
            _check_strategy(strategy)
        if len(self.pages) > MOST_PAGES or not all(scope.pages and scope.departments for scope in self.pages):
            raise Invalid(pages=_("Each rule needs a page and a department; at most %(most)s rules.", most=MOST_PAGES))
        if self.designated.bot is not None:
            raise Invalid(bot=_("There is no such bot."))
        if self.prefers_last not in self.WORDS["prefers_last"]:
            raise Invalid(prefers_last=_("Choose one of these."))


def _check_strategy(strategy: Strategy) -> None:
    if not strategy.name:
        raise Invalid(name=_("Enter a name for this strategy."))
    if not strategy.departments:
        raise Invalid(departments=_("Choose at least one department."))
    if not 0 < len(strategy.places) <= MOST_PLACES or not all(map(is_region, strategy.places)):
        raise Invalid(places=_("Choose at least one place, and at most %(most)s.", most=MOST_PLACES))


def _once(values) -> tuple:
    """Each the first time it comes."""
    return tuple(dict.fromkeys(values))
