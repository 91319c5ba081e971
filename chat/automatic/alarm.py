"""When each company is to be looked at for what is due to be said by itself.

The moments are hints in Redis, so that thousands of companies with nothing to say cost nothing.  The clocks themselves
are what is written in the conversations: a hint that was lost is made good by the next minute that passes (while Redis
is away, each minute says what is due), and after a restart what became due meanwhile is said at once.  Any number of
alarms may run.
"""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from flask import Flask
from redis.exceptions import RedisError

from chat.automatic.messages import LOOK_AGAIN, nothing_is_ever_said, say_due, say_due_in
from core.clock import now
from core.db import fresh_transaction
from core.redis import redis
from tenants.companies.company import Company

log = logging.getLogger(__name__)

KEY = "alarms"
SECONDS = 0.25
AT_ONCE = 4
AFTER_FAILURE = timedelta(seconds=5)


def set_alarm(company_id: int, moment: datetime) -> bool:
    """Have a company looked at at a moment, or earlier if it was going to be.  False while Redis is away."""
    try:
        redis().zadd(KEY, {company_id: moment.timestamp()}, lt=True)
    except RedisError as error:
        log.warning("alarm not set company=%s error=%r", company_id, error)
        return False
    return True


def look_now(event) -> None:
    """After what may have changed what is said next: the texts, or a minute in which a hint was lost."""
    if not set_alarm(event.company_id, now()):
        say_due()


def look_soon(event) -> None:
    """After what begins a clock that does not run out soon."""
    set_alarm(event.company_id, now() + LOOK_AGAIN)


def greet(event) -> None:
    """An agent has accepted a visitor: he is greeted at once, and what follows follows."""
    with fresh_transaction():
        if nothing_is_ever_said():
            return
    words = say_due_in(event.conversation_id)
    set_alarm(event.company_id, min(now() + LOOK_AGAIN, words.at) if words else now() + LOOK_AGAIN)


class Alarm:
    """Looks at the companies whose moment has come."""

    def __init__(self, app: Flask):
        self._app = app
        self._hands = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="alarm")
        self._watcher = threading.Thread(target=self._watch, daemon=True, name="alarm")
        self._is_over = threading.Event()

    def start(self) -> None:
        """Watch beside the caller."""
        self._watcher.start()

    def stop(self) -> None:
        """Say what has been begun, and no more."""
        self._is_over.set()
        self._watcher.join()
        self._hands.shutdown()

    def look(self) -> None:
        """Look at all whose moment has come, and wait until everything due is said.  Raises RedisError."""
        with self._app.app_context():
            due = _due()
        list(self._hands.map(self._look_at, due))

    def _watch(self) -> None:
        rest = SECONDS
        while not self._is_over.wait(rest):
            try:
                self.look()
                rest = SECONDS
            except RedisError as error:
                log.warning("alarm waits for redis error=%r", error)
                rest = AFTER_FAILURE.total_seconds()

    def _look_at(self, company_id: int) -> None:
        with self._app.app_context():
            try:
                moment = _look_at(company_id)
            except Exception as error:
                log.warning("alarm failed company=%s error=%r", company_id, error)
                moment = now() + AFTER_FAILURE
            if moment is not None:
                set_alarm(company_id, moment)


def _due() -> list[int]:
    """Take them off the list first: what is put on it while we look stays there."""
    ids = redis().zrangebyscore(KEY, "-inf", now().timestamp())
    return [int(id) for id in ids if redis().zrem(KEY, id)]


def _look_at(company_id: int) -> datetime | None:
    company = Company.numbered(company_id)
    if company is None or not company.is_open:
        return None
    with company.entered():
        return say_due()
