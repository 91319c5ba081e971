"""Finds pushes that were lost.

Every few seconds one query for each company that has somebody connected here: how far have their conversations come?
Who has not been shown the newest message is told its number, and asks for what it lacks.  So a lost push, or a Redis
that was away, costs seconds and never a message.
"""

import threading
from collections.abc import Iterable
from pathlib import Path

from chat.conversations.parties import Parties
from chat.conversations.rooms import conversation_room, hearing_rooms
from core.db import Place
from core.realtime.convoy import Statement
from core.realtime.line import Line
from core.realtime.push import Push
from core.realtime.questions import array, ask
from core.realtime.rooms import Rooms

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
    def ids(self) -> list[bytes]:
        return [array(self.visitors), array(self.members), array(self.watched)]


class Heads:
    """Compares the newest numbers in the database with what was delivered here."""

    def __init__(self, rooms: Rooms, parties: Parties):
        self._rooms, self._parties = rooms, parties
        self._looks = 0
        # The round's look and the one after a gap may meet.
        self._alone = threading.Lock()

    def look(self, lines: Iterable[Line]) -> None:
        """Ask for all heads, and tell those who are behind.  Needs the app's context."""
        with self._alone:
            self._look(lines)

    def _look(self, lines: Iterable[Line]) -> None:
        self._looks += 1
        tell_all = self._looks % TELL_ALL_EVERY == 0
        known: set[tuple[int, int]] = set()
        companies = _companies(lines)
        answers = ask(HEADS, {place: company.ids for place, company in companies.items()})
        for place, rows in answers.items():
            company_id = companies[place].id
            for conversation_id, *head in rows or ():
                known.add((company_id, conversation_id))
                self._compare(company_id, conversation_id, *head, tell_all)
        self._parties.keep_only(known)
        self._rooms.forget_all_but(known)

    def _compare(self, company_id, conversation_id, last_seq, visitor_id, assigned_to_id, tell_all: bool) -> None:
        self._parties.note(company_id, conversation_id, visitor_id, assigned_to_id)
        if tell_all or last_seq > self._rooms.delivered.get((company_id, conversation_id), 0):
            rooms = hearing_rooms(company_id, conversation_id, visitor_id, assigned_to_id)
            head = company_id, conversation_id, last_seq
            self._rooms.deliver(Push.of(rooms, "heads", {"heads": {str(conversation_id): last_seq}}, head=head))


def _companies(lines: Iterable[Line]) -> dict[Place, Company]:
    companies: dict[Place, Company] = {}
    for line in lines:
        caller = line.caller
        companies.setdefault(caller.place, Company(caller.company_id, caller.place)).add(line)
    return companies
