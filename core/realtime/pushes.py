"""Say something to browsers, from any process: `push(f"{company_id}:agents", "conversation_opened", {...})`.

In a live process it reaches the browsers connected here at once and the others through the bus; pages and workers have
the bus alone.  A push is a hint and may be lost: never the only way to learn something that matters.
"""

from collections.abc import Iterable

from flask import Flask, current_app

from core.realtime.bus import Bus, Mouth
from core.realtime.push import Push
from core.realtime.rooms import Rooms


def push(rooms: str | Iterable[str], name: str, data, audience: str = "") -> None:
    """Tell everybody in the room (or rooms, each browser once).  `audience` narrows it to one kind of caller."""
    push_all([Push.of(rooms, name, data, audience)])


def push_all(pushes: list[Push]) -> None:
    """Say many things in one go."""
    if pushes:
        current_app.extensions["pushes"].send(pushes)


def install(app: Flask) -> None:
    """Give a process its mouth.  A live process replaces it when its switchboard starts."""
    app.extensions["pushes"] = Outlet(Mouth(app.config["REDIS_URL"]))


class Outlet:
    """Where pushes go from here: to other processes, and in a live process to the rooms here first."""

    def __init__(self, mouth: Mouth | Bus, rooms: Rooms | None = None):
        self._mouth, self._rooms = mouth, rooms

    def send(self, pushes: list[Push]) -> None:
        if self._rooms is not None:
            for one in pushes:
                self._rooms.deliver(one)
        self._mouth.say(pushes)
