"""The live list of site visitors, told to the agents of this process in small steps (V-05, V-06, V-20).

What happens to a visitor travels as his number alone, on the bus too.  A few times a second each process reads those of
whom it has heard, all companies in one round trip, compares them with what it showed last, and tells the difference: so
that a thousand changes are one frame, changes that come twice or out of order do no harm, and processes cannot disagree.
Who is here at all is known from Redis, looked at every LOOK_SECONDS, so that nothing hangs on a hint that was lost.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from flask import current_app
from flask_babel import get_locale
from redis.exceptions import RedisError

from chat.conversations.rooms import agents_room, conversation_room, member_room, watchers_room
from chat.visitors.presence import visitors_here, visitors_here_in
from chat.visitors.present import PRESENT, Present, visits_going_on
from core.db import Place
from core.realtime.line import Line
from core.realtime.push import Push
from core.realtime.pushes import push
from core.realtime.questions import array, ask
from core.realtime.rooms import Rooms
from tenants.companies.company import Company

TELL_SECONDS, LOOK_SECONDS = 0.4, 2
# A visitor who turns a page is away for a second: only who is missing at this many looks has left.
MISSING_LOOKS = 3
# All live processes hear in it whom to look at again.
ROOM = "visitors"


def visitor_came(event) -> None:
    """A visitor is here, and new or on another page."""
    push(ROOM, "visitor_changed", {"company_id": event.company_id, "visitor_id": event.visitor_id, "is_here": True})


def visitor_changed(event) -> None:
    """Something the list shows of him is different, wherever he is."""
    push(ROOM, "visitor_changed", {"company_id": event.company_id, "visitor_id": event.visitor_id})


def conversation_changed(event) -> None:
    """A conversation began, ended or went from hand to hand: its visitor shows another state."""
    push(ROOM, "visitor_changed", {"company_id": event.company_id, "conversation_id": event.conversation_id})


def visitors_shown(company: Company) -> tuple[list[dict], int]:
    """The whole list, in the language in force, and the version from which `visitors_changed` goes on.

    Version 0 where nothing goes on: in a process without sockets, whose consoles ask again anyway.
    """
    watch = current_app.extensions.get("visitor_watch")
    if watch is None:
        return visits_going_on(visitors_here(company)), 0
    return watch.shown(company, str(get_locale() or "en"))


class VisitorWatch:
    """Shows the sites' visitors to the consoles connected here, company by company."""

    def __init__(self, rooms: Rooms):
        self._rooms = rooms
        self._mirrors: dict[int, Mirror] = {}
        # A round and a console that asks for its first list may meet.
        self._alone = threading.Lock()

    def hear(self, told: dict) -> None:
        """What the reactions above have said, in whichever process."""
        mirror = self._mirrors.get(told["company_id"])
        if mirror is not None:
            mirror.hear(told)

    def look(self, companies: Mapping[int, list[Line]]) -> None:
        """See who is here.  One question to Redis for all companies."""
        self._mirrors = {
            id: self._mirrors.get(id) or Mirror(id, lines[0].caller.place, self._rooms) for id, lines in companies.items()
        }
        try:
            here = visitors_here_in(self._mirrors)
        except RedisError:
            return
        for id, visitor_ids in here.items():
            if id in self._mirrors:
                self._mirrors[id].see(visitor_ids)

    def tell(self) -> None:
        """Say what has changed since the last time.  One round trip to the database for all companies."""
        with self._alone:
            self._tell([mirror for mirror in self._mirrors.values() if mirror.has_news])

    def shown(self, company: Company, language: str) -> tuple[list[dict], int]:
        mirror = self._mirrors.get(company.id)
        if mirror is None:
            mirror = self._mirrors[company.id] = Mirror(company.id, company.place, self._rooms)
        if not mirror.is_complete:
            mirror.see(set(visitors_here(company)))
            with self._alone:
                self._tell([mirror])
        return [visitor.as_dict(language) for visitor in mirror.visitors], mirror.version

    def _tell(self, mirrors: Iterable["Mirror"]) -> None:
        asked = {mirror.place: (mirror, mirror.take_news()) for mirror in mirrors}
        wanted = {place: [array(news.visitors), array(news.conversations)] for place, (_, news) in asked.items() if news}
        answers = ask(PRESENT, wanted) if wanted else {}
        for place, (mirror, news) in asked.items():
            if news and place not in answers:
                mirror.give_back(news)
            else:
                mirror.tell(news, answers.get(place) or ())


class News:
    """Whom to look at again, by their own number or by that of their conversation."""

    def __init__(self):
        self.visitors: set[int] = set()
        self.conversations: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self.visitors or self.conversations)


class Mirror:
    """One company's visitors as the consoles of this process were shown them last."""

    def __init__(self, company_id: int, place: Place, rooms: Rooms):
        self.place, self.version, self.is_complete = place, 0, False
        self._company_id, self._rooms = company_id, rooms
        self._attendance, self._shown = Attendance(), {}
        self._news, self._gone = News(), set()

    @property
    def has_news(self) -> bool:
        return bool(self._news or self._gone)

    @property
    def visitors(self) -> Iterable[Present]:
        return self._shown.values()

    def hear(self, told: dict) -> None:
        if told.get("is_here"):
            self._attendance.note(told["visitor_id"])
        if "visitor_id" in told:
            self._news.visitors.add(told["visitor_id"])
        else:
            self._news.conversations.add(told["conversation_id"])

    def see(self, here: set[int]) -> None:
        arrived, gone = self._attendance.now(here)
        self._news.visitors |= arrived
        self._gone |= gone

    def take_news(self) -> News:
        news, self._news = self._news, News()
        return news

    def give_back(self, news: News) -> None:
        """The database did not answer: ask again."""
        self._news.visitors |= news.visitors
        self._news.conversations |= news.conversations

    def tell(self, asked: News, rows: Iterable[dict]) -> None:
        """Compare, remember, and tell the difference."""
        found = {row["id"]: Present(row) for row in rows}
        self._gone |= asked.visitors - found.keys()
        gone, self._gone = [self._shown.pop(id) for id in self._gone if id in self._shown], set()
        here, moved = [], []
        for id, visitor in found.items():
            before = self._shown.get(id)
            if id in self._attendance and visitor != before:
                self._shown[id] = visitor
                (moved if before is not None and visitor.has_only_moved(before) else here).append(visitor)
        self.is_complete = True
        if here or moved or gone:
            self.version += 1
            Difference(self._company_id, self.version, here, moved, gone).deliver(self._rooms)


class Difference:
    """One step of the list: to those who see the whole site in one frame, to others what concerns their conversations."""

    def __init__(self, company_id: int, version: int, here: list[Present], moved: list[Present], gone: list[Present]):
        self._company_id, self._version = company_id, version
        self._here, self._moved, self._gone = here, moved, gone

    def deliver(self, rooms: Rooms) -> None:
        watchers = watchers_room(self._company_id)
        for language, lines in _by_language(rooms.members([watchers])).items():
            _deliver(Push.of((), "visitors_changed", self._as_dict(language)), lines)
        for visitor, push_for in self._singles():
            others = [line for line in rooms.members(_team(self._company_id, visitor)) if watchers not in line.rooms]
            for language, lines in _by_language(others).items():
                _deliver(push_for(visitor, language), lines)

    def _as_dict(self, language: str) -> dict:
        return {
            "version": self._version,
            "here": [visitor.as_dict(language) for visitor in self._here],
            "moved": [_move(visitor) for visitor in self._moved],
            "gone": [visitor.id for visitor in self._gone],
        }

    def _singles(self) -> Iterator[tuple[Present, Callable[[Present, str], Push]]]:
        for visitors, push_for in ((self._here, _arrived), (self._moved, _moved), (self._gone, _left)):
            for visitor in visitors:
                yield visitor, push_for


class Attendance:
    """The visitors of one company, with how often in a row each has been missing."""

    def __init__(self):
        self._missing: dict[int, int] = {}

    def __contains__(self, id: int) -> bool:
        return id in self._missing

    def note(self, id: int) -> None:
        """He is here, whatever the last look said."""
        self._missing[id] = 0

    def now(self, here: set[int]) -> tuple[set[int], set[int]]:
        """Who has come and who has gone, when these are here."""
        arrived = here - self._missing.keys()
        self._missing = {id: 0 if id in here else self._missing.get(id, 0) + 1 for id in here | self._missing.keys()}
        gone = {id for id, times in self._missing.items() if times >= MISSING_LOOKS}
        for id in gone:
            del self._missing[id]
        return arrived, gone


def _arrived(visitor: Present, language: str) -> Push:
    return Push.of((), "visitor_arrived", {"visitor": visitor.as_dict(language)})


def _moved(visitor: Present, language: str) -> Push:
    return Push.of((), "visitor_moved", _move(visitor))


def _left(visitor: Present, language: str) -> Push:
    return Push.of((), "visitor_left", {"visitor_id": visitor.id})


def _deliver(told: Push, lines: Iterable[Line]) -> None:
    for line in lines:
        line.deliver(told)


def _move(visitor: Present) -> dict:
    return {"visitor_id": visitor.id, "page": visitor.page}


def _team(company_id: int, visitor: Present) -> tuple[str, ...]:
    """Who, besides those who see the whole site, follows his steps: the team's share of `chat.conversations.rooms.hearing_rooms`."""
    conversation = visitor.conversation
    if conversation is None:
        return ()
    member = conversation["member"]
    team = agents_room(company_id) if member is None else member_room(company_id, member["id"])
    return team, conversation_room(company_id, conversation["id"])


def _by_language(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """Nearly always one, sometimes two or three: a place has a name in each."""
    languages = defaultdict(list)
    for line in lines:
        languages[line.caller.language or "en"].append(line)
    return languages
