"""PostgreSQL and Redis for one folder, out of PyPI wheels: for development, tests and small installations.

    postgres = Postgres("var/postgres").start()
    postgres.url("laike")
    postgres.stop()

Only the *programs* of the wheels are used.  They listen on 127.0.0.1 with a password, keep everything in their folder,
survive being killed, and a server that an earlier run left behind is taken over.
"""

from saas.embedded.account import CannotStart
from saas.embedded.postgres import Postgres
from saas.embedded.redis import Redis

__all__ = ["CannotStart", "Postgres", "Redis"]
