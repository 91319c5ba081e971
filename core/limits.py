"""How often something may be tried.  Counted in Redis, in this process alone while Redis is away."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter, RateLimiter
from redis.exceptions import RedisError

from core.errors import Refusal


class TooManyTries(Refusal):
    code = "too_many_tries"
    message = _l("Too many tries. Wait {minutes} min and try again.")
    status = 429


class Limits:
    """Windows over named things: an account, a network, a company."""

    def __init__(self, redis_url: str):
        shared = storage_from_string(redis_url, socket_timeout=1, wrap_exceptions=True)
        here = MemoryStorage()
        self._moving = MovingWindowRateLimiter(shared), MovingWindowRateLimiter(here)
        # Of these something can be given back.
        self._fixed = FixedWindowRateLimiter(shared), FixedWindowRateLimiter(here)

    def hit(self, limit: RateLimitItem, *key: str) -> bool:
        """Count one try.  False when it is one too many."""
        return _hit(self._moving, limit, *key)

    def hit_for_now(self, limit: RateLimitItem, *key: str) -> bool:
        """The same, of a try that may be given back."""
        return _hit(self._fixed, limit, *key)

    def give_back(self, limit: RateLimitItem, *key: str) -> None:
        _hit(self._fixed, limit, *key, cost=-1)

    def clear(self, limit: RateLimitItem, *key: str) -> None:
        shared, here = self._moving
        here.clear(limit, *key)
        try:
            shared.clear(limit, *key)
        except (StorageError, RedisError):
            return


def _hit(windows: tuple[RateLimiter, RateLimiter], limit: RateLimitItem, *key: str, **cost: int) -> bool:
    shared, here = windows
    try:
        return shared.hit(limit, *key, **cost)
    except (StorageError, RedisError):
        return here.hit(limit, *key, **cost)


def install(app: Flask) -> None:
    app.extensions["limits"] = Limits(app.config["REDIS_URL"])


def count_try(rule: str, *key: object) -> None:
    """Count one try of `key` against a rule such as "10 per 5 minutes".  Raises TooManyTries."""
    limit = parse(rule)
    if not current_app.extensions["limits"].hit(limit, *map(str, key)):
        raise _too_many(limit)


@contextmanager
def failures_counted(rule: str, *key: object) -> Iterator[None]:
    """Count what is tried in here unless it ends well: a whole office may come in at nine through one address.

    It is counted before, so that many at once get no more.  Raises TooManyTries.
    """
    limit, limits = parse(rule), current_app.extensions["limits"]
    if not limits.hit_for_now(limit, *map(str, key)):
        raise _too_many(limit)
    yield
    limits.give_back(limit, *map(str, key))


def forget_tries(rule: str, *key: object) -> None:
    """Start counting anew, after a success."""
    current_app.extensions["limits"].clear(parse(rule), *map(str, key))


def _too_many(limit: RateLimitItem) -> TooManyTries:
    return TooManyTries(minutes=max(1, round(limit.get_expiry() / 60)))
