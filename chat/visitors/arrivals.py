"""Letting visitors in: who comes, on which visit, and the page he looks at, for many visitors in one round trip.

Everybody who knocked while the last ones were let in is in the next batch: for each company one transaction under its own
role, all of them one after the other on one convoy.  A hundred visitors who come back together after a process has ended
cost little more than one.
"""

import logging
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import orjson
import psycopg
from flask import current_app
from flask_babel import lazy_gettext as _l

from chat.styles.sites import Site
from chat.visitors.present import tidy_screen
from chat.visitors.visitors import Visitor
from chat.visitors.visits import PageViewed, VisitorArrived, is_page
from core.clock import now
from core.db import Place, known, tell, transaction, url_of
from core.errors import Refusal
from core.realtime import green
from core.realtime.convoy import Convoy, Statement, Trip, TripFailed
from core.realtime.questions import array
from core.text import tidy
from tenants.companies.company import Company
from tenants.companies.settings import Settings
from tenants.rights.entitlements import Entitlements

log = logging.getLogger(__name__)

MAX_WAITING = 1000
MAX_BATCH = 100
PATIENCE = 10.0
_HERE = Path(__file__).parent
LOCK = Statement("arrivals_lock", (_HERE / "arrivals_lock.sql").read_bytes())
ARRIVE = Statement("arrivals", (_HERE / "arrivals.sql").read_bytes())


class TooManyAtOnce(Refusal):
    """Browsers come back by themselves, each after a moment of its own."""

    code = "busy"
    message = _l("Many visitors are arriving right now. The chat opens in a moment.")
    status = 503


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """What a visitor's page says.  `visitor_key` is one we gave him, or, if he `is_new`, one made for him.

    `is_identified`: the door has asked for a signed identity where the site requires one.
    """

    site_key: str
    visitor_key: str
    is_new: bool = False
    is_identified: bool = False
    language: str = ""
    ip: str = ""
    user_agent: str = ""
    referrer: str = ""
    zone: str = ""
    screen: str = ""
    url: str = ""
    title: str = ""

    @property
    def row(self) -> dict:
        """Fit to keep: anybody may say anything."""
        said = {name: tidy(text, at_most) for name, at_most in _AT_MOST.items() if (text := getattr(self, name))}
        said["screen"] = tidy_screen(self.screen)
        if not is_page(said.get("url", "")):
            said["url"] = ""
        return asdict(self) | {name: _unicode(text) for name, text in said.items()}


_AT_MOST = {"ip": 64, "language": 20, "user_agent": 400, "referrer": 2000, "zone": 60, "screen": 40, "url": 2000, "title": 300}


class Arrived(NamedTuple):
    """Where he is now: his visit, whether it has just begun, and the page if he was not on it before.

    Also what was read on the way: whether he ever wrote or was written to, who may receive him (chat/reception/scopes.py) if that was
    asked before, his row, the site's and that of the settings.
    """

    visitor_id: int
    visit_id: int
    has_come: bool
    page_view_id: int | None
    has_spoken: bool
    site_id: int
    scope: dict | None
    visitor: dict
    site: dict
    settings: dict

    def recall(self) -> None:
        """Let the session in force know what was read a moment ago, so that it need not ask again."""
        known(Visitor, self.visitor)
        known(Site, self.site)
        known(Settings, self.settings)

    def events(self, company_id: int) -> list:
        come = [VisitorArrived(company_id, self.visitor_id, self.visit_id)] if self.has_come else []
        return come + ([PageViewed(company_id, self.visitor_id, self.page_view_id)] if self.page_view_id else [])


def arrive(company: Company, arrival: Arrival) -> Arrived | None:
    """Let one visitor in.  Raises TooManyAtOnce.

    None for a key nobody has any more, for a site that is gone or not in use, and for one that requires an identity first.
    """
    with transaction():
        rights = company.entitlements
    arrived = _reception(company.place.database).let_in(Knock(company.place, arrival, rights))
    happened = arrived.events(company.id) if arrived is not None else []
    if happened:
        with company.entered():
            tell(happened)
    return arrived


def refuse_crowd(database: str) -> None:
    """Raises TooManyAtOnce while so many wait already that one more would only wait too."""
    _reception(database).refuse_crowd()


class Knock:
    """One visitor before the door, and the answer he waits for."""

    __slots__ = ("answer", "is_answered", "key", "place", "rights", "row", "signal")

    def __init__(self, place: Place, arrival: Arrival, rights: Entitlements):
        # Made fit to keep here, by him who knocks: nothing he says can fail in the middle of a batch.
        self.place, self.key, self.row, self.signal = place, arrival.visitor_key, arrival.row, green.Signal()
        self.rights = rights
        self.answer: Arrived | Exception | None = TooManyAtOnce()
        self.is_answered = False

    def give(self, answer: Arrived | Exception | None) -> None:
        self.answer, self.is_answered = answer, True
        self.signal.give()


class Reception:
    """Lets in who knocks at one database's companies.  The first who finds nobody at work works for all who come meanwhile."""

    def __init__(self, url: str):
        self._convoy = Convoy(url)
        self._waiting: deque[Knock] = deque()
        self._is_at_work = threading.Lock()

    def let_in(self, knock: Knock) -> Arrived | None:
        self.refuse_crowd()
        self._waiting.append(knock)
        self._work(until=knock)
        knock.signal.take(PATIENCE)
        if isinstance(knock.answer, Exception):
            raise knock.answer
        return knock.answer

    def refuse_crowd(self) -> None:
        if len(self._waiting) >= MAX_WAITING:
            raise TooManyAtOnce

    def _work(self, until: Knock | None = None) -> None:
        while self._waiting and self._is_at_work.acquire(blocking=False):
            try:
                self._let_in_batch(self._next_batch())
            finally:
                self._is_at_work.release()
            if until is not None and until.is_answered and self._waiting:
                # His own turn is over; he must not wait for everybody who comes after him.
                green.spawn(self._work)
                return

    def _next_batch(self) -> list[Knock]:
        """Of each visitor one tab at a time: what the second finds is what the first has written."""
        batch: dict[str, Knock] = {}
        for _ in range(min(len(self._waiting), MAX_BATCH)):
            knock = self._waiting.popleft()
            if batch.setdefault(knock.key, knock) is not knock:
                self._waiting.append(knock)
        return list(batch.values())

    def _let_in_batch(self, batch: list[Knock]) -> None:
        groups: dict[Place, list[Knock]] = {}
        for knock in batch:
            groups.setdefault(knock.place, []).append(knock)
        try:
            outcomes = self._run(groups)
        except Exception as error:
            log.warning("visitors not let in visitors=%s error=%r", len(batch), error)
            outcomes = [error] * len(groups)
        for group, outcome in zip(groups.values(), outcomes, strict=True):
            _answer(group, outcome)

    def _run(self, groups: dict[Place, list[Knock]]) -> list[bytes | None | TripFailed]:
        trips = [Trip(place.schema, _steps(group)) for place, group in groups.items()]
        try:
            return self._convoy.run(trips)
        except psycopg.OperationalError:
            # The connection was lost while idle, most likely.  Arriving twice is arriving once.
            return self._convoy.run(trips)


def _reception(database: str) -> Reception:
    receptions = current_app.extensions.setdefault("receptions", {})
    if database not in receptions:
        receptions[database] = Reception(url_of(database))
    return receptions[database]


def _steps(group: Sequence[Knock]) -> list[tuple[Statement, list[bytes]]]:
    keys = b"{%b}" % ",".join(knock.key for knock in group).encode()
    rows = orjson.dumps([knock.row for knock in group])
    rights = group[-1].rights
    shown = array(rights.styles_with_term), str(rights.shared_styles).encode()
    return [(LOCK, [keys]), (ARRIVE, [rows, now().isoformat().encode(), *shown])]


def _answer(group: list[Knock], outcome: bytes | None | Exception) -> None:
    """Everybody gets what he waits for, or all of them the error."""
    found: dict = {}
    if isinstance(outcome, bytes):
        answer = orjson.loads(outcome)
        found = {key: Arrived(*rest, answer["settings"]) for key, *rest in answer["arrived"] or ()}
    for knock in group:
        failed = isinstance(outcome, Exception)
        knock.give(TooManyAtOnce() if failed else found.get(knock.key))


def _unicode(text: str) -> str:
    """Half of a surrogate pair is no character: neither UTF-8 nor the database can hold it."""
    return text.encode("utf-8", "replace").decode()
