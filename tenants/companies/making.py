"""Making schemas ahead, and dropping them.  Needs the admin login: the command line and the worker only.

A schema is made by one script in one transaction, so it exists wholly or not at all.  What a killed run leaves is a row
that still says "making": the next run drops what may stand behind it.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
from psycopg import errors

from tenants.companies.databases import Admin, Names, alone, join_in, outlast, skip_taken_numbers
from tenants.companies.migrations import TENANT

log = logging.getLogger(__name__)

BUILDING = "build schemas"
MANY = 50
# Nobody rewrites what was written down about him.
ONLY_ADDED_TO = ("audit_entry", "sign_in_entry")
ABANDONED_AFTER = timedelta(hours=1)
_ABANDONED = """
    SELECT id, name, database FROM platform.schema s
    WHERE state = 'taken' AND taken_at < now() - %s
      AND NOT EXISTS (SELECT FROM platform.company WHERE schema_id = s.id AND status <> 'erased')
      -- Where a company is on its way to.
      AND NOT EXISTS (
        SELECT FROM platform.company_work
        WHERE (arguments ->> 'schema_id')::bigint = s.id AND finished_at IS NULL AND failed_at IS NULL
      )
"""


def make_ready(admin: Admin | str, count: int, database: str = "main", workers: int = 2) -> int:
    """Make schemas until `count` stand ready in a database.  Returns how many were made."""
    admin = Admin.at(admin)
    with admin.connect() as connection, alone(connection, f"make schemas in {database}"):
        with admin.connect(database) as builder:
            outlast(builder, BUILDING)
        _drop_unfinished(connection, admin, database)
        ready = "SELECT count(*) FROM platform.schema WHERE state = 'ready' AND database = %s"
        missing = count - connection.execute(ready, [database]).fetchone()[0]
        if missing > 0:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(lambda lot: _make(admin, database, lot), _lots(missing, workers)))
    if missing >= MANY:
        _tidy_catalogues(admin, database)
    return max(missing, 0)


def sweep(admin: Admin | str, after: timedelta = ABANDONED_AFTER) -> list[str]:
    """Drop the schemas nobody will ever use: claimed by sign-ups that then failed.  Returns their names."""
    admin = Admin.at(admin)
    with admin.connect() as connection:
        abandoned = connection.execute(_ABANDONED, [after]).fetchall()
        for id, name, database in abandoned:
            drop(admin, name, database)
            connection.execute("UPDATE platform.schema SET state = 'erased' WHERE id = %s", [id])
            log.info("dropped an abandoned schema name=%s", name)
    return [name for _, name, _ in abandoned]


def drop(admin: Admin | str, name: str, database: str = "main") -> None:
    """Remove a schema, all it holds, and its role.  Harmless if they are gone."""
    admin = Admin.at(admin)
    names = admin.names_in(database)
    with admin.connect(database) as connection:
        if _is_ours(connection, names, name):
            connection.execute(
                f'BEGIN; SET LOCAL ROLE "{names.owner}"; DROP SCHEMA IF EXISTS "{name}" CASCADE; RESET ROLE; '
                f'DROP ROLE "{name}"; COMMIT'
            )


def withheld(name: str) -> str:
    """What a company's role may not do in its own schema.  Said again after each migration."""
    return f"""
        REVOKE ALL ON alembic_version FROM "{name}";
        REVOKE UPDATE, DELETE ON {", ".join(ONLY_ADDED_TO)} FROM "{name}";
    """


def _is_ours(connection: psycopg.Connection, names: Names, role: str) -> bool:
    # Roles belong to the whole server: one of this name may belong to a company of another database.
    sql = "SELECT 1 FROM pg_auth_members WHERE roleid = to_regrole(%s) AND member = to_regrole(%s)"
    return connection.execute(sql, [f'"{role}"', f'"{names.app}"']).fetchone() is not None


def _drop_unfinished(connection: psycopg.Connection, admin: Admin, database: str) -> None:
    unfinished = "SELECT id, name FROM platform.schema WHERE state = 'making' AND database = %s"
    for id, name in connection.execute(unfinished, [database]).fetchall():
        drop(admin, name, database)
        connection.execute("DELETE FROM platform.schema WHERE id = %s", [id])


def _lots(total: int, workers: int) -> list[int]:
    return [total // workers + (worker < total % workers) for worker in range(workers)]


def _make(admin: Admin, database: str, count: int) -> None:
    with admin.connect() as registry, admin.connect(database) as builder:
        join_in(builder, BUILDING)
        for _ in range(count):
            _make_one(registry, builder, admin.names_in(database), database)


def _make_one(registry: psycopg.Connection, builder: psycopg.Connection, names: Names, database: str) -> None:
    insert = "INSERT INTO platform.schema (database) VALUES (%s) RETURNING id, name"
    id, name = registry.execute(insert, [database]).fetchone()
    try:
        builder.execute(_script(names, name))
        ready = "UPDATE platform.schema SET state = 'ready', revision = %s, made_at = now() WHERE id = %s"
        registry.execute(ready, [TENANT.head, id])
    except errors.DuplicateObject:
        # The role belongs to another database on this server.
        builder.execute("ROLLBACK")
        registry.execute("DELETE FROM platform.schema WHERE id = %s", [id])
        skip_taken_numbers(registry, on=builder)
        _make_one(registry, builder, names, database)


def _script(names: Names, name: str) -> str:
    # Default privileges before the tables: GRANT ... ON ALL TABLES IN SCHEMA reads the whole catalogue.
    return f"""
        BEGIN;
        CREATE ROLE "{name}" NOLOGIN NOINHERIT;
        CREATE SCHEMA "{name}" AUTHORIZATION "{names.owner}";
        SET LOCAL ROLE "{names.owner}";
        SET LOCAL search_path = "{name}", ext;
        GRANT USAGE ON SCHEMA "{name}" TO "{name}";
        ALTER DEFAULT PRIVILEGES IN SCHEMA "{name}" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "{name}";
        ALTER DEFAULT PRIVILEGES IN SCHEMA "{name}" GRANT USAGE, SELECT ON SEQUENCES TO "{name}";
        {TENANT.sql()}
        {withheld(name)}
        RESET ROLE;
        GRANT "{name}" TO "{names.app}" WITH INHERIT FALSE, SET TRUE;
        COMMIT
    """


def _tidy_catalogues(admin: Admin, database: str) -> None:
    """Every schema adds hundreds of rows to the catalogues: fresh statistics keep provisioning and connecting quick."""
    with admin.connect(database) as connection:
        for table in ("class", "attribute", "constraint", "depend", "index", "sequence", "namespace", "default_acl"):
            connection.execute(f"VACUUM (ANALYZE) pg_catalog.pg_{table}")
