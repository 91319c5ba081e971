"""Who has come to the sites and who has left, told to the agents of this process who may know."""

import logging
from collections.abc import Mapping

from redis.exceptions import RedisError

from chat.presence import visitors_here_in
from chat.rooms import agents_room, watchers_room
from chat.visits import visits_going_on
from console.pushes import followers_of
from core.db import transaction
from core.errors import Refusal
from core.realtime.line import Line
from core.realtime.push import Push
from core.realtime.rooms import Rooms

log = logging.getLogger(__name__)

# A visitor who turns a page is away for a second: only who is missing at this many looks has left.
MISSING_LOOKS = 3


class VisitorWatch:
    """Compares who is here now with who was, company by company."""

    def __init__(self, rooms: Rooms):
        self._rooms = rooms
        self._companies: dict[int, Attendance] = {}

    def look(self, companies: Mapping[int, list[Line]]) -> None:
        """Say who has come and who has left since the last look.  One question to Redis for all companies."""
        try:
            here = visitors_here_in(companies)
        except RedisError:
            return
        self._companies = {id: self._companies.get(id) or Attendance() for id in companies}
        for company_id, attendance in self._companies.items():
            arrived, gone = attendance.now(here[company_id])
            if arrived:
                self._tell_arrivals(companies[company_id], arrived)
            for visitor_id in gone:
                rooms = agents_room(company_id), watchers_room(company_id)
                self._rooms.deliver(Push.of(rooms, "visitor_left", {"visitor_id": visitor_id}))

    def _tell_arrivals(self, lines: list[Line], visitor_ids: set[int]) -> None:
        caller = lines[0].caller
        try:
            with caller.entered(), transaction():
                followers = followers_of(visitor_ids)
                for visitor in visits_going_on(visitor_ids):
                    self._rooms.deliver(Push.of(followers[visitor["id"]], "visitor_arrived", {"visitor": visitor}))
        except Refusal:
            return
        except Exception as error:
            log.warning("arrivals not told company=%s error=%r", caller.company_id, error)


class Attendance:
    """The visitors of one company, with how often in a row each has been missing."""

    def __init__(self):
        self._missing: dict[int, int] = {}

    def now(self, here: set[int]) -> tuple[set[int], set[int]]:
        """Who has come and who has gone, when these are here."""
        arrived = here - self._missing.keys()
        self._missing = {id: 0 if id in here else self._missing.get(id, 0) + 1 for id in here | self._missing.keys()}
        gone = {id for id, times in self._missing.items() if times >= MISSING_LOOKS}
        for id in gone:
            del self._missing[id]
        return arrived, gone
