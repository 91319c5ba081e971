"""A database with a few companies that have nothing but conversations: what the engine needs, and no more."""

import secrets
from pathlib import Path

import psycopg

from core.db import Place

TABLES = Path(__file__).with_name("tables.sql").read_text()
LOGIN, PASSWORD = "laike_engine_test", "engine"
CREATE_ROLE = "DO $$ BEGIN CREATE ROLE {0} {1}; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
VISITOR, AGENT = 1, 2


class Companies:
    """Companies 1 to `count` in a database of their own, and the login that may take each one's role."""

    def __init__(self, admin_url: str, count: int = 3):
        self._server_url, self._name = admin_url, f"laike_engine_{secrets.token_hex(4)}"
        with psycopg.connect(admin_url, autocommit=True) as admin:
            admin.execute(f'CREATE DATABASE "{self._name}"')
            admin.execute(f"ALTER DATABASE \"{self._name}\" SET search_path = '$user'")
        self.admin_url = _with(admin_url, dbname=self._name)
        self.url = _with(self.admin_url, user=LOGIN, password=PASSWORD)
        self.places = {number: Place(f"t_{900_000 + number}") for number in range(1, count + 1)}
        with psycopg.connect(self.admin_url, autocommit=True) as admin:
            # Roles belong to the whole server, which other runs of the tests may be using.
            admin.execute(CREATE_ROLE.format(LOGIN, f"LOGIN NOINHERIT PASSWORD '{PASSWORD}'"))
            for place in self.places.values():
                _make(admin, place.schema)

    def drop(self) -> None:
        with psycopg.connect(self._server_url, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{self._name}" WITH (FORCE)')

    def open_conversation(self, company: int = 1, visitor: int = VISITOR, agent: int | None = AGENT) -> int:
        query = "INSERT INTO {}.conversation (visitor_id, assigned_to_id) VALUES (%s, %s) RETURNING id"
        return self.ask(company, query, visitor, agent)[0][0]

    def close_conversation(self, company: int, conversation: int) -> None:
        self.ask(company, "UPDATE {}.conversation SET closed_at = now() WHERE id = %s RETURNING id", conversation)

    def messages(self, company: int, conversation: int) -> list[tuple]:
        """(seq, text) in the order of their numbers."""
        return self.ask(company, "SELECT seq, body FROM {}.message WHERE conversation_id = %s ORDER BY seq", conversation)

    def ask(self, company: int, query: str, *parameters) -> list[tuple]:
        """Run a statement as the administrator.  {} is the company's schema."""
        with psycopg.connect(self.admin_url, autocommit=True) as admin:
            cursor = admin.execute(query.format(self.places[company].schema), parameters)
            return cursor.fetchall() if cursor.description else []

    def cut_connections(self) -> None:
        """As when the database was restarted."""
        self.ask(
            1,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'laike-convoy' AND datname = current_database()",
        )


def _make(admin, schema: str) -> None:
    admin.execute(CREATE_ROLE.format(schema, "NOLOGIN"))
    admin.execute(f"CREATE SCHEMA {schema}; GRANT USAGE ON SCHEMA {schema} TO {schema}")
    admin.execute(f"SET search_path = {schema}; {TABLES}; RESET search_path")
    admin.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {schema}")
    admin.execute(f"GRANT {schema} TO {LOGIN} WITH INHERIT FALSE, SET TRUE")


def _with(url: str, **changes) -> str:
    parts = psycopg.conninfo.conninfo_to_dict(url) | changes
    password, host = parts["password"], f"{parts['host']}:{parts['port']}"
    return f"postgresql://{parts['user']}:{password}@{host}/{parts['dbname']}"
