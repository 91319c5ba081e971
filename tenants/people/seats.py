"""Seats: how many of a company's agents may be online at the same time (G-07, G-08, CF-37)."""

from collections.abc import Container, Iterable
from datetime import UTC, datetime, timedelta

from flask_babel import lazy_gettext as _l
from redis.exceptions import RedisError

from core.clock import now
from core.db import record
from core.errors import Refusal
from core.events import dataclass_event
from core.redis import redis

LEASE = timedelta(seconds=45)

RESETTLING = timedelta(seconds=15)
# After the last tab of an agent has closed: long enough for a reload, or for another device to renew.
LEAVING = timedelta(seconds=15)
# After the company may seat fewer: how long those over the limit may go on with the conversations they have.
LEAVE_WITHIN = timedelta(minutes=30)
# Longer than any console needs to notice that its seat is gone.
RELEASE_LASTS = timedelta(minutes=2)

# One call counts and admits, so thirty agents at once cannot all find the last seat free.  When Redis has lost its data
# (no "born" mark), holders who renew come back first and newcomers wait RESETTLING, so the limit is never exceeded.
_ADMIT = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local member, limit, lease, resettling, renewing = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5] == '1'
redis.call('SET', KEYS[2], now, 'NX')
local settled = now - redis.call('GET', KEYS[2]) >= resettling
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if not redis.call('ZSCORE', KEYS[1], member) then
  if renewing and settled then return 0 end
  if not renewing and not settled then return -1 end
  if not renewing and redis.call('ZCARD', KEYS[1]) >= limit then return 0 end
  redis.call('HSET', KEYS[3], member, now)
end
redis.call('ZADD', KEYS[1], now + lease, member)
redis.call('PEXPIRE', KEYS[1], lease * 2)
redis.call('PEXPIRE', KEYS[3], lease * 2)
return 1
"""
_BORN = "seats:born"
_MILLISECOND = timedelta(milliseconds=1)


class NoSeatLeft(Refusal):
    code = "no_seat_left"
    message = _l(
        "All {seats} seats are in use by {names}. Ask a colleague to go offline, or ask your administrator for more seats."
    )


class SeatWasReleased(Refusal):
    code = "seat_released"
    message = _l("Your seat was released. Open the console again to take one.")


class SeatsUnknown(Refusal):
    code = "seats_unknown"
    message = _l("We cannot see right now which seats are free. Try again in a moment.")
    status = 503


@dataclass_event
class SeatTaken:
    company_id: int
    member_id: int


@dataclass_event
class SeatReleased:
    company_id: int
    member_id: int


class Seats:
    """Which of the company's agents are online: a seat is a lease, renewed while a console is open.  Part of Company."""

    def take_seat(self, member) -> None:
        """Lease a seat; several tabs of one agent share it.  Raises NoSeatLeft with who is online."""
        if not self._lease(member.id, renewing=False):
            raise NoSeatLeft(seats=self.entitlements.seats, names=", ".join(self.seated_names))
        redis().delete(_released_key(self.id, member.id))
        record(SeatTaken(self.id, member.id))

    def keep_seat(self, member) -> None:
        """An open console comes back: it keeps its seat or takes a free one, but not when its seat was released.

        Raises SeatWasReleased, NoSeatLeft, SeatsUnknown.
        """
        if self.renew_seat(member.id):
            return
        if redis().exists(_released_key(self.id, member.id)):
            raise SeatWasReleased
        self.take_seat(member)

    def renew_seat(self, member_id: int) -> bool:
        """Keep a seat for another LEASE.  False when it is gone: released, or given to somebody else."""
        return self._lease(member_id, renewing=True)

    def release_seat(self, member_id: int) -> None:
        """Free a seat at once.  Its consoles may not take it back by themselves."""
        try:
            redis().set(_released_key(self.id, member_id), 1, ex=RELEASE_LASTS)
            redis().zrem(self._seats_key, member_id)
        except RedisError as error:
            raise SeatsUnknown from error
        record(SeatReleased(self.id, member_id))

    def leave_seat(self, member_id: int) -> None:
        """A console of this agent has closed.  Unless another one renews, the seat is free after LEAVING."""
        seconds, microseconds = redis().time()
        until = seconds * 1000 + microseconds // 1000 + LEAVING // _MILLISECOND
        redis().zadd(self._seats_key, {str(member_id): until}, xx=True, lt=True)

    @property
    def seated(self) -> set[int]:
        """Ids of the members who hold a seat now.  Raises SeatsUnknown while Redis is away."""
        try:
            seconds, microseconds = redis().time()
            alive = redis().zrangebyscore(self._seats_key, seconds * 1000 + microseconds // 1000, "+inf")
        except RedisError as error:
            raise SeatsUnknown from error
        return {int(member_id) for member_id in alive}

    @property
    def seats_taken(self) -> int:
        return len(self.seated)

    @property
    def seated_names(self) -> list[str]:
        from tenants.people.members import Member  # members know their company

        return [member.name for member in Member.with_ids(self.seated)]

    @property
    def seated_since(self) -> dict[int, datetime]:
        """When each of those who hold a seat took it."""
        since = {
            int(id): datetime.fromtimestamp(int(at) / 1000, UTC) for id, at in redis().hgetall(_since_key(self.id)).items()
        }
        return {id: since[id] for id in self.seated if id in since}

    @property
    def leaving(self) -> set[int]:
        """Who sits over the limit since the company may seat fewer: whoever came last.  They get no new conversations."""
        seated, limit = self.seated, self.entitlements.seats
        if len(seated) <= limit:
            return set()
        since = self.seated_since
        first_come = sorted(seated, key=lambda id: (since.get(id, datetime.max.replace(tzinfo=UTC)), id))
        return set(first_come[limit:])

    def keep_to_limit(self, talking: Container[int]) -> None:
        """Let those over the limit finish the conversations they have, for LEAVE_WITHIN, and release their seats then.

        `talking` is who has one.  Said after everything that may have changed it; saying it again is harmless.
        """
        try:
            for member_id, since in self._leaving_since().items():
                if member_id not in talking or now() >= since + LEAVE_WITHIN:
                    self.release_seat(member_id)
        except RedisError as error:
            raise SeatsUnknown from error

    def _leaving_since(self) -> dict[int, datetime]:
        """Since when each of those over the limit has been.  Whoever no longer is begins anew the next time."""
        key, leaving = _leaving_key(self.id), self.leaving
        if not leaving:
            redis().delete(key)
            return {}
        told = {int(id): datetime.fromtimestamp(int(at), UTC) for id, at in redis().hgetall(key).items()}
        since = {id: told.get(id, now()) for id in leaving}
        with redis().pipeline() as pipeline:
            pipeline.delete(key)
            for id, at in since.items():
                pipeline.hset(key, str(id), int(at.timestamp()))
            pipeline.expire(key, 2 * LEAVE_WITHIN)
            pipeline.execute()
        return since

    def _lease(self, member_id: int, renewing: bool) -> bool:
        try:
            answer = redis().eval(*_admission(self.id, member_id, self.entitlements.seats, renewing))
        except RedisError as error:
            raise SeatsUnknown from error
        if answer == -1:
            raise SeatsUnknown
        return answer == 1

    @property
    def _seats_key(self) -> str:
        return _key(self.id)


def renew_seats(holders: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Keep the seats of all these (company id, member id) in one round trip.  Returns those whose seat is gone.

    Raises SeatsUnknown while Redis is away: then everybody keeps what he has.
    """
    holders = list(holders)
    pipeline = redis().pipeline(transaction=False)
    for company_id, member_id in holders:
        # Who renews takes no new seat, so the limit does not matter.
        pipeline.eval(*_admission(company_id, member_id, seats=0, renewing=True))
    try:
        answers = pipeline.execute()
    except RedisError as error:
        raise SeatsUnknown from error
    return {holder for holder, answer in zip(holders, answers, strict=True) if answer != 1}


def seated_in(company_ids: Iterable[int]) -> dict[int, set[int]]:
    """Who holds a seat in each of these companies, in one round trip.  Raises SeatsUnknown."""
    company_ids, pipeline = list(company_ids), redis().pipeline(transaction=False)
    try:
        seconds, microseconds = redis().time()
        for company_id in company_ids:
            pipeline.zrangebyscore(_key(company_id), seconds * 1000 + microseconds // 1000, "+inf")
        answers = pipeline.execute()
    except RedisError as error:
        raise SeatsUnknown from error
    return {id: {int(member_id) for member_id in ids} for id, ids in zip(company_ids, answers, strict=True)}


def _admission(company_id: int, member_id: int, seats: int, renewing: bool) -> list:
    keys = [_key(company_id), _BORN, _since_key(company_id)]
    return [_ADMIT, len(keys), *keys, member_id, seats, LEASE // _MILLISECOND, RESETTLING // _MILLISECOND, int(renewing)]


def _key(company_id: int) -> str:
    return f"seats:{company_id}"


def _leaving_key(company_id: int) -> str:
    return f"seats:{company_id}:leaving"


def _since_key(company_id: int) -> str:
    return f"seats:{company_id}:since"


def settle_seats() -> None:
    """Tell a Redis that has never held seats that nobody needs to come back first.  For new installations."""
    redis().set(_BORN, 0, nx=True)


def _released_key(company_id: int, member_id: int) -> str:
    return f"seats:{company_id}:released:{member_id}"
