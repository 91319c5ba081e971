"""Something said to browsers: what, and to whom."""

import orjson

from core.realtime.frames import frame


class Push:
    """One event for everybody in some rooms.  Encoded once, however many hear it.

    `audience` narrows it to callers of one kind.  `head` is (company, conversation, seq) when the push carries a
    conversation's newest message: whoever delivers it remembers how far its browsers have come.
    """

    __slots__ = ("_frame", "audience", "head", "payload", "rooms")

    def __init__(self, rooms, payload: bytes, audience: str = "", head: tuple[int, int, int] | None = None):
        self.rooms: tuple[str, ...] = (rooms,) if isinstance(rooms, str) else tuple(rooms)
        self.payload, self.audience, self.head = payload, audience, head
        self._frame: bytes | None = None

    @classmethod
    def of(cls, rooms, name: str, data, audience: str = "", head=None) -> "Push":
        return cls(rooms, encoded([name, data]), audience, head)

    @property
    def packet(self) -> str:
        """As a Socket.IO event."""
        return "2" + self.payload.decode()

    @property
    def frame(self) -> bytes:
        """As a Socket.IO event in an Engine.IO message in a WebSocket frame."""
        if self._frame is None:
            self._frame = frame(b"42" + self.payload)
        return self._frame


def encoded(value) -> bytes:
    """JSON for the wire.  Lazy translations and other texts-to-be become texts."""
    return orjson.dumps(value, default=str)
