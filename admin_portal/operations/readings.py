"""Everything the state page looks at, read once: signs of life, what the schedule measured, and Redis itself."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from redis.exceptions import RedisError
from rq.exceptions import NoSuchJobError
from rq.job import Job

from core.clock import now
from core.db import transaction
from core.heartbeats import Heartbeat, living, missing
from core.readings import Reading
from core.redis import queue, redis
from tenants.platform.switches import SwitchOff

# The schedule measures every 15 seconds.
FRESH = timedelta(seconds=90)
SWEEP = "sweep:"


@dataclass(frozen=True)
class Sweep:
    """One thing that is done by the clock, and how that went last.  `ended_at` is None if it never ran."""

    name: str
    every: int
    ended_at: datetime | None
    took: float = 0
    is_failing: bool = False
    error: str = ""
    failed_at: datetime | None = None

    @property
    def is_overdue(self) -> bool:
        """It may wait for others that take long, but not for ever."""
        return self.ended_at is None or now() - self.ended_at > timedelta(seconds=3 * self.every + 120)


class Platform:
    """The platform as it was a moment ago."""

    def __init__(self):
        with transaction():
            self.processes, self._readings = Heartbeat.known(), Reading.newest()
            self.switches = SwitchOff.in_force()

    @property
    def living(self) -> list[Heartbeat]:
        return living(self.processes)

    @property
    def missing(self) -> list[Heartbeat]:
        return missing(self.processes)

    def reading(self, name: str) -> dict | None:
        """What was measured, or None if nobody has measured it lately."""
        reading = self._readings.get(name)
        return reading.figures if reading and now() - reading.at < FRESH else None

    @cached_property
    def sweeps(self) -> list[Sweep]:
        """What the schedule should do, and what it says it did, the ones that need somebody first."""
        plans = [process.figures.get("plan", {}) for process in self.living]
        done = {name.removeprefix(SWEEP): one for name, one in self._readings.items() if name.startswith(SWEEP)}
        plan = next((plan for plan in plans if plan), {name: one.figures["every"] for name, one in done.items()})
        sweeps = [_sweep(name, every, done.get(name)) for name, every in plan.items()]
        return sorted(sweeps, key=lambda sweep: (not sweep.is_failing, not sweep.is_overdue, sweep.name))

    @cached_property
    def redis(self) -> dict | None:
        """What Redis says of itself, or None if it does not answer."""
        try:
            return redis().info()
        except RedisError:
            return None

    @cached_property
    def queue(self) -> tuple[int, datetime | None] | None:
        """How many hints wait for a worker, and since when the oldest."""
        try:
            ids = queue().get_job_ids(0, 1)
            return queue().count, _enqueued_at(ids[0]) if ids else None
        except RedisError:
            return None


def _sweep(name: str, every: int, reading: Reading | None) -> Sweep:
    if reading is None:
        return Sweep(name, every, None)
    figures = reading.figures
    failed_at = datetime.fromisoformat(figures["failed_at"]) if figures.get("failed_at") else None
    return Sweep(name, every, reading.at, figures["took"], figures["is_failing"], figures.get("error", ""), failed_at)


def _enqueued_at(id: str) -> datetime | None:
    try:
        moment = Job.fetch(id, connection=redis(), serializer=queue().serializer).enqueued_at
    except NoSuchJobError:
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
