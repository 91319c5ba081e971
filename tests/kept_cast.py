"""The cast as it was when it first came together, brought back for the next test instead of being assembled anew.

Signing two companies up is a hundred and fifty statements; writing the same rows again is one.  Numbers drawn later go on
from where they were, so nothing a process remembers of an earlier test is ever taken for this one's.
"""

from datetime import timedelta

import psycopg
from cast import Cast
from psycopg import sql
from redis import Redis

from chat.conversations.conversations import Conversation
from chat.styles.sites import Site
from chat.visitors.visitors import Visitor
from core.clock import now
from core.db import db, transaction
from tenants.companies.company import Company
from tenants.people.members import Member

# What stands where is not the cast's: two rows of it are marked as taken.
NOT_KEPT = {"alembic_version", "schema"}
# Older than this (or from the future, when a test's clock stands elsewhere), it would not look as if made a moment ago.
FRESH = timedelta(seconds=10)


class KeptCast:
    """Everything the cast has in the database and in Redis, in a moment when there is nothing else."""

    def __init__(self, caretaker: psycopg.Connection, redis: Redis):
        self._connection, self._redis = caretaker, redis
        self.taken_at = now()
        self._schemas = [row[0] for row in self._connection.execute("SELECT name FROM platform.schema WHERE state = 'taken'")]
        self._writing = "; ".join([*map(self._copy_of, self._tables()), self._claiming()])
        self._keys = [(key, max(0, redis.pttl(key)), redis.dump(key)) for key in redis.scan_iter()]

    def is_usable(self) -> bool:
        """Whether it would look new, and its places are free: a test may have dropped one."""
        ready = "SELECT count(*) FROM platform.schema WHERE state = 'ready' AND name = ANY(%s)"
        free = self._connection.execute(ready, [self._schemas]).fetchone()[0]
        return timedelta(0) <= now() - self.taken_at < FRESH and free == len(self._schemas)

    def bring_back(self) -> Cast:
        """The two companies, with Acme's people still to be met: see `meet`."""
        self._connection.execute(self._writing)
        for key, milliseconds, value in self._keys:
            self._redis.restore(key, milliseconds, value, replace=True)
        with transaction():
            acme, globex = Company.called("acme"), Company.called("globex")
        with globex.entered(), transaction():
            eve = Member.known_as("eve@globex.example")
        return Cast(acme, None, globex, eve)

    def _tables(self) -> list[tuple[str, str]]:
        listed = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname = ANY(%s) AND tablename <> ALL(%s)"
        return self._connection.execute(listed, [["platform", *self._schemas], [*NOT_KEPT]]).fetchall()

    def _copy_of(self, table: tuple[str, str]) -> str:
        """A statement that writes all rows of a table; nothing for an empty one."""
        name = sql.Identifier(*table)
        rows = self._connection.execute(sql.SQL("SELECT jsonb_agg(to_jsonb(t))::text FROM {} t").format(name)).fetchone()[0]
        if rows is None:
            return "SELECT"
        columns = sql.SQL(", ").join(map(sql.Identifier, self._columns(*table)))
        statement = sql.SQL("INSERT INTO {0} ({1}) SELECT {1} FROM jsonb_populate_recordset(NULL::{0}, {2}::jsonb)")
        return statement.format(name, columns, sql.Literal(rows)).as_string(self._connection)

    def _columns(self, schema: str, table: str) -> list[str]:
        listed = "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s AND is_generated = 'NEVER'"
        return [name for (name,) in self._connection.execute(listed, [schema, table])]

    def _claiming(self) -> str:
        claim = sql.SQL("UPDATE platform.schema SET state = 'taken', taken_at = now() WHERE name = ANY({})")
        return claim.format(sql.Literal(self._schemas)).as_string(self._connection)


def is_alone(caretaker: psycopg.Connection) -> bool:
    """Whether nobody but the cast is there: an operator who was asked for first must not be kept with it."""
    return not caretaker.execute("SELECT count(*) FROM platform.operator").fetchone()[0]


def meet(cast: Cast) -> None:
    """Know Acme's people, its site, and the visitor who asked something.  Acme is in force."""
    with transaction():
        people = {member.email: member for member in db.session.query(Member)}
        cast.olga, cast.adam, cast.nina = (people[f"{name}@acme.example"] for name in ("olga", "adam", "nina"))
    cast.site, cast.visitor, cast.question = (
        Site.all()[0],
        db.session.query(Visitor).one(),
        db.session.query(Conversation).one(),
    )
