"""What must be true before a process may serve companies.  Asked at start, of the database itself.

Isolation rests on what the logins may not do.  A restored dump, a helpful GRANT or a newer driver could take that away
without anybody noticing, and everything would go on working.
"""

import logging
import time

import psycopg
import sqlalchemy as sa
from flask import Flask

from core.db import PLATFORM, NoCompany, db
from tenants.companies.databases import FORBIDDEN_FUNCTIONS, connect

WAIT_SECONDS = 30
_FOR_A_MOMENT = ("refused", "not yet accepting", "starting up", "shutting down")
log = logging.getLogger(__name__)

SEARCH_PATH = '"$user", ext'


class Unsafe(SystemExit):
    """This process must not serve companies.  The text says why and what to do."""


def refuse_unsafe(app: Flask) -> None:
    """Raise Unsafe, with all reasons, unless the logins are as powerless as isolation needs them."""
    with app.app_context():
        problems = [problem for key, engine in db.engines.items() for problem in _problems(key, engine)]
    if problems:
        raise Unsafe(
            "This process will not start, because companies' data would not be safe:\n"
            + "".join(f"  - {problem}\n" for problem in problems)
            + "Run `python -m saas.cli database prepare` with a superuser in DATABASE_URL, and start again."
        )


def _problems(key: str | None, engine: sa.Engine) -> list[str]:
    with _connect(engine.url.render_as_string(hide_password=False)) as connection:
        found = _of_any_login(connection)
        found += _of_platform_login(connection) if key == PLATFORM else _of_companies_login(connection)
    if key != PLATFORM:
        found += _of_driver(engine)
    return [f"{engine.url.username}: {problem}" for problem in found]


def _connect(url: str) -> psycopg.Connection:
    """A server that is away for a moment is waited for: whoever starts with it should not have to start twice."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return connect(url)
        except psycopg.OperationalError as error:
            if time.monotonic() > until or not any(word in str(error) for word in _FOR_A_MOMENT):
                raise
            log.warning("waiting for the database: %s", str(error).splitlines()[0])
            time.sleep(1)


def _of_any_login(connection: psycopg.Connection) -> list[str]:
    found = [text for sql, text in _NEVER.items() if connection.execute(sql).fetchone()[0]]
    for function in FORBIDDEN_FUNCTIONS:
        sql = "SELECT has_function_privilege(%s, 'EXECUTE')"
        if connection.execute(sql, [f"pg_catalog.{function}"]).fetchone()[0]:
            found.append(f"it may call {function.partition('(')[0]}, which gets around isolation")
    return found


_NEVER = {
    """
    SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
    FROM pg_roles WHERE rolname = SESSION_USER
    """: "it has powers over the whole server (superuser, CREATEROLE, CREATEDB, REPLICATION or BYPASSRLS)",
    "SELECT rolinherit FROM pg_roles WHERE rolname = SESSION_USER": "it inherits rights (it must be NOINHERIT)",
    "SELECT has_language_privilege('plpgsql', 'USAGE')": "it may run DO blocks (plpgsql)",
    "SELECT current_setting('statement_timeout') = '0'": "its statements may run for ever (no statement_timeout)",
    "SELECT has_database_privilege(current_database(), 'CREATE, TEMPORARY')": "it may make schemas or temporary tables",
}


def _of_companies_login(connection: psycopg.Connection) -> list[str]:
    found = [text for sql, text in _NEVER_FOR_COMPANIES.items() if connection.execute(sql).fetchone()[0]]
    path = connection.execute("SHOW search_path").fetchone()[0]
    if path != SEARCH_PATH:
        found.append(f"its search path is {path}, not {SEARCH_PATH}")
    return found


_NEVER_FOR_COMPANIES = {
    """
    SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
    WHERE r.rolname = SESSION_USER AND (m.inherit_option OR m.admin_option OR m.roleid::regrole::text !~ '^t_[0-9]+$')
    """: "it is a member of a role in another way than to step into one company at a time",
    """
    SELECT count(*) FROM pg_namespace
    WHERE has_schema_privilege(oid, 'USAGE') AND nspname NOT IN ('pg_catalog', 'information_schema', 'ext')
    """: "without stepping into a company it may already enter a schema",
    """
    SELECT count(*) FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
    WHERE r.rolname = SESSION_USER AND d.classid <> 'pg_database'::regclass
      AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    """: "it owns something, or was granted rights of its own",
}


def _of_platform_login(connection: psycopg.Connection) -> list[str]:
    sql = "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = SESSION_USER"
    return ["it is a member of other roles"] if connection.execute(sql).fetchone()[0] else []


def _of_driver(engine: sa.Engine) -> list[str]:
    found = []
    if _accepts_stacked_statements(engine):
        found.append("the driver sends two statements in one: an injected one could step into another company")
    if _opens_without_company(engine):
        found.append("a transaction opened although no company was in force")
    return found


def _accepts_stacked_statements(engine: sa.Engine) -> bool:
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("SELECT 1; SELECT 2")
    except psycopg.errors.SyntaxError:
        return False
    finally:
        connection.invalidate()
    return True


def _opens_without_company(engine: sa.Engine) -> bool:
    try:
        with engine.begin():
            return True
    except NoCompany:
        return False
