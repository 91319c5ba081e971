import psycopg
import pytest

from core import db as core_db
from tenants.companies.databases import connect
from tenants.companies.safety import Unsafe, refuse_unsafe

MISCHIEF = {
    "may step into": ("GRANT {schema} TO {app} WITH INHERIT TRUE", "GRANT {schema} TO {app} WITH INHERIT FALSE"),
    "powers over the whole server": ("ALTER ROLE {app} CREATEDB", "ALTER ROLE {app} NOCREATEDB"),
    "inherits rights": ("ALTER ROLE {app} INHERIT", "ALTER ROLE {app} NOINHERIT"),
    "set_config": (
        "GRANT EXECUTE ON FUNCTION set_config(text, text, boolean) TO PUBLIC",
        "REVOKE EXECUTE ON FUNCTION set_config(text, text, boolean) FROM PUBLIC",
    ),
    "DO blocks": ("GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC", "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC"),
    "may already enter a schema": ("GRANT USAGE ON SCHEMA {schema} TO PUBLIC", "REVOKE USAGE ON SCHEMA {schema} FROM PUBLIC"),
    "granted rights of its own": ("GRANT SELECT ON {schema}.role TO {app}", "REVOKE SELECT ON {schema}.role FROM {app}"),
    "temporary tables": ("GRANT TEMP ON DATABASE {database} TO PUBLIC", "REVOKE TEMP ON DATABASE {database} FROM PUBLIC"),
    "search path": (
        "ALTER ROLE {app} SET search_path = {schema}",
        "ALTER ROLE {app} RESET search_path",
    ),
    "a member of other roles": ("GRANT {schema} TO {platform}", "REVOKE {schema} FROM {platform}"),
}


@pytest.fixture
def words(app):
    """The names the mischief needs."""
    with connect(app.config["DATABASE_URL"]) as admin:
        schema = admin.execute("SELECT name FROM platform.schema WHERE state = 'ready' LIMIT 1").fetchone()[0]
        database = admin.info.dbname
    return {"schema": schema, "database": database, "app": f"{database}_app", "platform": f"{database}_platform"}


def test_starts_on_a_prepared_database(app):
    refuse_unsafe(app)


@pytest.mark.parametrize("problem", MISCHIEF)
def test_refuses_to_start_when(app, words, problem):
    mischief, remedy = (sql.format(**words) for sql in MISCHIEF[problem])
    sentence = "another way than to step into" if problem == "may step into" else problem
    with connect(app.config["DATABASE_URL"]) as admin:
        admin.execute(mischief)
        try:
            with pytest.raises(Unsafe, match=sentence):
                refuse_unsafe(app)
        finally:
            admin.execute(remedy)

    refuse_unsafe(app)


def test_refuses_a_driver_that_sends_two_statements_in_one(app, monkeypatch):
    monkeypatch.setattr(core_db.ExtendedOnlyCursor, "_execute_send", psycopg.Cursor._execute_send)

    with pytest.raises(Unsafe, match="two statements in one"):
        refuse_unsafe(app)


def test_refuses_an_engine_that_opens_without_a_company(app, monkeypatch):
    monkeypatch.setattr("tenants.companies.safety._opens_without_company", lambda engine: True)

    with pytest.raises(Unsafe, match="no company was in force"):
        refuse_unsafe(app)
