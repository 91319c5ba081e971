"""Typing previews: what somebody is about to say, shown while he writes it.

Lossy on purpose.  Only the newest text of each side counts, sent a few times a second; under load they go first.
Agents see the visitor's text; visitors only see that somebody types.  No query: who is in a conversation is known from
what was posted and from the heads, and until it is known here nothing is shown.  Nor is what a visitor types who has not
consented to it.
"""

from collections.abc import Callable

from flask import Flask

from chat.conversations.parties import Parties
from chat.conversations.rooms import hearing_rooms
from core.errors import BadRequest
from core.realtime import green
from core.realtime.caller import Caller
from core.realtime.limits import Buckets
from core.realtime.push import Push

SECONDS = 0.15
AT_MOST = 500
MAX_AT_ONCE = 300


class Typing:
    """The previews of this process, collected and sent together."""

    def __init__(self, app: Flask, parties: Parties):
        self._app, self._parties = app, parties
        self._newest: dict[tuple[int, int, str], tuple[Caller, str]] = {}
        self._callers = Buckets(per_second=8, burst=30)

    def typing(self, caller: Caller, request: dict, answer: Callable[[dict], None]) -> None:
        """The hot event of both doors.  An empty text ends the preview."""
        text, conversation_id = request.get("text") or "", request.get("conversation_id")
        if not isinstance(text, str) or type(conversation_id) is not int:
            raise BadRequest
        if caller.shows_typing and len(self._newest) < MAX_AT_ONCE and self._callers.take(caller.rate_key):
            self._newest[caller.company_id, conversation_id, caller.kind] = caller, text[:AT_MOST]
        answer({})

    def end(self, caller: Caller, request: dict) -> None:
        """What he was typing there is being posted; shown after that it would look like more to come."""
        conversation_id = request.get("conversation_id")
        if type(conversation_id) is int:
            self._newest.pop((caller.company_id, conversation_id, caller.kind), None)

    def run(self) -> None:
        while True:
            green.sleep(SECONDS)
            self.send()

    def send(self) -> None:
        """Send what came since the last time."""
        if not self._newest:
            return
        newest, self._newest = self._newest, {}
        pushes = []
        for (company_id, conversation_id, _), (caller, text) in newest.items():
            pushes += self._pushes(company_id, conversation_id, caller, text)
        if pushes:
            self._app.extensions["pushes"].send(pushes)

    def _pushes(self, company_id: int, conversation_id: int, caller: Caller, text: str) -> list[Push]:
        parties = self._parties.of(company_id, conversation_id)
        # He may have withdrawn his consent since he typed.
        if parties is None or not caller.shows_typing or not _takes_part(caller, *parties):
            return []
        rooms = hearing_rooms(company_id, conversation_id, *parties)
        change = {
            "conversation_id": conversation_id,
            "side": "visitor" if caller.kind == "visitor" else "team",
            "author": {"kind": caller.kind, "id": caller.id, "name": caller.name},
        }
        return [
            Push.of(rooms, "typing_changed", change | {"text": text}, audience="member"),
            Push.of(rooms, "typing_changed", change | {"text": ""}, audience="visitor"),
        ]


def _takes_part(caller: Caller, visitor_id: int, assigned_to_id: int | None) -> bool:
    return caller.id == (visitor_id if caller.kind == "visitor" else assigned_to_id)
