"""A company in one file: taken along, kept, or brought in again, here or on another server.

pg_dump reads the whole catalogue of a database with thousands of companies to dump one; COPY reads that company's
tables and nothing else.  The archive is a zip: `manifest.json`, `tables/<name>.copy` in the order in which they can be
read in again, `files/<key>`.  It carries checksums against damage, and no rights: what is read in runs as data only.

Sign-in sessions, unused links, provisioning tokens and unfinished jobs stay behind: they belong to the place, not to the company.
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg import sql

from core.clock import now
from tenants.databases import Admin
from tenants.migrations import TENANT

FORMAT = 1
STAYS_BEHIND = frozenset({"alembic_version", "session", "link", "outbox", "provisioning_token"})
_PIECE = 1 << 20
_FILE_KEY = re.compile(r"[0-9]{1,18}(-[A-Za-z0-9_]+)*-[A-Za-z0-9_-]{20,60}\Z")


class Unreadable(RuntimeError):
    """This archive cannot be read in.  Says why."""


class Table(NamedTuple):
    """A table in an archive: what it is called, its columns in order, how much, and the checksum of its rows."""

    name: str
    columns: list[str]
    rows: int = 0
    sha256: str = ""


class Manifest(NamedTuple):
    """What an archive says about itself."""

    format: int
    made_at: str
    revision: str
    company: dict
    tables: list[Table]
    files: dict[str, str]


def export(admin: Admin | str, company, files: Path, to: Path) -> Manifest:
    """Write a company's archive.  `files` is the folder with its files.  Appears whole or not at all."""
    unfinished = to.with_name(f"{to.name}.unfinished")
    with (
        _reading(Admin.at(admin), company) as connection,
        zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
    ):
        manifest = Manifest(
            format=FORMAT,
            made_at=now().isoformat(timespec="seconds"),
            revision=connection.execute("SELECT version_num FROM alembic_version").fetchone()[0],
            company={name: getattr(company, name) for name in ("company_id", "name", "language", "time_zone")},
            tables=[_write_table(archive, connection, table) for table in _tables(connection)],
            files={path.name: _write_file(archive, path) for path in _files_in(files)},
        )
        archive.writestr("manifest.json", json.dumps(_as_dict(manifest), ensure_ascii=False, indent=1))
    unfinished.replace(to)
    return manifest


def read_manifest(path: Path) -> Manifest:
    """What is in an archive, once all its checksums are right.  Raises Unreadable."""
    try:
        with zipfile.ZipFile(path) as archive:
            said = json.loads(archive.read("manifest.json"))
            manifest = Manifest(**said | {"tables": [Table(**table) for table in said["tables"]]})
            _refuse_foreign(manifest)
            _refuse_damaged(archive, manifest)
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, OSError) as error:
        raise Unreadable(f"{path.name} is not an archive of a company, or it is damaged ({error}).") from error
    return manifest


def bring_in(admin: Admin | str, path: Path, company, files: Path) -> Manifest:
    """Fill a company's empty schema from an archive.  All rows arrive in one transaction, files before them.

    Nothing is renumbered: the caller renews what must be unique beyond the company.  Raises Unreadable.
    """
    manifest = read_manifest(path)
    with zipfile.ZipFile(path) as archive, _writing(Admin.at(admin), company) as connection:
        _refuse_other_tables(connection, manifest)
        files.mkdir(parents=True, exist_ok=True)
        for key in manifest.files:
            _read_file(archive, key, files)
        for table in manifest.tables:
            _read_table(archive, connection, table)
        _continue_numbering(connection)
    return manifest


def _reading(admin: Admin, company):
    return _transaction(admin, company, "ISOLATION LEVEL REPEATABLE READ READ ONLY")


def _writing(admin: Admin, company):
    return _transaction(admin, company, "")


@contextmanager
def _transaction(admin: Admin, company, mode: str) -> Iterator[psycopg.Connection]:
    place = company.place
    with admin.connect(place.database) as connection, connection.transaction():
        if mode:
            connection.execute(f"SET TRANSACTION {mode}")
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(admin.names_in(place.database).owner)))
        connection.execute(sql.SQL("SET LOCAL search_path = {}, ext").format(sql.Identifier(place.schema)))
        yield connection


def _tables(connection: psycopg.Connection) -> list[Table]:
    """The tables that travel, those that others refer to first."""
    refers = _references(connection)
    order: list[str] = []
    while len(order) < len(refers):
        free = sorted(name for name, others in refers.items() if name not in order and others <= {*order, name})
        if not free:
            raise RuntimeError(f"these tables refer to each other in a ring: {sorted(set(refers) - set(order))}")
        order += free
    return [Table(name, _columns(connection, name)) for name in order if name not in STAYS_BEHIND]


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


def _write_table(archive: zipfile.ZipFile, connection: psycopg.Connection, table: Table) -> Table:
    digest = hashlib.sha256()
    with archive.open(f"tables/{table.name}.copy", "w", force_zip64=True) as target, connection.cursor() as cursor:
        with cursor.copy(_copy("COPY {}({}) TO STDOUT", table)) as rows:
            for piece in rows:
                digest.update(piece)
                target.write(piece)
        return table._replace(rows=cursor.rowcount, sha256=digest.hexdigest())


def _copy(command: str, table: Table) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    return sql.SQL(command).format(sql.Identifier(table.name), columns)


def _files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _write_file(archive: zipfile.ZipFile, path: Path) -> str:
    archive.write(path, f"files/{path.name}", compress_type=zipfile.ZIP_STORED)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_foreign(manifest: Manifest) -> None:
    if manifest.format != FORMAT:
        raise Unreadable(f"This archive has format {manifest.format}; this release reads format {FORMAT}.")
    if manifest.revision != TENANT.head:
        known = "older" if TENANT.knows(manifest.revision) else "newer"
        raise Unreadable(
            f"This archive was made on revision {manifest.revision}, which is {known} than this release's {TENANT.head}. "
            "Bring it in with the release that made it, and migrate there."
        )
    for key in manifest.files:
        if not _FILE_KEY.match(key):
            raise Unreadable(f"This archive names a file {key!r}, which none of ours would be called.")


def _refuse_damaged(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    expected = {f"tables/{table.name}.copy": table.sha256 for table in manifest.tables}
    expected |= {f"files/{key}": digest for key, digest in manifest.files.items()}
    if set(archive.namelist()) != {"manifest.json", *expected}:
        raise Unreadable("Something was added to this archive or taken out of it.")
    for name, digest in expected.items():
        with archive.open(name) as member:
            if hashlib.file_digest(member, "sha256").hexdigest() != digest:
                raise Unreadable(f"{name} in this archive is not what was written into it.")


def _refuse_other_tables(connection: psycopg.Connection, manifest: Manifest) -> None:
    ours = {table.name: table.columns for table in _tables(connection)}
    if ours != {table.name: table.columns for table in manifest.tables}:
        raise Unreadable("The tables in this archive are not those of this release.")


def _read_file(archive: zipfile.ZipFile, key: str, folder: Path) -> None:
    with archive.open(f"files/{key}") as source, (folder / key).open("wb") as target:
        while piece := source.read(_PIECE):
            target.write(piece)


def _read_table(archive: zipfile.ZipFile, connection: psycopg.Connection, table: Table) -> None:
    with archive.open(f"tables/{table.name}.copy") as source, connection.cursor() as cursor:
        with cursor.copy(_copy("COPY {}({}) FROM STDIN", table)) as rows:
            while piece := source.read(_PIECE):
                rows.write(piece)
        if cursor.rowcount != table.rows:
            raise Unreadable(f"{table.name} has {cursor.rowcount} rows, and the archive speaks of {table.rows}.")


def _continue_numbering(connection: psycopg.Connection) -> None:
    """Let each table's numbers go on after the highest that came in."""
    for table, column in _numbered(connection):
        command = sql.SQL("SELECT setval(pg_get_serial_sequence({}, {}), max({})) FROM {} HAVING max({}) IS NOT NULL")
        name = sql.Identifier(column)
        connection.execute(command.format(f'"{table}"', column, name, sql.Identifier(table), name))


def _numbered(connection: psycopg.Connection) -> list[tuple[str, str]]:
    return connection.execute(
        """
        SELECT t.relname, a.attname FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid
        WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace AND a.attidentity <> ''
        """
    ).fetchall()


def _as_dict(manifest: Manifest) -> dict:
    return manifest._asdict() | {"tables": [table._asdict() for table in manifest.tables]}
