"""What the platform says to all its processes, believed for a few seconds: a limit, a price list, what is announced.

Whoever changes it calls `forget()` after the commit, from a reaction: then it is asked anew here at once, in live
processes as soon as they hear of it, and everywhere within FRESH_SECONDS, should nobody have heard.
"""

import logging
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from flask import Flask, current_app
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

from core.db import fresh_transaction, in_transaction
from core.realtime.pushes import push

log = logging.getLogger(__name__)

FRESH_SECONDS = 2.0
# All live processes hear in it what they must not go on believing.
ROOM = "brief"

T = TypeVar("T")


class Memory:
    """What this process was answered, and when it was last told that an answer has changed."""

    def __init__(self):
        self._known: dict[str, tuple[object, float]] = {}
        self._changed: dict[str, float] = {}

    def recall(self, name: str, ask: Callable[[], T]) -> T:
        known = self._known.get(name)
        if known is None or not self._is_fresh(name, known[1]):
            asked_at = time.monotonic()
            known = self._known[name] = self._answer(name, ask), asked_at
        return known[0]

    def forget(self, name: str) -> None:
        # Noted, not only dropped: somebody may be asking at this moment, and about to keep what is no longer true.
        self._changed[name] = time.monotonic()

    def clear(self) -> None:
        self._known.clear()

    def _answer(self, name: str, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except (OperationalError, InterfaceError, TimeoutError) as error:
            if name not in self._known:
                raise
            log.warning("going on with what was known last name=%s error=%r", name, error)
            return self._known[name][0]

    def _is_fresh(self, name: str, asked_at: float) -> bool:
        return asked_at > self._changed.get(name, 0) and time.monotonic() - asked_at < FRESH_SECONDS


class Brief(Generic[T]):
    """A function's answer, remembered briefly.  It must be a plain value: it outlives the session it was read in."""

    def __init__(self, ask: Callable[[], T]):
        self._ask, self.name = ask, f"{ask.__module__}.{ask.__qualname__}"

    def __call__(self) -> T:
        return _memory().recall(self.name, self._ask_in_turn)

    def forget(self) -> None:
        """Ask anew, here and everywhere."""
        _memory().forget(self.name)
        push(ROOM, "forget", {"name": self.name})

    def _ask_in_turn(self) -> T:
        # Inside a transaction with its connection: who holds one and waits for a second may wait for ever.
        if in_transaction():
            return self._ask()
        with fresh_transaction():
            return self._ask()


def briefly(ask: Callable[[], T]) -> Brief[T]:
    """Remember what this function answers for a few seconds."""
    return Brief(ask)


def install(app: Flask) -> None:
    app.extensions["brief"] = Memory()


def ear(app: Flask) -> Callable[[dict], None]:
    """Hears in ROOM what another process has changed."""
    return lambda told: app.extensions["brief"].forget(told["name"])


def _memory() -> Memory:
    return current_app.extensions["brief"]
