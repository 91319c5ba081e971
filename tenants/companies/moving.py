"""A company's data moves to another database while its people go on reading.

All its tables are locked against writing while they are copied, and its role loses the right to write to the old place
in the transaction that unlocks them: whoever waited, or still believes in the old place, cannot write there any more.
The copy is read back and compared before it counts.  Doing all of it again harms nothing.
"""

import hashlib
from collections.abc import Callable
from itertools import count

import psycopg
from psycopg import sql

from core.db import Place
from tenants.companies.databases import Admin
from tenants.companies.making import withheld
from tenants.companies.table_copies import Table, as_owner_of, copying, numbered, tables_in

# Long enough for whoever is writing to finish.
PATIENCE = "SET LOCAL lock_timeout = '20s'"


class CannotMove(RuntimeError):
    """The two places do not fit each other, or the copy is not what was copied.  Says what is the matter."""


def copy_over(admin: Admin, source: Place, target: Place, tell: Callable[[int, int], None] = lambda *_: None) -> int:
    """Copy everything from one place to another, compare, and let nobody write to the old one any more.

    Gives the number of rows.  Raises CannotMove, and then nothing has changed.
    """
    with as_owner_of(admin, source) as reading, as_owner_of(admin, target) as writing:
        tables = _tables_of_both(reading, writing)
        _hold(reading, source, tables)
        _empty(writing, tables)
        numbers, total = count(1), 2 * len(tables)
        copies = []
        for table in tables:
            copies.append(_carry(reading, writing, table))
            tell(next(numbers), total)
        for copy in copies:
            _compare(writing, copy)
            tell(next(numbers), total)
        _number_alike(reading, writing)
    return sum(copy.rows for copy in copies)


def let_write(admin: Admin, place: Place) -> None:
    """Undo what copy_over did to the old place: the company stays there."""
    with as_owner_of(admin, place) as connection:
        connection.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "{place.schema}" TO "{place.schema}"')
        connection.execute(withheld(place.schema))


def _tables_of_both(reading: psycopg.Connection, writing: psycopg.Connection) -> list[Table]:
    here, there = tables_in(reading), tables_in(writing)
    revisions = {_revision(reading), _revision(writing)}
    if here != there or len(revisions) > 1:
        raise CannotMove("The two databases are on different revisions. Migrate both, and try again.")
    return here


def _revision(connection: psycopg.Connection) -> str:
    return connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def _hold(reading: psycopg.Connection, source: Place, tables: list[Table]) -> None:
    reading.execute(PATIENCE)
    names = sql.SQL(", ").join(sql.Identifier(table.name) for table in tables)
    reading.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(names))
    reading.execute(f'REVOKE INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "{source.schema}" FROM "{source.schema}"')


def _empty(writing: psycopg.Connection, tables: list[Table]) -> None:
    """What an attempt before this one may have left."""
    writing.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(sql.Identifier(table.name) for table in tables)))


def _carry(reading: psycopg.Connection, writing: psycopg.Connection, table: Table) -> Table:
    """Copy one table.  Gives it with how many rows there were, and their checksum."""
    digest = hashlib.sha256()
    with reading.cursor() as source, writing.cursor() as target:
        with (
            source.copy(copying("COPY {}({}) TO STDOUT", table)) as rows,
            target.copy(copying("COPY {}({}) FROM STDIN", table)) as copy,
        ):
            for piece in rows:
                digest.update(piece)
                copy.write(piece)
        return table._replace(rows=source.rowcount, sha256=digest.hexdigest())


def _compare(writing: psycopg.Connection, copied: Table) -> None:
    digest = hashlib.sha256()
    with writing.cursor() as cursor:
        with cursor.copy(copying("COPY {}({}) TO STDOUT", copied)) as rows:
            for piece in rows:
                digest.update(piece)
        arrived = cursor.rowcount, digest.hexdigest()
    if arrived != (copied.rows, copied.sha256):
        raise CannotMove(f"The copy of {copied.name} is not what was copied: {arrived[0]} rows of {copied.rows} arrived.")


def _number_alike(reading: psycopg.Connection, writing: psycopg.Connection) -> None:
    """Numbers that were given out once are not given out again, whether their rows are still there or not."""
    for table, column in numbered(reading):
        where = [f'"{table}"', column]
        name = reading.execute("SELECT pg_get_serial_sequence(%s, %s)::regclass::text", where).fetchone()[0]
        last, is_called = reading.execute(f"SELECT last_value, is_called FROM {name}").fetchone()  # noqa: S608
        writing.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)", [*where, last, is_called])
