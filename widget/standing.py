"""Whether the visitors connected here are still who they were when they came, and what they allow.

Asked every few seconds for all companies together, and at once when somebody says so, in whichever process.  Whatever is
not known is not allowed: a hint that was lost, or a database that is away, never shows what somebody types.
"""

import threading
from collections import defaultdict
from pathlib import Path

from chat.conversations.rooms import visitor_room
from core.db import Place
from core.realtime.convoy import Statement
from core.realtime.line import Line
from core.realtime.pushes import push
from core.realtime.questions import array, ask
from core.realtime.switchboard import Switchboard
from widget.guest import Guest

SECONDS = 5.0
STANDING = Statement("standing", Path(__file__).with_name("standing.sql").read_bytes())
# All live processes hear in it about whom they must ask anew.
ROOM = "standing"


def install(switchboard: Switchboard) -> None:
    """Begin to look.  Called once in a live process."""
    standing = Standing(switchboard)
    switchboard.every(SECONDS, standing.look)
    switchboard.hear(ROOM, standing.doubt)


def ask_anew(company_id: int, visitor_id: int) -> None:
    """Have all live processes look at once what became of a visitor."""
    push(ROOM, "visitor_changed", {"company_id": company_id, "visitor_id": visitor_id})


class Standing:
    """Compares the visitors connected to this process with what the database says of them."""

    def __init__(self, switchboard: Switchboard):
        self._switchboard = switchboard
        self._look_soon = switchboard.soon(self.look)
        self._doubted: set[tuple[int, int]] = set()
        self._alone = threading.Lock()

    def doubt(self, visitor: dict) -> None:
        """From now on believe nothing of this visitor, and look."""
        company_id, visitor_id = visitor["company_id"], visitor["visitor_id"]
        self._doubted.add((company_id, visitor_id))
        for line in self._switchboard.rooms.members([visitor_room(company_id, visitor_id)]):
            line.caller.shows_typing = False
        self._look_soon()

    def look(self) -> None:
        """Needs the app's context."""
        with self._alone:
            self._doubted.clear()
            places = _by_place(self._switchboard.lines())
            ids = {place: [array({line.caller.id for line in lines})] for place, lines in places.items()}
            answers = ask(STANDING, ids) if ids else {}
            for place, lines in places.items():
                self._settle(lines, answers.get(place), is_known=place in answers)

    def _settle(self, lines: list[Line], rows: list | None, is_known: bool) -> None:
        standings = {id: (key, shows_typing) for id, key, shows_typing in rows or ()}
        for line in lines:
            if not is_known:
                line.caller.shows_typing = False
            elif line.caller.id not in standings:
                line.push("session_ended", {"reason": "erased"})
                line.hang_up()
            else:
                self._compare(line, *standings[line.caller.id])

    def _compare(self, line: Line, key: str, shows_typing: bool) -> None:
        guest = line.caller
        if key != guest.visitor_key:
            # He has signed in: only who comes back with his new token is him.
            line.cut()
        # What was said while we asked is newer than our answer, and has its own look coming.
        elif (guest.company_id, guest.id) not in self._doubted:
            begins, guest.shows_typing = shows_typing and not guest.shows_typing, shows_typing
            if begins:
                # What he typed since he allowed it was shown to nobody; now his window may say it again.
                line.push("privacy_changed", {"shows_typing": True})


def _by_place(lines: list[Line]) -> dict[Place, list[Line]]:
    places: dict[Place, list[Line]] = defaultdict(list)
    for line in lines:
        if isinstance(line.caller, Guest):
            places[line.caller.place].append(line)
    return places
