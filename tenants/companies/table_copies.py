"""A company's tables, and carrying their rows: in which order, with which columns, and how numbering goes on."""

from collections.abc import Container, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
from psycopg import sql

from core.db import Place
from tenants.companies.databases import Admin


class Table(NamedTuple):
    """A table: what it is called, its columns in order, how much, and the checksum of its rows."""

    name: str
    columns: list[str]
    rows: int = 0
    sha256: str = ""


@contextmanager
def as_owner_of(admin: Admin, place: Place, mode: str = "") -> Iterator[psycopg.Connection]:
    """A transaction in a schema, with the rights of who owns its tables."""
    with admin.connect(place.database) as connection, connection.transaction():
        if mode:
            connection.execute(f"SET TRANSACTION {mode}")
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(admin.names_in(place.database).owner)))
        connection.execute(sql.SQL("SET LOCAL search_path = {}, ext").format(sql.Identifier(place.schema)))
        yield connection


def tables_in(connection: psycopg.Connection, but: Container[str] = ("alembic_version",)) -> list[Table]:
    """The tables of the schema in force, those that others refer to first."""
    refers = _references(connection)
    order: list[str] = []
    while len(order) < len(refers):
        free = sorted(name for name, others in refers.items() if name not in order and others <= {*order, name})
        if not free:
            raise RuntimeError(f"these tables refer to each other in a ring: {sorted(set(refers) - set(order))}")
        order += free
    return [Table(name, _columns(connection, name)) for name in order if name not in but]


def copying(command: str, table: Table) -> sql.Composed:
    """A COPY command for a table's columns, in their order."""
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    return sql.SQL(command).format(sql.Identifier(table.name), columns)


def continue_numbering(connection: psycopg.Connection) -> None:
    """Let each table's numbers go on after the highest that came in."""
    for table, column in numbered(connection):
        command = sql.SQL("SELECT setval(pg_get_serial_sequence({}, {}), max({})) FROM {} HAVING max({}) IS NOT NULL")
        name = sql.Identifier(column)
        connection.execute(command.format(f'"{table}"', column, name, sql.Identifier(table), name))


def numbered(connection: psycopg.Connection) -> list[tuple[str, str]]:
    """The columns that count by themselves, with their tables."""
    return connection.execute(
        """
        SELECT t.relname, a.attname FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid
        WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace AND a.attidentity <> ''
        """
    ).fetchall()


def _references(connection: psycopg.Connection) -> dict[str, set[str]]:
    rows = connection.execute(
        """
        SELECT t.relname, coalesce(array_agg(f.confrelid::regclass::text) FILTER (WHERE f.oid IS NOT NULL), '{}')
        FROM pg_class t LEFT JOIN pg_constraint f ON f.conrelid = t.oid AND f.contype = 'f'
        WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace
        GROUP BY t.relname
        """
    )
    return {name: {other.strip('"') for other in others} for name, others in rows.fetchall()}


def _columns(connection: psycopg.Connection, table: str) -> list[str]:
    rows = connection.execute(
        """
        SELECT attname FROM pg_attribute
        WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
        """,
        [f'"{table}"'],
    )
    return [name for (name,) in rows.fetchall()]
