"""A worker process, never monkey-patched: `python worker.py jobs` works off what was written down for later,
`python worker.py schedule` sees that nothing is forgotten."""

import sys

from redis import Redis
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from core.redis import QUEUE
from saas.app import create_app
from saas.schedule import Schedule
from tenants.safety import refuse_unsafe

app = create_app()


def jobs() -> None:
    """Wait for hints and work off the outbox of the company they name."""
    connection = Redis.from_url(app.config["REDIS_URL"])
    SimpleWorker([QUEUE], connection=connection, serializer=JSONSerializer).work()


def schedule() -> None:
    """Do what is due, for ever."""
    Schedule(app).run()


if __name__ == "__main__":
    refuse_unsafe(app)
    with app.app_context():
        {"jobs": jobs, "schedule": schedule}[sys.argv[1] if len(sys.argv) > 1 else "jobs"]()
