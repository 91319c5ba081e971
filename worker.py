"""A worker process, never monkey-patched: `python worker.py jobs` works off what was written down for later,
`python worker.py schedule` sees that nothing is forgotten."""

import logging
import sys
import time

from redis import Redis
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from chat.automatic.alarm import Alarm
from core.redis import QUEUE
from saas.app import create_app
from saas.pulse import Pulse
from saas.schedule import Schedule
from tenants.companies.safety import refuse_unsafe

log = logging.getLogger(__name__)
app = create_app()


class Worker(SimpleWorker):
    """RQ's worker, which also ends when Redis is away for a moment.  This one knows whether it was told to."""

    was_told_to_stop = False

    def request_stop(self, signum, frame) -> None:
        self.was_told_to_stop = True
        super().request_stop(signum, frame)


def jobs() -> None:
    """Wait for hints and work off the outbox of the company they name.  While Redis is away the schedule does it alone."""
    pulse = Pulse(app, "jobs")
    pulse.start()
    while not work_until_redis_is_lost():
        time.sleep(1)
    pulse.end()


def work_until_redis_is_lost() -> bool:
    """Returns whether we were told to stop."""
    worker = None
    try:
        worker = Worker([QUEUE], connection=Redis.from_url(app.config["REDIS_URL"]), serializer=JSONSerializer)
        worker.work()
    except RedisError as error:
        log.warning("no hints while Redis is away error=%r", error)
    return worker is not None and worker.was_told_to_stop


def schedule() -> None:
    """Do what is due, for ever."""
    alarm, schedule = Alarm(app), Schedule(app)
    pulse = Pulse(app, "schedule", more=schedule.figures)
    alarm.start()
    pulse.start()
    schedule.run()
    alarm.stop()
    pulse.end()


if __name__ == "__main__":
    refuse_unsafe(app)
    with app.app_context():
        {"jobs": jobs, "schedule": schedule}[sys.argv[1] if len(sys.argv) > 1 else "jobs"]()
