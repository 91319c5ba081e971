"""Who is on the sites right now, as agents see them (V-05, V-07, V-08, V-10, V-23)."""

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import psycopg
from flask_babel import get_locale
from user_agents import parse as parse_user_agent

from chat.places.places import Place, place_of
from chat.visitors.referrers import domain_of, search_in
from core.db import db
from core.realtime.convoy import Statement
from core.realtime.questions import array

PRESENT = Statement("present", Path(__file__).with_name("present.sql").read_bytes())
_SCREEN = re.compile(r"([0-9]{2,5})\s*[x×]\s*([0-9]{2,5})(?:\s*@\s*([0-9](?:\.[0-9]{1,3})?))?")


class Present:
    """One visitor of the live list, in no language yet: only his place has one."""

    __slots__ = ("_place", "facts")

    def __init__(self, row: dict):
        self._place: Place = place_of(row["ip"])
        self.facts = row | {
            "device": device_of(row.pop("user_agent")),
            "referrer_domain": domain_of(row["referrer"]),
            "search": search_in(row["referrer"]),
        }

    def __eq__(self, other) -> bool:
        return isinstance(other, Present) and self.facts == other.facts

    __hash__ = None

    @property
    def id(self) -> int:
        return self.facts["id"]

    @property
    def page(self) -> dict | None:
        return self.facts["page"]

    @property
    def conversation(self) -> dict | None:
        return self.facts["conversation"]

    def has_only_moved(self, since: "Present") -> bool:
        """Whether he looks at another page, and nothing else is different."""
        return self.page is not None and self.facts | {"page": None} == since.facts | {"page": None}

    def as_dict(self, language: str) -> dict:
        """As it travels, for a reader of this language."""
        return self.facts | {"location": self._place.name_in(language)}


def visits_going_on(visitor_ids: Iterable[int]) -> list[dict]:
    """The last visit of each of these visitors, for who reads the language in force.  Needs the company's transaction."""
    db.session.flush()
    cursor = psycopg.RawCursor(db.session.connection().connection.dbapi_connection)
    cursor.execute(PRESENT.sql, [array(visitor_ids).decode(), "{}"])
    language = str(get_locale() or "en")
    return [Present(row).as_dict(language) for row in cursor.fetchone()[0] or ()]


@lru_cache(4096)
def device_of(user_agent: str) -> str:
    """Browser and system in a few words, as the user agent tells them."""
    agent = parse_user_agent(user_agent)
    return f"{agent.browser.family} · {agent.os.family}" if user_agent else ""


def tidy_screen(text: str) -> str:
    """“1440×900@2” for what a browser tells of its screen: its size, and how many dots make a pixel.  "" for anything else."""
    found = _SCREEN.fullmatch(text.strip())
    if found is None:
        return ""
    width, height, ratio = found.groups()
    return f"{width}×{height}" + (f"@{float(ratio):g}" if ratio else "")
