"""The strategies of a style as its page of routing lists them."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import get_locale

from chat.places.regions import full_name, words_of
from chat.styles.routing import Routing, Strategy
from chat.styles.styles import Style
from core.text import tidy
from manage.styles.pages import site_numbered
from tenants.people.departments import Department

A_PAGE = 50
PLACES_NAMED = 6


@dataclass
class ListedStrategies:
    """The strategies of a style whose name, places or departments have these words in them, a page of them."""

    search: str
    rows: list[dict]
    count: int
    total: int
    page: int

    @classmethod
    def of(cls, site_id: int, asked: Mapping[str, str]) -> "ListedStrategies":
        search, departments = tidy(asked.get("search"), 80), {one.id: one.name for one in Department.all()}
        strategies = list(enumerate(Style(site_numbered(site_id))[Routing].regions.strategies, 1))
        found = [(number, one) for number, one in strategies if _has(one, search.casefold(), departments)]
        page = min(_whole(asked.get("page")), max(0, len(found) - 1) // A_PAGE)
        rows = [_row(number, one, departments) for number, one in found[page * A_PAGE : (page + 1) * A_PAGE]]
        return cls(search, rows, len(found), len(strategies), page)

    @property
    def has_more(self) -> bool:
        return (self.page + 1) * A_PAGE < self.count


def _has(strategy: Strategy, search: str, departments: dict[int, str]) -> bool:
    if not search:
        return True
    said = [strategy.name, *map(words_of, strategy.places), *(departments.get(id, "") for id in strategy.departments)]
    return any(search in text.casefold() for text in said)


def _row(number: int, strategy: Strategy, departments: dict[int, str]) -> dict:
    language = str(get_locale() or "en")
    return {
        "number": number,
        "name": strategy.name,
        "places": [full_name(code, language) for code in strategy.places[:PLACES_NAMED]],
        "more_places": max(0, len(strategy.places) - PLACES_NAMED),
        "departments": [departments[id] for id in strategy.departments if id in departments],
        "has_lost_all": not any(id in departments for id in strategy.departments),
    }


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 6 else 0
