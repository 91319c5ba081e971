"""The one place that knows how this process waits: eventlet where it was asked for, ordinary threads elsewhere.

Web processes call `patch()` as their very first statement.  Workers, commands and tests do not, and never import
eventlet; `spawn`, `sleep` and `Signal` then mean threads.  Should eventlet ever be replaced, it is replaced here, in
`server.py` and in `lane.py`.
"""

import logging
import os
import sys
import threading
import time
import warnings
from collections.abc import Callable

log = logging.getLogger(__name__)


class NotCooperative(RuntimeError):
    """One slow query would hold up every visitor of this process, so it must not start."""


def patch() -> None:
    """Make waiting cooperative in this process.  Must run before anything else is imported."""
    # psycopg chooses how to wait when it is imported, and its own choice blocks the whole process under eventlet.
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_select"
    # Few: they hash passwords and shrink pictures on the same cores that carry the messages.
    os.environ.setdefault("EVENTLET_THREADPOOL_SIZE", "4")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import eventlet

        eventlet.monkey_patch()
    if "psycopg" in sys.modules:
        from psycopg import waiting

        waiting.wait = waiting.wait_select


def is_patched() -> bool:
    patcher = sys.modules.get("eventlet.patcher")
    return patcher is not None and bool(patcher.is_monkey_patched("socket"))


def spawn(function: Callable, *args) -> "Task":
    """Run a function beside the caller.  Its `wait()` returns when the function has ended."""
    return Task(function, args)


def sleep(seconds: float = 0) -> None:
    """Let others run.  (`time.sleep` is eventlet's own once the process is patched.)"""
    time.sleep(seconds)


class Task:
    """Something running beside the caller."""

    def __init__(self, function: Callable, args: tuple):
        if is_patched():
            import eventlet

            self.wait = eventlet.spawn(_guarded, function, args).wait
        else:
            thread = threading.Thread(target=_guarded, args=(function, args), daemon=True)
            thread.start()
            self.wait = thread.join


def _guarded(function: Callable, args: tuple) -> None:
    try:
        function(*args)
    except Exception:
        log.exception("background task failed task=%s", getattr(function, "__qualname__", function))


class Signal:
    """One greenlet (or thread) waits until another gives it a value."""

    def __init__(self):
        self._given = threading.Event()
        self._value = None

    def give(self, value=None) -> None:
        self._value = value
        self._given.set()

    def take(self, timeout: float | None = None):
        """The value given, or None when the time is over."""
        self._given.wait(timeout)
        return self._value

    def clear(self) -> None:
        self._given.clear()


def off_loop(function: Callable, *args):
    """Run work that computes for long (password hashes, pictures) in a native thread, so that chats go on."""
    if not is_patched():
        return function(*args)
    from eventlet import tpool

    return tpool.execute(function, *args)


def require_cooperative_database(url: str) -> None:
    """Raise NotCooperative unless other greenlets run while a query waits."""
    import psycopg

    with psycopg.connect(url, connect_timeout=5) as connection:
        ticks = _ticks_during(lambda: connection.execute("SELECT pg_sleep(0.2)"))
    if ticks < 3:
        raise NotCooperative(
            "The database driver blocks the whole process while it waits. "
            "core.realtime.green.patch() must be the first statement of the process."
        )


def _ticks_during(wait: Callable) -> int:
    ticks = 0
    running = True

    def tick():
        nonlocal ticks
        while running:
            sleep(0.01)
            ticks += 1

    spawn(tick)
    sleep(0)
    ticks = 0
    wait()
    running = False
    return ticks
