"""The chat's part of a live process: posting, typing, and the look at the heads."""

from flask import Flask

from chat.conversations.heads import SECONDS, Heads
from chat.conversations.parties import Parties
from chat.conversations.posting import Posting
from chat.conversations.typing import Typing
from core.realtime import green
from core.realtime.caller import Caller
from core.realtime.door import Door
from core.realtime.switchboard import Switchboard


def answer_without_sockets(app: Flask, *doors: Door) -> Posting:
    """Let doors post over plain HTTP, in a process that holds no sockets.  Nobody sees typing from there."""
    posting = app.extensions["posting"] = Posting(app, Parties())
    for door in doors:
        # Its refusals come from the writer, outside of any request.
        door.app = app
        door.hot("post_message")(posting.post_message)
        door.hot("typing")(lambda caller, request, answer: answer({}))
    return posting


def answer_on_sockets(switchboard: Switchboard, *doors: Door) -> Posting:
    """Let doors post and type on sockets."""
    app, parties = switchboard.app, Parties()
    posting = app.extensions["posting"] = Posting(app, parties)
    typing, heads = Typing(app, parties), Heads(switchboard.rooms, parties)

    def post_message(caller: Caller, request: dict, answer) -> None:
        typing.end(caller, request)
        posting.post_message(caller, request, answer)

    for door in doors:
        door.hot("post_message")(post_message)
        door.hot("typing")(typing.typing)
    green.spawn(typing.run)
    _look_at_heads(switchboard, heads)
    switchboard.before_closing.append(posting.wait_until_written)
    return posting


def _look_at_heads(switchboard: Switchboard, heads: Heads) -> None:
    def look() -> None:
        heads.look(switchboard.lines())

    switchboard.every(SECONDS, look)
    switchboard.after_gap.append(switchboard.soon(look))
