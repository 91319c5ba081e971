"""How often something may be tried.  Counted in Redis, in this process alone while Redis is away."""

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

from core.errors import Refusal


class TooManyTries(Refusal):
    code = "too_many_tries"
    message = _l("Too many tries. Wait {minutes} min and try again.")
    status = 429


class Limits:
    """Moving windows over named things: an account, a network, a company."""

    def __init__(self, redis_url: str):
        self._shared = MovingWindowRateLimiter(storage_from_string(redis_url, socket_timeout=1, wrap_exceptions=True))
        self._local = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, limit: RateLimitItem, *key: str) -> bool:
        """Count one try.  False when it is one too many."""
        try:
            return self._shared.hit(limit, *key)
        except (StorageError, RedisError):
            return self._local.hit(limit, *key)

    def clear(self, limit: RateLimitItem, *key: str) -> None:
        self._local.clear(limit, *key)
        try:
            self._shared.clear(limit, *key)
        except (StorageError, RedisError):
            return


def install(app: Flask) -> None:
    app.extensions["limits"] = Limits(app.config["REDIS_URL"])


def count_try(rule: str, *key: object) -> None:
    """Count one try of `key` against a rule such as "10 per 5 minutes".  Raises TooManyTries."""
    limit = parse(rule)
    if not current_app.extensions["limits"].hit(limit, *map(str, key)):
        raise TooManyTries(minutes=max(1, round(limit.get_expiry() / 60)))


def forget_tries(rule: str, *key: object) -> None:
    """Start counting anew, after a success."""
    current_app.extensions["limits"].clear(parse(rule), *map(str, key))
