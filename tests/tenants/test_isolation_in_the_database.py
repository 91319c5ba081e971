"""Every way we know to reach another company's data with SQL, tried through the app's own engine and login."""

import psycopg
import pytest
import sqlalchemy as sa

from core.db import NoCompany, Place, db, inside
from tenants.companies.databases import connect
from tenants.people.roles import Role

NEVER_OPENED = Place("t_999999999999")


@pytest.fixture
def places(app, clean):
    """Acme's and Globex's schemas; each holds one role named after its company."""
    with connect(app.config["DATABASE_URL"]) as admin:
        names = [name for (name,) in admin.execute("SELECT name FROM platform.schema WHERE state = 'ready' LIMIT 2").fetchall()]
        for name, owner in zip(names, ("acme", "globex"), strict=True):
            admin.execute(f"INSERT INTO {name}.role (name, permissions) VALUES (%s, '{{}}')", [f"secret of {owner}"])
        yield [Place(name) for name in names]
        for name in names:
            admin.execute(f"DELETE FROM {name}.role; DROP TABLE IF EXISTS {name}.evil")


@pytest.fixture
def acme(app, places):
    """A connection of the app's own engine, in a transaction of Acme's."""
    with app.app_context(), inside(places[0]), db.engine.connect() as connection:
        yield connection


@pytest.fixture
def login(app):
    """The app's login, with no company in force and no care taken: what an attacker has who may send statements."""
    with connect(app.config["SQLALCHEMY_DATABASE_URI"]) as connection:
        yield connection


REFUSED = {
    "reading another schema": "SELECT name FROM {other}.role",
    "reading it with one's own": "SELECT name FROM role UNION ALL SELECT name FROM {other}.role",
    "reading the platform's tables": "SELECT * FROM platform.company",
    "reading the platform's grants": 'SELECT * FROM platform."grant"',
    "writing into another schema": "INSERT INTO {other}.role (name, permissions) VALUES ('evil', '{{}}')",
    "changing another schema": "UPDATE {other}.role SET name = 'evil'",
    "deleting in another schema": "DELETE FROM {other}.role",
    "drawing another's numbers": "SELECT nextval('{other}.role_id_seq')",
    "locking another's table": "LOCK TABLE {other}.role",
    "role by set_config": "SELECT set_config('role', '{other}', true)",
    "search path by set_config": "SELECT set_config('search_path', '{other}', true)",
    "settings table": "UPDATE pg_settings SET setting = '{other}' WHERE name = 'role'",
    "a DO block": "DO $$ BEGIN EXECUTE 'SET LOCAL ROLE {other}'; END $$",
    "SET in query_to_xml": "SELECT query_to_xml('SET ROLE {other}', true, true, '')",
    "another's table in query_to_xml": "SELECT query_to_xml('SELECT * FROM {other}.role', true, true, '')",
    "a temporary table": "CREATE TEMP TABLE evil (id int)",
    "a table": "CREATE TABLE evil (id int)",
    "a function": "CREATE FUNCTION evil() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "a view": "CREATE VIEW evil AS SELECT 1",
    "a schema": "CREATE SCHEMA evil",
    "an extension": "CREATE EXTENSION dblink",
    "another column": "ALTER TABLE role ADD COLUMN evil int",
    "truncating": "TRUNCATE role CASCADE",
    "dropping": "DROP TABLE role CASCADE",
    "rewriting the audit log": "UPDATE audit_entry SET action = 'nothing'",
    "shortening the audit log": "DELETE FROM audit_entry",
    "its own revision": "UPDATE alembic_version SET version_num = 'evil'",
    "another session's identity": "SET SESSION AUTHORIZATION postgres",
    "a server file": "SELECT pg_read_file('PG_VERSION')",
    "a server directory": "SELECT pg_ls_dir('.')",
    "a program": "COPY role TO PROGRAM 'id'",
    "writing a server file": "COPY role TO '/tmp/evil'",
    "a large object": "SELECT lo_from_bytea(0, 'evil')",
    "password hashes": "SELECT * FROM pg_authid",
    "giving its role away": "GRANT {own} TO {other}",
    "taking another role": "GRANT {other} TO {own}",
    "a new role": "CREATE ROLE evil",
    "two statements in one": "SELECT 1; SELECT name FROM {other}.role",
    "a role change behind a statement": "SELECT 1; SET ROLE {other}; SELECT name FROM role",
}


@pytest.mark.parametrize("attack", REFUSED.values(), ids=REFUSED)
def test_refuses(acme, places, attack):
    own, other = (place.schema for place in places)

    with pytest.raises(sa.exc.DBAPIError) as refusal:
        acme.exec_driver_sql(attack.format(own=own, other=other))

    # It was refused because of what it wanted, not because we wrote it wrongly.
    assert isinstance(refusal.value.orig, NOT_ALLOWED) or "multiple commands" in str(refusal.value), refusal.value


NOT_ALLOWED = (psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported)

SHOWS_NOTHING = {
    "other tables' sampled values": "SELECT * FROM pg_stats WHERE schemaname = '{other}'",
    "other sessions' statements": "SELECT query FROM pg_stat_activity WHERE query NOT LIKE '<insufficient%%' AND pid <> pg_backend_pid() AND query <> ''",
    "who the companies are": "SELECT nspname FROM pg_namespace WHERE nspname ~* 'acme|globex'",
}


@pytest.mark.parametrize("question", SHOWS_NOTHING.values(), ids=SHOWS_NOTHING)
def test_shows_nothing_of(acme, places, question):
    assert acme.exec_driver_sql(question.format(other=places[1].schema)).fetchall() == []


def test_reads_its_own_and_nothing_else(acme, places):
    assert acme.exec_driver_sql("SELECT name FROM role").scalars().all() == ["secret of acme"]
    assert acme.exec_driver_sql(f"SELECT name FROM {places[0].schema}.role").scalars().all() == ["secret of acme"]


def test_ends_no_other_session(acme, places):
    with db.engine.connect() as another:
        pid = another.exec_driver_sql("SELECT pg_backend_pid()").scalar()

        with pytest.raises(sa.exc.DBAPIError, match="permission denied"):
            acme.exec_driver_sql("SELECT pg_terminate_backend(%s)", (pid,))


def test_keeps_the_company_through_savepoints(acme, places):
    with pytest.raises(sa.exc.DBAPIError), acme.begin_nested():
        acme.exec_driver_sql("SELECT 1 / 0")

    assert acme.exec_driver_sql("SELECT current_user").scalar() == places[0].schema


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_leaves_nothing_of_the_company_on_the_connection(app, places, end):
    with app.app_context(), inside(places[0]), db.engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        getattr(connection, end)()
        bare = connection.connection.dbapi_connection

        user, schema = bare.execute("SELECT current_user, current_schema()").fetchone()

    assert user == db_login(app)
    assert schema == "ext"


def db_login(app) -> str:
    with app.app_context():
        return db.engine.url.username


def test_opens_nothing_without_a_company(app):
    with app.app_context(), pytest.raises(NoCompany), db.engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")


def test_opens_nothing_for_a_company_that_is_not_there(app):
    with app.app_context(), inside(NEVER_OPENED), pytest.raises(psycopg.Error, match="does not exist"):
        db.session.scalar(sa.select(Role.id))


@pytest.mark.parametrize("name", ["postgres", "platform", "t_1; SET ROLE t_2", 't_1"', "t_1\n", "T_1", ""])
def test_opens_nothing_for_a_place_that_is_none(app, name):
    with app.app_context(), inside(Place(name)), pytest.raises(NoCompany):
        db.session.scalar(sa.select(Role.id))


@pytest.mark.parametrize(
    "statement", ["SELECT name FROM role", "SELECT name FROM {own}.role", "SELECT * FROM platform.company"]
)
def test_login_alone_sees_nothing(login, places, statement):
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedTable)):
        login.execute(statement.format(own=places[0].schema))


def test_login_sees_nothing_after_resetting_its_role(login, places):
    login.execute(f"BEGIN; SET LOCAL ROLE {places[0].schema}")
    login.execute("RESET ROLE")

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        login.execute(f"SELECT name FROM {places[0].schema}.role")


def test_role_set_outside_of_a_transaction_has_no_effect(login, places):
    login.execute(f"SET LOCAL ROLE {places[0].schema}")

    with pytest.raises(psycopg.errors.UndefinedTable):
        login.execute("SELECT name FROM role")


def test_search_path_alone_opens_nothing(login, places):
    login.execute(f"BEGIN; SET LOCAL ROLE {places[0].schema}")
    login.execute(f"SET LOCAL search_path = {places[1].schema}")

    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedTable)):
        login.execute("SELECT name FROM role")


def test_platform_login_enters_no_company(app, places):
    with connect(app.config["PLATFORM_DATABASE_URL"]) as platform:
        for statement in (f"SELECT * FROM {places[0].schema}.role", f"SET ROLE {places[0].schema}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                platform.execute(statement)


def test_platform_login_changes_no_tables(app):
    with connect(app.config["PLATFORM_DATABASE_URL"]) as platform:
        for statement in ("CREATE TABLE platform.evil (id int)", "ALTER TABLE platform.company ADD COLUMN evil int"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                platform.execute(statement)


def test_a_session_never_serves_two_companies(app, places):
    with app.app_context():
        with inside(places[0]):
            session = db.session()
            session.scalar(sa.select(Role.id))
        with inside(places[1]), pytest.raises(NoCompany):
            session.scalar(sa.select(Role.id))


def test_identical_ids_of_two_companies_never_meet(app, places):
    seen = []
    with app.app_context():
        for place in (*places, *places):
            with inside(place):
                seen.append(db.session.scalars(sa.select(Role).order_by(Role.id)).one().name)
                db.session.rollback()

    assert seen == ["secret of acme", "secret of globex"] * 2


def test_statements_end_by_themselves(login):
    limits = login.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')").fetchone()

    assert limits == ("30s", "5s")
