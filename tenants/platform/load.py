"""How much work each company makes: requests, messages, seconds of work and of the database.

Counted in this process with plain additions, and added up in Redis every few seconds: no request waits for that.  What
Redis loses, nobody misses.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask import Flask, g

from core.clock import now
from core.db import PLATFORM, db
from core.redis import redis

BUCKET = 300
KEPT, DAY_KEPT, SUM_KEPT = 3 * BUCKET, 2 * 86400, 5
# What is added up, in the order people read it.
KINDS = ("requests", "refused", "messages", "work", "database")

_working_for: ContextVar[int | None] = ContextVar("working for", default=None)


class Tally:
    """What one company did here since the last time it was added up.  Seconds are seconds of waiting people, not of computing."""

    __slots__ = KINDS

    def __init__(self):
        self.requests = self.refused = self.messages = 0
        self.work = self.database = 0.0


class Load:
    """The tallies of this process."""

    def __init__(self):
        self._tallies: dict[int, Tally] = {}

    def of(self, company_id: int) -> Tally:
        tally = self._tallies.get(company_id)
        if tally is None:
            tally = self._tallies[company_id] = Tally()
        return tally

    def take(self) -> dict[int, Tally]:
        """Everything counted so far, and begin anew."""
        taken, self._tallies = self._tallies, {}
        return taken


load = Load()


class Busy(NamedTuple):
    """A company's load during a while."""

    company_id: int
    requests: float
    refused: float
    messages: float
    work: float
    database: float


def install(app: Flask) -> None:
    """Count the time that statements for companies take, and each request once."""
    app.before_request(_begin_request)
    with app.app_context():
        for key, engine in db.engines.items():
            if key != PLATFORM:
                sa.event.listen(engine, "before_cursor_execute", _begins)
                sa.event.listen(engine, "after_cursor_execute", _ends)


@contextmanager
def working_for(company_id: int) -> Iterator[None]:
    """Count the time of the block as work for a company; a block for the same one inside of it counts once."""
    if _working_for.get() == company_id:
        yield
        return
    token, began = _working_for.set(company_id), time.perf_counter()
    try:
        yield
    finally:
        _working_for.reset(token)
        load.of(company_id).work += time.perf_counter() - began


def count_request(company_id: int) -> bool:
    """Count a page, a call or an event of a socket.  False if it has been counted already."""
    if "counted" in g:
        return False
    g.counted = True
    load.of(company_id).requests += 1
    return True


def add_up() -> None:
    """Add what this process counted to what the others did.  Raises RedisError."""
    taken = load.take()
    if not taken:
        return
    keys = {_key(_bucket(), kind): KEPT for kind in KINDS} | {_day_key(now().date(), kind): DAY_KEPT for kind in KINDS}
    with redis().pipeline(transaction=False) as pipeline:
        for key, kept in keys.items():
            kind = key.rpartition(":")[2]
            for company_id, tally in taken.items():
                if amount := getattr(tally, kind):
                    pipeline.zincrby(key, amount, company_id)
            pipeline.expire(key, kept)
        pipeline.execute()


def busiest_lately(by: str, at_most: int = 50) -> tuple[datetime, list[Busy]]:
    """The companies with the most of one kind in the last five to ten minutes, and since when that is.  Raises RedisError."""
    first = _bucket() - 1
    keys = {kind: f"load:sum:{kind}" for kind in KINDS}
    with redis().pipeline(transaction=False) as pipeline:
        for kind, key in keys.items():
            pipeline.zunionstore(key, [_key(first, kind), _key(first + 1, kind)])
            pipeline.expire(key, SUM_KEPT)
        pipeline.execute()
    return datetime.fromtimestamp(first * BUCKET, UTC), _busiest(keys, by, at_most)


def busiest_on(day: date, by: str, at_most: int = 50) -> list[Busy]:
    """The companies with the most of one kind on a day (of UTC), today or yesterday.  Raises RedisError."""
    return _busiest({kind: _day_key(day, kind) for kind in KINDS}, by, at_most)


def _busiest(keys: dict[str, str], by: str, at_most: int) -> list[Busy]:
    ids = [int(member) for member in redis().zrevrange(keys[by], 0, at_most - 1)]
    if not ids:
        return []
    columns: Iterable[list] = [redis().zmscore(key, ids) for key in keys.values()]
    return [Busy(id, *(amount or 0 for amount in row)) for id, *row in zip(ids, *columns, strict=True)]


def _begin_request() -> None:
    g.pop("counted", None)


def _bucket() -> int:
    return int(now().timestamp() // BUCKET)


def _key(bucket: int, kind: str) -> str:
    return f"load:{bucket}:{kind}"


def _day_key(day: date, kind: str) -> str:
    return f"load:{day.isoformat()}:{kind}"


def _begins(connection, cursor, statement, parameters, context, executemany) -> None:
    connection.info["statement began"] = time.perf_counter()


def _ends(connection, cursor, statement, parameters, context, executemany) -> None:
    company_id = _working_for.get()
    if company_id is not None:
        load.of(company_id).database += time.perf_counter() - connection.info["statement began"]
