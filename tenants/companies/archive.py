"""A company in one file: taken along, kept, or brought in again, here or on another server.

pg_dump reads the whole catalogue of a database with thousands of companies to dump one; COPY reads that company's
tables and nothing else.  The archive is a zip: `manifest.json`, `tables/<name>.copy` in the order in which they can be
read in again, `files/<key>`.  It carries checksums against damage, and no rights: what is read in runs as data only.

Sign-in sessions, unused links, provisioning tokens, consents to support and unfinished jobs stay behind: they belong to the
place, not to the company.
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import psycopg

from core.clock import now
from tenants.companies.databases import Admin
from tenants.companies.migrations import TENANT
from tenants.companies.table_copies import Table, as_owner_of, continue_numbering, copying, tables_in

FORMAT = 1
STAYS_BEHIND = frozenset({"alembic_version", "session", "link", "outbox", "provisioning_token", "support_grant"})
_PIECE = 1 << 20
_FILE_KEY = re.compile(r"[0-9]{1,18}(-[A-Za-z0-9_]+)*-[A-Za-z0-9_-]{20,60}\Z")


class Unreadable(RuntimeError):
    """This archive cannot be read in.  Says why."""


class Manifest(NamedTuple):
    """What an archive says about itself."""

    format: int
    made_at: str
    revision: str
    company: dict
    tables: list[Table]
    files: dict[str, str]


def export(admin: Admin | str, company, files: Path, to: Path, tell: Callable[[int, int], None] = lambda *_: None) -> Manifest:
    """Write a company's archive.  `files` is the folder with its files.  Appears whole or not at all.

    `tell` hears how many of all its parts are written.
    """
    unfinished = to.with_name(f"{to.name}.unfinished")
    with (
        _reading(Admin.at(admin), company) as connection,
        zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
    ):
        tables, paths = tables_in(connection, but=STAYS_BEHIND), _files_in(files)
        counted = _counted(len(tables) + len(paths), tell)
        manifest = Manifest(
            format=FORMAT,
            made_at=now().isoformat(timespec="seconds"),
            revision=connection.execute("SELECT version_num FROM alembic_version").fetchone()[0],
            company={name: getattr(company, name) for name in ("company_id", "name", "language", "time_zone")},
            tables=[_write_table(archive, connection, table) for table in counted(tables)],
            files={path.name: _write_file(archive, path) for path in counted(paths)},
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
    with zipfile.ZipFile(path) as archive, as_owner_of(Admin.at(admin), company.place) as connection:
        _refuse_other_tables(connection, manifest)
        files.mkdir(parents=True, exist_ok=True)
        for key in manifest.files:
            _read_file(archive, key, files)
        for table in manifest.tables:
            _read_table(archive, connection, table)
        continue_numbering(connection)
    return manifest


def _reading(admin: Admin, company):
    return as_owner_of(admin, company.place, "ISOLATION LEVEL REPEATABLE READ READ ONLY")


def _counted(total: int, tell: Callable[[int, int], None]) -> Callable[[Iterable], Iterator]:
    """Walks through things, and tells after each how many of all there have been."""
    numbers = count(1)

    def walk(things: Iterable) -> Iterator:
        for thing in things:
            yield thing
            tell(next(numbers), total)

    return walk


def _write_table(archive: zipfile.ZipFile, connection: psycopg.Connection, table: Table) -> Table:
    digest = hashlib.sha256()
    with archive.open(f"tables/{table.name}.copy", "w", force_zip64=True) as target, connection.cursor() as cursor:
        with cursor.copy(copying("COPY {}({}) TO STDOUT", table)) as rows:
            for piece in rows:
                digest.update(piece)
                target.write(piece)
        return table._replace(rows=cursor.rowcount, sha256=digest.hexdigest())


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
    ours = {table.name: table.columns for table in tables_in(connection, but=STAYS_BEHIND)}
    if ours != {table.name: table.columns for table in manifest.tables}:
        raise Unreadable("The tables in this archive are not those of this release.")


def _read_file(archive: zipfile.ZipFile, key: str, folder: Path) -> None:
    with archive.open(f"files/{key}") as source, (folder / key).open("wb") as target:
        while piece := source.read(_PIECE):
            target.write(piece)


def _read_table(archive: zipfile.ZipFile, connection: psycopg.Connection, table: Table) -> None:
    with archive.open(f"tables/{table.name}.copy") as source, connection.cursor() as cursor:
        with cursor.copy(copying("COPY {}({}) FROM STDIN", table)) as rows:
            while piece := source.read(_PIECE):
                rows.write(piece)
        if cursor.rowcount != table.rows:
            raise Unreadable(f"{table.name} has {cursor.rowcount} rows, and the archive speaks of {table.rows}.")


def _as_dict(manifest: Manifest) -> dict:
    return manifest._asdict() | {"tables": [table._asdict() for table in manifest.tables]}
