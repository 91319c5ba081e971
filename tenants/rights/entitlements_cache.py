"""Entitlements as they were worked out lately: in this process, and in Redis for the others.

They are kept under a version that changes with every grant and with what is free, and is never used again; so nothing
has to be thrown away, and what a transaction that failed had worked out is never found.  While Redis is away the
database is asked: neither everything nor nothing is allowed.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from redis.exceptions import RedisError

from core.redis import redis

AT_MOST = timedelta(seconds=300)
REMEMBERED = 20_000


class Known(NamedTuple):
    """What was worked out, for which version, when."""

    version: str
    since: datetime
    value: object

    def holds_at(self, moment: datetime) -> bool:
        # A clock that was set back, or far forward, makes it strange rather than true.
        until = self.value.valid_until
        return self.since <= moment < self.since + AT_MOST and (until is None or moment < until)


_known: dict[int, Known] = {}


def recall(company_id: int, version: str, moment: datetime, read: Callable[[dict], object]):
    """The value kept for this version if it is still true at that moment, or None.  `read` makes it from plain values."""
    known = _known.get(company_id)
    if known is None or known.version != version:
        known = _from_redis(company_id, version, read)
    if known is None or not known.holds_at(moment):
        return None
    _remember(company_id, known)
    return known.value


def keep(company_id: int, version: str, moment: datetime, value) -> None:
    known = Known(version, moment, value)
    _remember(company_id, known)
    until = value.valid_until or moment + AT_MOST
    seconds = min(AT_MOST, until - moment) / timedelta(milliseconds=1)
    try:
        text = json.dumps({"since": moment.isoformat(), "value": value.as_dict()})
        redis().set(_key(company_id, version), text, px=max(1, int(seconds)))
    except RedisError:
        return


def _remember(company_id: int, known: Known) -> None:
    if len(_known) >= REMEMBERED:
        _known.clear()
    _known[company_id] = known


def _from_redis(company_id: int, version: str, read: Callable[[dict], object]) -> Known | None:
    try:
        text = redis().get(_key(company_id, version))
    except RedisError:
        return None
    if text is None:
        return None
    kept = json.loads(text)
    return Known(version, datetime.fromisoformat(kept["since"]), read(kept["value"]))


def _key(company_id: int, version: str) -> str:
    return f"ent:{company_id}:{version}"
