"""Two histories of tables: the platform's, and the one every company's schema goes through by itself.

`tenants/companies/rollout.py` takes the companies along.
"""

import io
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import RLock

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from tenants.companies.databases import Admin, Names, alone, skip_taken_numbers

FOLDER = Path(__file__).parents[2] / "migrations"
# Alembic keeps the running migration in globals.
_alembic = RLock()
# It would report each rendering as if tables had changed.
logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)


@dataclass(frozen=True)
class History:
    """A line of revisions: "platform" or "tenant".  A revision that reads data says `in_python = True`."""

    name: str
    folder: Path = FOLDER

    @property
    def head(self) -> str:
        """The newest revision.  Two of them would be a mistake, and raise."""
        return self.scripts.get_current_head()

    @property
    def scripts(self) -> ScriptDirectory:
        return _scripts(self)

    def sql(self, since: str | None = None) -> str:
        """Everything from a revision (None: from nothing) to the head, as one script without BEGIN and COMMIT."""
        with _alembic:
            return _rendered(self, since)

    def knows(self, revision: str) -> bool:
        return revision in _known(self)

    def needs_python(self, since: str | None) -> bool:
        """Whether a step since then works on data, so that SQL rendered ahead will not do."""
        steps = self.scripts.iterate_revisions(self.head, since or "base")
        return any(getattr(step.module, "in_python", False) for step in steps)

    def upgrade(self, connection: sa.Connection) -> None:
        """Run the steps themselves, on a connection that stands where they belong (role, search path)."""
        with _alembic:
            command.upgrade(self.config(connection=connection), self.head)

    def differences(self, connection: sa.Connection, metadata: sa.MetaData) -> list:
        """What the tables have that the models have not, and the other way round."""
        found: list = []

        def compare(revision, context):
            found.extend(compare_metadata(context, metadata))
            return []

        config = self.config(connection=connection, metadata=metadata)
        with _alembic, EnvironmentContext(config, self.scripts, fn=compare):
            self.scripts.run_env()
        return found

    def draft(self, sentence: str, connection: sa.Connection, metadata: sa.MetaData) -> Path:
        """Write a revision that brings the tables to the models.  A person must read it before it is used."""
        config = self.config(connection=connection, metadata=metadata)
        with _alembic:
            return Path(command.revision(config, sentence, autogenerate=True, rev_id=self._next_number()).path)

    def config(self, output: io.StringIO | None = None, **attributes) -> Config:
        config = Config(output_buffer=output, attributes={"history": self.name, **attributes})
        config.set_main_option("script_location", str(self.folder))
        config.set_main_option("version_locations", str(self.folder / self.name / "versions"))
        config.set_main_option("path_separator", "newline")
        config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
        return config

    def _next_number(self) -> str:
        today, taken = time.strftime("%Y_%m_%d"), _known(self)
        return next(number for number in [today, *(f"{today}_{n:02}" for n in range(2, 100))] if number not in taken)


PLATFORM = History("platform")
TENANT = History("tenant")


def migrate_platform(admin: Admin | str) -> str:
    """Bring the platform's tables to the head, and say which revision that is."""
    admin = Admin.at(admin)
    with admin.connect() as connection, alone(connection, "migrate platform"):
        with as_owner(admin.url_of(), "platform") as owned:
            PLATFORM.upgrade(owned)
            # Whoever serves may see whether the tables are as he needs them (/health/ready), and not pretend it.
            login = admin.names_in().platform
            owned.execute(sa.text(f'REVOKE ALL ON platform.alembic_version FROM "{login}"'))
            owned.execute(sa.text(f'GRANT SELECT ON platform.alembic_version TO "{login}"'))
        skip_taken_numbers(connection)
    return PLATFORM.head


@contextmanager
def as_owner(url: str, schema: str, lock_timeout: str = "3s") -> Iterator[sa.Connection]:
    """A transaction as the owner of all tables, with a schema as its search path."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for setting in (
            f"lock_timeout = '{lock_timeout}'",
            f'ROLE "{Names.of(url).owner}"',
            f'search_path = "{schema}", ext',
        ):
            connection.execute(sa.text(f"SET LOCAL {setting}"))
        yield connection


@lru_cache
def _scripts(history: History) -> ScriptDirectory:
    return ScriptDirectory.from_config(history.config())


@lru_cache
def _known(history: History) -> frozenset[str]:
    return frozenset(step.revision for step in history.scripts.walk_revisions())


@lru_cache
def _rendered(history: History, since: str | None) -> str:
    output = io.StringIO()
    command.upgrade(history.config(output), f"{since or 'base'}:{history.head}", sql=True)
    return output.getvalue()
