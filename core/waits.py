"""Waits that grow: the first tries are free, each further one makes the next wait twice as long.

Nobody is ever locked out for good; a guesser soon has a few tries an hour.  Counted in Redis, in this process alone while
Redis is away.
"""

import math
import threading

from flask_babel import lazy_gettext as _l
from redis.exceptions import RedisError

from core.clock import now
from core.limits import TooManyTries
from core.redis import redis

FREE = 3
FIRST_SECONDS, LONGEST_SECONDS = 5, 15 * 60
FORGOTTEN_AFTER = 24 * 3600
# One call looks and counts: of many at the same moment only the free ones get through.
TAKE_TURN = """
local moment, tries = tonumber(ARGV[1]), tonumber(redis.call('HGET', KEYS[1], 'tries') or '0')
local free_at = tonumber(redis.call('HGET', KEYS[1], 'free_at') or '0')
if free_at > moment then return {tries, string.format('%.6f', free_at - moment)} end
tries = tries + 1
local wait = 0
if tries >= tonumber(ARGV[2]) then
    wait = math.min(tonumber(ARGV[3]) * 2 ^ (tries - tonumber(ARGV[2])), tonumber(ARGV[4]))
end
redis.call('HSET', KEYS[1], 'tries', tries, 'free_at', string.format('%.6f', moment + wait))
redis.call('EXPIRE', KEYS[1], ARGV[5])
return {tries, '0'}
"""
_here: dict[str, tuple[int, float]] = {}
_alone = threading.Lock()


class StillWaiting(TooManyTries):
    message = _l("Too many tries. Wait {seconds} s and try again.")


def take_turn(*key: object) -> int:
    """Count one try; gives how many there were in a row.  Raises StillWaiting before its time has come."""
    name = _name(key)
    try:
        tries, wait = redis().eval(TAKE_TURN, 1, name, _moment(), FREE, FIRST_SECONDS, LONGEST_SECONDS, FORGOTTEN_AFTER)
    except RedisError:
        tries, wait = _take_turn_here(name)
    if float(wait) > 0:
        raise StillWaiting(seconds=math.ceil(float(wait)))
    return int(tries)


def forget_turns(*key: object) -> None:
    """Start anew, after a success."""
    _here.pop(_name(key), None)
    try:
        redis().delete(_name(key))
    except RedisError:
        return


def _take_turn_here(name: str) -> tuple[int, float]:
    with _alone:
        tries, free_at = _here.get(name, (0, 0.0))
        if free_at > _moment():
            return tries, free_at - _moment()
        tries += 1
        wait = min(FIRST_SECONDS * 2 ** (tries - FREE), LONGEST_SECONDS) if tries >= FREE else 0
        _here[name] = tries, _moment() + wait
        return tries, 0.0


def _moment() -> float:
    return now().timestamp()


def _name(key: tuple) -> str:
    return ":".join(["wait", *map(str, key)])
