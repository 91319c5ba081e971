"""The server's side of tenancy: one database, three roles, and what they may not do.

`laike_owner` owns every table and cannot sign in.  `laike_app` signs in for all companies and has no rights of its own.
`laike_platform` signs in for the platform tables only.  The three are named after the database, because roles belong to
the whole server: two databases on one server (a test run beside a demo) keep apart.

Companies' roles ("t_17") belong to the whole server too.  Each database counts for itself, and skips a number that is
taken on the server: see `skip_taken_numbers`.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import psycopg
from flask import current_app
from psycopg import sql
from sqlalchemy.engine import URL, make_url

OLDEST_SERVER = 160000
# With set_config, a SELECT could change its own role; with plpgsql, any statement could hide in a DO block;
# large objects would survive the company's erasure.
FORBIDDEN_FUNCTIONS = (
    "set_config(text, text, boolean)",
    "lo_create(oid)",
    "lo_creat(integer)",
    "lo_from_bytea(oid, bytea)",
    "lo_open(oid, integer)",
    "lo_put(oid, bigint, bytea)",
    "lowrite(integer, bytea)",
)
POWERLESS = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
LIMITS = {"statement_timeout": "30s", "idle_in_transaction_session_timeout": "60s", "lock_timeout": "5s"}


class Unprepared(RuntimeError):
    """The database server cannot be used as it is.  Says what to do about it."""


class Passwords(NamedTuple):
    app: str
    platform: str


class Urls(NamedTuple):
    """How to reach a prepared database, by the names the configuration uses."""

    DATABASE_URL: str
    PLATFORM_DATABASE_URL: str
    TENANT_DATABASE_URL: str


class Names(NamedTuple):
    """A database and the three roles named after it."""

    database: str

    @classmethod
    def of(cls, admin_url: str) -> "Names":
        return cls(make_url(admin_url).database)

    @property
    def owner(self) -> str:
        return f"{self.database}_owner"

    @property
    def app(self) -> str:
        return f"{self.database}_app"

    @property
    def platform(self) -> str:
        return f"{self.database}_platform"


@dataclass(frozen=True)
class Admin:
    """The logins that may make, change and drop schemas, one for each database that holds companies.

    Only the command line and the worker have them.  `elsewhere` maps the names of further databases to their URLs.
    Functions that need an Admin also take the URL of the only database there is.
    """

    url: str
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def at(cls, where: "Admin | str") -> "Admin":
        """The same for an installation of one database, which is what its URL alone means."""
        return where if isinstance(where, Admin) else cls(where)

    @classmethod
    def configured(cls) -> "Admin":
        """That of the running app.  Web processes have none."""
        return cls(current_app.config["DATABASE_URL"], current_app.config.get("OTHER_DATABASE_URLS", {}))

    def url_of(self, database: str = "main") -> str:
        return self.url if database == "main" else self.elsewhere[database]

    def names_in(self, database: str = "main") -> Names:
        return Names.of(self.url_of(database))

    def connect(self, database: str = "main") -> psycopg.Connection:
        return connect(self.url_of(database))


def prepare_database(admin_url: str, passwords: Passwords, name: str = "laike") -> Urls:
    """Make the database, its roles and its prohibitions, or put them right.  Doing so again is harmless.

    `admin_url` may name any database of the server; its login must be a superuser, or have CREATEDB and CREATEROLE
    (then a superuser has to withdraw FORBIDDEN_FUNCTIONS once; the start-up check says so).
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        raise Unprepared(f"{name!r} cannot name a database: use up to 40 lower-case letters, digits and underscores.")
    names, admin_url = Names(name), _in_database(admin_url, name)
    with connect(admin_url, database="postgres") as server, alone(server, f"prepare {name}"):
        _refuse_old(server)
        _make_roles(server, names, passwords)
        _make_database(server, names)
        with connect(admin_url) as database:
            _furnish(database, names)
    return Urls(
        admin_url,
        _signed_in(admin_url, names.platform, passwords.platform),
        _signed_in(admin_url, names.app, passwords.app),
    )


def drop_database(admin_url: str, name: str) -> None:
    """Remove a database and every role that belongs to it: its own three and its companies'."""
    names = Names(name)
    with connect(admin_url, database="postgres") as server, alone(server, f"prepare {name}"):
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        for role in [*_roles_of_companies(server, names.app), names.app, names.platform, names.owner]:
            server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


def connect(url: str, database: str | None = None) -> psycopg.Connection:
    """A connection of one's own, statement by statement (autocommit), outside of the application's pools."""
    address = make_url(url).set(drivername="postgresql")
    return psycopg.connect(_text(address.set(database=database or address.database)), autocommit=True, connect_timeout=10)


def skip_taken_numbers(registry: psycopg.Connection, on: psycopg.Connection | None = None) -> None:
    """Continue numbering schemas after the highest company role on a server (the registry's own, or another)."""
    highest = "SELECT max(substr(rolname, 3)::bigint) FROM pg_roles WHERE rolname ~ '^t_[0-9]{1,17}$'"
    registry.execute(
        """
        SELECT setval(pg_get_serial_sequence('platform.schema', 'id'), greatest(%(highest)s, last_value))
        FROM platform.schema_id_seq WHERE %(highest)s IS NOT NULL
        """,
        {"highest": (on or registry).execute(highest).fetchone()[0]},
    )


@contextmanager
def alone(connection: psycopg.Connection, work: str) -> Iterator[None]:
    """Wait until nobody else does the same work on this database, and keep others out meanwhile."""
    connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [work])
    try:
        yield
    finally:
        connection.execute("SELECT pg_advisory_unlock(hashtext(%s))", [work])


def join_in(connection: psycopg.Connection, work: str) -> None:
    """Take part in a work that several connections do together, until this connection ends."""
    connection.execute("SELECT pg_advisory_lock_shared(hashtext(%s))", [work])


def outlast(connection: psycopg.Connection, work: str) -> None:
    """Wait until everybody who joined in has ended.

    The server finishes what a killed process had sent it: its connection ends only then.
    """
    with alone(connection, work):
        pass


def _refuse_old(server: psycopg.Connection) -> None:
    if server.info.server_version < OLDEST_SERVER:
        version = server.info.parameter_status("server_version")
        raise Unprepared(f"This is PostgreSQL {version}; version 16 or newer is needed.")


def _make_roles(server: psycopg.Connection, names: Names, passwords: Passwords) -> None:
    _make_role(server, names.owner, "NOLOGIN")
    _make_role(server, names.app, "LOGIN NOINHERIT", passwords.app)
    _make_role(server, names.platform, "LOGIN NOINHERIT", passwords.platform)
    server.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(names.owner)))


def _make_role(server: psycopg.Connection, role: str, attributes: str, password: str | None = None) -> None:
    exists = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    command = sql.SQL("ALTER ROLE {} " if exists else "CREATE ROLE {} ").format(sql.Identifier(role))
    command += sql.SQL(attributes)
    if password is not None:
        # Only the verifier travels, so that the password can never stand in the server's log.
        verifier = server.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        command += sql.SQL(" PASSWORD {}").format(sql.Literal(verifier))
    server.execute(command)
    server.execute(sql.SQL("ALTER ROLE {} RESET ALL").format(sql.Identifier(role)))
    if _is_superuser(server):
        server.execute(sql.SQL("ALTER ROLE {} " + POWERLESS).format(sql.Identifier(role)))


def _is_superuser(server: psycopg.Connection) -> bool:
    return server.execute("SELECT rolsuper FROM pg_roles WHERE rolname = CURRENT_USER").fetchone()[0]


def _make_database(server: psycopg.Connection, names: Names) -> None:
    if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [names.database]).fetchone():
        command = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
        server.execute(command.format(sql.Identifier(names.database)))


def _furnish(database: psycopg.Connection, names: Names) -> None:
    parts = {part: sql.Identifier(getattr(names, part)) for part in ("database", "owner", "app", "platform")}
    for command in _FURNITURE.split(";"):
        database.execute(sql.SQL(command).format(**parts))
    for role in (names.app, names.platform):
        _limit(database, names, role)
    if database.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'").fetchone():
        database.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA ext")
    if _is_superuser(database):
        _forbid(database)
        # For triggers only: nobody can sign in as the owner, and whoever fires a trigger needs no right to its language.
        database.execute(sql.SQL("GRANT USAGE ON LANGUAGE plpgsql TO {owner}").format(**parts))


# The search path is `"$user"`: with a company's role in force, its schema is the path.
_FURNITURE = """
    REVOKE ALL ON DATABASE {database} FROM PUBLIC;
    GRANT CONNECT ON DATABASE {database} TO {app}, {platform};
    GRANT CREATE ON DATABASE {database} TO {owner};
    ALTER DATABASE {database} SET search_path = "$user", ext;
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    CREATE SCHEMA IF NOT EXISTS ext;
    GRANT USAGE ON SCHEMA ext TO PUBLIC;
    CREATE SCHEMA IF NOT EXISTS platform AUTHORIZATION {owner};
    GRANT USAGE ON SCHEMA platform TO {platform};
    ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA platform GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {platform};
    ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA platform GRANT USAGE, SELECT ON SEQUENCES TO {platform}
"""


def _limit(database: psycopg.Connection, names: Names, role: str) -> None:
    for setting, value in LIMITS.items():
        command = sql.SQL("ALTER ROLE {} IN DATABASE {} SET {} = {}")
        parts = sql.Identifier(role), sql.Identifier(names.database), sql.Identifier(setting), sql.Literal(value)
        database.execute(command.format(*parts))


def _forbid(database: psycopg.Connection) -> None:
    for function in FORBIDDEN_FUNCTIONS:
        database.execute(f"REVOKE EXECUTE ON FUNCTION pg_catalog.{function} FROM PUBLIC")
    database.execute("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC")
    # pg_dump, run by the admin login, still needs it.
    database.execute("GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO CURRENT_USER")


def _roles_of_companies(server: psycopg.Connection, app: str) -> list[str]:
    rows = server.execute(
        r"""
        SELECT role.rolname FROM pg_auth_members m
        JOIN pg_roles role ON role.oid = m.roleid JOIN pg_roles login ON login.oid = m.member
        WHERE login.rolname = %s AND role.rolname ~ '^t_[0-9]+$'
        """,
        [app],
    )
    return [name for (name,) in rows]


def _in_database(url: str, database: str) -> str:
    return _text(make_url(url).set(database=database))


def _signed_in(url: str, role: str, password: str) -> str:
    return _text(make_url(url).set(username=role, password=password))


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)
