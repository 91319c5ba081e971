"""A part of this process that hears what is said in a room, from here and from other processes, as a browser would."""

from collections.abc import Callable

import orjson

from core.realtime.push import Push


class Ear:
    """Sits in a room like a line, and calls `hear(data)` for each push there.  It must not wait."""

    def __init__(self, hear: Callable[[dict], None]):
        self._hear = hear
        self.rooms: set[str] = set()

    def deliver(self, push: Push) -> None:
        _, data = orjson.loads(push.payload)
        self._hear(data)
