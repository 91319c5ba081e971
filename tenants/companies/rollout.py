"""Taking every company to the newest revision of its tables.

The steps are rendered to SQL once and applied schema by schema: one round trip and one transaction each.  A failure
stays with that company, a killed run is simply started again, and a company still on the previous revision goes on
working meanwhile.
"""

import time
from collections import deque
from collections.abc import Iterator
from queue import SimpleQueue
from random import SystemRandom
from threading import Thread
from typing import NamedTuple

import psycopg
import sqlalchemy as sa
from psycopg import errors, sql

from tenants.companies.databases import Admin, join_in, outlast
from tenants.companies.making import withheld
from tenants.companies.migrations import TENANT, History, as_owner

LOCK_TIMEOUT = "2s"
MIGRATING = "migrate a company"
TRIES = 6
_WORTH_ANOTHER_TRY = (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure)


class AlreadyRunning(RuntimeError):
    """Another process is migrating the companies."""


class Behind(NamedTuple):
    """A schema, a company's or a ready one, that is not at the head."""

    id: int
    name: str
    database: str
    company_id: str | None


class Outcome(NamedTuple):
    """How one schema's migration went."""

    schema: Behind
    failure: str | None = None


def behind(admin: Admin | str, company_id: str | None = None, history: History = TENANT) -> list[Behind]:
    """The schemas still to be migrated, companies first; or that of one company, if it is."""
    with Admin.at(admin).connect() as connection:
        rows = connection.execute(
            """
            SELECT s.id, s.name, s.database, c.company_id FROM platform.schema s
            LEFT JOIN platform.company c ON c.schema_id = s.id
            WHERE s.state IN ('ready', 'taken') AND s.revision IS DISTINCT FROM %(head)s
              AND (%(company_id)s::text IS NULL OR c.company_id = %(company_id)s)
            ORDER BY c.id NULLS LAST, s.id
            """,
            {"head": history.head, "company_id": company_id},
        )
        return [Behind(*row) for row in rows]


def migrate_companies(
    admin: Admin | str, company_id: str | None = None, workers: int = 2, history: History = TENANT
) -> Iterator[Outcome]:
    """Bring every company's schema (or one) to the head, several at a time, and tell of each as it is done.

    Raises AlreadyRunning when another process is at it.
    """
    admin = Admin.at(admin)
    with admin.connect() as guard:
        if not guard.execute("SELECT pg_try_advisory_lock(hashtext('migrate companies'))").fetchone()[0]:
            raise AlreadyRunning("Another process is migrating the companies. Wait until it has finished.")
        for database in {schema.database for schema in behind(admin, company_id, history)}:
            with admin.connect(database) as connection:
                outlast(connection, MIGRATING)
        yield from _spread(admin, history, behind(admin, company_id, history), workers)


def _spread(admin: Admin, history: History, schemas: list[Behind], workers: int) -> Iterator[Outcome]:
    todo, done = deque(schemas), SimpleQueue()
    threads = [Thread(target=_work, args=(_Line(admin, history), todo, done)) for _ in range(min(workers, len(schemas)))]
    for thread in threads:
        thread.start()
    try:
        for _ in schemas:
            yield done.get()
    finally:
        todo.clear()
        for thread in threads:
            thread.join()


def _work(line: "_Line", todo: deque[Behind], done: SimpleQueue) -> None:
    while todo:
        try:
            schema = todo.popleft()
        except IndexError:
            break
        done.put(line.migrate(schema))
    line.close()


class _Line:
    """One worker's own connections, one for each database it meets."""

    def __init__(self, admin: Admin, history: History):
        self.admin, self.history = admin, history
        self.connections: dict[str, psycopg.Connection] = {}

    def migrate(self, schema: Behind) -> Outcome:
        try:
            self._patiently(schema)
        except Exception as error:
            self.close()
            return Outcome(schema, failure=str(error).splitlines()[0] if str(error) else repr(error))
        return Outcome(schema)

    def _patiently(self, schema: Behind) -> None:
        for attempt in range(TRIES - 1):
            try:
                self._migrate(schema)
                return
            except _WORTH_ANOTHER_TRY:
                self.to(schema.database).execute("ROLLBACK")
                time.sleep(SystemRandom().uniform(0.1, 0.4) * 2**attempt)
        self._migrate(schema)

    def _migrate(self, schema: Behind) -> None:
        connection = self.to(schema.database)
        # A run killed half-way may leave the registry behind the schema: the schema knows.
        revision = sql.SQL("SELECT version_num FROM {}.alembic_version").format(sql.Identifier(schema.name))
        since = connection.execute(revision).fetchone()[0]
        if not self.history.knows(since):
            raise LookupError(f"it is on revision {since}, which this release does not know")
        if since == self.history.head:
            self._note(schema)
        elif self.history.needs_python(since):
            self._apply_step_by_step(schema)
        else:
            self._apply_script(schema, since)

    def _apply_script(self, schema: Behind, since: str) -> None:
        # One round trip and, where the registry is in the same database, one commit.
        is_here = schema.database == "main"
        self.to(schema.database).execute(
            f"""
            BEGIN; SET LOCAL ROLE "{self.admin.names_in(schema.database).owner}";
            SET LOCAL search_path = "{schema.name}", ext; SET LOCAL lock_timeout = '{LOCK_TIMEOUT}';
            {self.history.sql(since)}
            {withheld(schema.name)}
            {self._noted(schema) if is_here else ""};
            COMMIT
            """
        )
        if not is_here:
            self._note(schema)

    def _apply_step_by_step(self, schema: Behind) -> None:
        with as_owner(self.admin.url_of(schema.database), schema.name, LOCK_TIMEOUT) as owned:
            self.history.upgrade(owned)
            owned.execute(sa.text(withheld(schema.name)))
        self._note(schema)

    def _note(self, schema: Behind) -> None:
        self.to("main").execute(self._noted(schema))

    def _noted(self, schema: Behind) -> str:
        update = sql.SQL("UPDATE platform.schema SET revision = {} WHERE id = {}")
        return update.format(self.history.head, schema.id).as_string()

    def to(self, database: str) -> psycopg.Connection:
        if database not in self.connections:
            self.connections[database] = self.admin.connect(database)
            join_in(self.connections[database], MIGRATING)
        return self.connections[database]

    def close(self) -> None:
        for connection in self.connections.values():
            connection.close()
        self.connections.clear()
