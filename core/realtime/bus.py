"""Pushes between processes, through Redis pub/sub.  They are hints: what is lost here is found by the heads.

A post office of our own instead of python-socketio's: one PUBLISH carries everything one commit has to say, a process
skips what it said itself without reading it, and nobody ever waits for Redis before a message is acknowledged.
"""

import logging
import secrets
import struct
import time
from collections.abc import Callable, Iterable

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from core.realtime import green
from core.realtime.push import Push

log = logging.getLogger(__name__)

AT_ONCE = 500
MAX_WAITING = 10_000
HEARTBEAT_SECONDS = 2
DEAF_AFTER = 6
REST_AFTER_FAILURE = 1.0
_ENTRY = struct.Struct("!HBQQQI")
_SENDER_BYTES = 8


def packed(pushes: Iterable[Push]) -> bytes:
    """Pushes as one message on the bus, without the sender."""
    parts = []
    for push in pushes:
        rooms, audience = "\n".join(push.rooms).encode(), push.audience.encode()
        parts += _ENTRY.pack(len(rooms), len(audience), *(push.head or (0, 0, 0)), len(push.payload)), rooms
        parts += audience, push.payload
    return b"".join(parts)


def unpacked(message: bytes) -> Iterable[Push]:
    at = 0
    while at < len(message):
        rooms_size, audience_size, company, conversation, seq, size = _ENTRY.unpack_from(message, at)
        at += _ENTRY.size
        rooms, at = message[at : at + rooms_size], at + rooms_size
        audience, at = message[at : at + audience_size], at + audience_size
        payload, at = message[at : at + size], at + size
        head = (company, conversation, seq) if seq else None
        yield Push(rooms.decode().split("\n"), payload, audience.decode(), head)


class Mouth:
    """Says pushes to all live processes at once.  For pages, workers and commands: it waits for Redis, but briefly."""

    def __init__(self, url: str):
        self._redis = _redis(url, socket_timeout=0.5)
        self._channel = _channel(self._redis)
        self._rest_until = 0.0
        self.name = secrets.token_bytes(_SENDER_BYTES)

    def say(self, pushes: Iterable[Push]) -> None:
        if time.monotonic() < self._rest_until:
            return
        try:
            self._redis.publish(self._channel, self.name + packed(pushes))
        except RedisError as error:
            log.warning("push not sent to other processes error=%r", error)
            self._rest_until = time.monotonic() + REST_AFTER_FAILURE


class Bus:
    """A live process's share in the talk: says its pushes in the background, hears everybody else's."""

    def __init__(self, url: str, hear: Callable[[Push], None], after_gap: Callable[[], None]):
        self._url, self._hear, self._after_gap = url, hear, after_gap
        self._mouth = Mouth(url)
        self._waiting: list[Push] = []
        self._wake = green.Signal()
        self._heard_at = 0.0
        self._running = True

    def start(self) -> None:
        green.spawn(self._speak)
        green.spawn(self._listen)

    def stop(self) -> None:
        self._running = False
        self._wake.give()

    def say(self, pushes: Iterable[Push]) -> None:
        """Put pushes on their way.  Never waits; the oldest are dropped while Redis is away."""
        self._waiting += pushes
        if len(self._waiting) > MAX_WAITING:
            del self._waiting[:-MAX_WAITING]
        self._wake.give()

    def _speak(self) -> None:
        while self._running:
            self._wake.take(timeout=HEARTBEAT_SECONDS)
            self._wake.clear()
            pushes, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            # An empty message is the heartbeat by which the listener knows that it is not deaf.
            self._mouth.say(pushes)
            if self._waiting:
                self._wake.give()

    def _listen(self) -> None:
        heard_before = False
        while self._running:
            try:
                self._listen_until_lost(heard_before)
            except (RedisError, OSError, ValueError) as error:
                log.warning("not hearing other processes error=%r", error)
            heard_before = True
            green.sleep(REST_AFTER_FAILURE / 2)

    def _listen_until_lost(self, was_connected: bool) -> None:
        # No time-out on the socket: on a quiet channel redis-py would take it for a broken connection.
        client = _redis(self._url, socket_timeout=None)
        try:
            ear = client.pubsub(ignore_subscribe_messages=True)
            ear.subscribe(_channel(client))
            self._heard_at = time.monotonic()
            if was_connected:
                self._after_gap()
            while self._running:
                self._hear_next(ear)
        finally:
            client.close()

    def _hear_next(self, ear) -> None:
        message = ear.get_message(timeout=1.0)
        if message is not None:
            self._take(message["data"])
        if time.monotonic() - self._heard_at > DEAF_AFTER:
            # Seen with redis-py: a listener that stays connected and never hears anything again.
            raise OSError("own heartbeat not heard")

    def _take(self, data: bytes) -> None:
        if data.startswith(self._mouth.name):
            self._heard_at = time.monotonic()
            return
        try:
            for push in unpacked(data[_SENDER_BYTES:]):
                self._hear(push)
        except (struct.error, UnicodeDecodeError) as error:
            log.warning("unreadable message on the bus bytes=%s error=%r", len(data), error)


def _redis(url: str, socket_timeout: float | None) -> Redis:
    return Redis.from_url(
        url, socket_timeout=socket_timeout, socket_connect_timeout=0.5, socket_keepalive=True, retry=Retry(NoBackoff(), 0)
    )


def _channel(redis: Redis) -> str:
    # Pub/sub ignores database numbers, and two installations may share one Redis.
    return f"laike:pushes:{redis.connection_pool.connection_kwargs.get('db', 0)}"
