"""Finds pushes that were lost.

Every few seconds one query for each company that has somebody connected here: how far have their conversations come?
Who has not been shown the newest message is told its number, and asks for what it lacks.  So a lost push, or a Redis
that was away, costs seconds and never a message.
"""

import logging
import threading
from collections.abc import Iterable
from pathlib import Path

import orjson
import psycopg
from flask import Flask

from chat.parties import Parties
from chat.posting import url_of
from chat.rooms import conversation_room, hearing_rooms
from core.db import Place
from core.realtime.convoy import Convoy, Statement, Trip, TripFailed
from core.realtime.line import Line
from core.realtime.push import Push
from core.realtime.rooms import Rooms

log = logging.getLogger(__name__)

SECONDS = 3.0
# Also whoever was shown everything, as far as we know, hears the heads that often: a heartbeat that trusts nobody.
TELL_ALL_EVERY = 8
HEADS = Statement("heads", Path(__file__).with_name("heads.sql").read_bytes())


class Company:
    """Who of one company is connected here."""

    def __init__(self, company_id: int, place: Place):
        self.id, self.place = company_id, place
        self.visitors: set[int] = set()
        self.members: set[int] = set()
        self.watched: set[int] = set()

    def add(self, line: Line) -> None:
        people = self.visitors if line.caller.kind == "visitor" else self.members
        people.add(line.caller.id)
        prefix = conversation_room(self.id, 0)[:-1]
        self.watched.update(int(room.removeprefix(prefix)) for room in line.rooms if room.startswith(prefix))

    @property
    def trip(self) -> Trip:
        ids = [_array(self.visitors), _array(self.members), _array(self.watched)]
        return Trip(self.place.schema, [(HEADS, ids)])


class Heads:
    """Compares the newest numbers in the database with what was delivered here."""

    def __init__(self, app: Flask, rooms: Rooms, parties: Parties):
        self._app, self._rooms, self._parties = app, rooms, parties
        self._convoys: dict[str, Convoy] = {}
        self._looks = 0
        # The round's look and the one after a gap may meet, and a convoy carries one at a time.
        self._alone = threading.Lock()

    def look(self, lines: Iterable[Line]) -> None:
        """Ask for all heads, and tell those who are behind.  Needs the app's context."""
        with self._alone:
            self._look(lines)

    def _look(self, lines: Iterable[Line]) -> None:
        self._looks += 1
        tell_all = self._looks % TELL_ALL_EVERY == 0
        known: set[tuple[int, int]] = set()
        for database, companies in _by_database(lines).items():
            for company, rows in self._ask(database, companies):
                for conversation_id, *head in rows:
                    known.add((company.id, conversation_id))
                    self._compare(company.id, conversation_id, *head, tell_all)
        self._parties.keep_only(known)
        self._rooms.forget_all_but(known)

    def _compare(self, company_id, conversation_id, last_seq, visitor_id, assigned_to_id, tell_all: bool) -> None:
        self._parties.note(company_id, conversation_id, visitor_id, assigned_to_id)
        if tell_all or last_seq > self._rooms.delivered.get((company_id, conversation_id), 0):
            rooms = hearing_rooms(company_id, conversation_id, visitor_id, assigned_to_id)
            head = company_id, conversation_id, last_seq
            self._rooms.deliver(Push.of(rooms, "heads", {"heads": {str(conversation_id): last_seq}}, head=head))

    def _ask(self, database: str, companies: list[Company]) -> Iterable[tuple[Company, list]]:
        if database not in self._convoys:
            self._convoys[database] = Convoy(url_of(database))
        try:
            answers = self._convoys[database].run([company.trip for company in companies])
        except psycopg.Error as error:
            log.warning("heads not seen database=%s error=%r", database, error)
            return
        for company, answer in zip(companies, answers, strict=True):
            if isinstance(answer, TripFailed):
                log.warning("heads refused schema=%s error=%s", company.place.schema, answer)
            elif answer is not None:
                yield company, orjson.loads(answer)


def _by_database(lines: Iterable[Line]) -> dict[str, list[Company]]:
    companies: dict[int, Company] = {}
    for line in lines:
        caller = line.caller
        companies.setdefault(caller.company_id, Company(caller.company_id, caller.place)).add(line)
    databases: dict[str, list[Company]] = {}
    for company in companies.values():
        databases.setdefault(company.place.database, []).append(company)
    return databases


def _array(ids: Iterable[int]) -> bytes:
    return b"{%b}" % ",".join(map(str, ids)).encode()
