import psycopg
import pytest

from tenants.companies import databases
from tenants.companies.checkup import check_schema, remains
from tenants.companies.databases import Admin, Names, Passwords, Unprepared, connect, drop_database, prepare_database
from tenants.companies.making import drop, make_ready
from tenants.companies.migrations import migrate_platform

NAME = "laike_test_databases"


@pytest.fixture
def urls(postgres_url):
    """A database of its own, made anew."""
    drop_database(postgres_url, NAME)
    yield prepare_database(postgres_url, Passwords("app's", "platform's"), NAME)
    drop_database(postgres_url, NAME)


def test_gives_urls_that_sign_in(urls):
    names = Names(NAME)

    for url, login in ((urls.TENANT_DATABASE_URL, names.app), (urls.PLATFORM_DATABASE_URL, names.platform)):
        with connect(url) as connection:
            assert connection.execute("SELECT session_user, current_database()").fetchone() == (login, NAME)


def test_preparing_again_changes_nothing_but_the_passwords(urls, postgres_url):
    again = prepare_database(postgres_url, Passwords("another", "platform's"), NAME)

    connect(again.TENANT_DATABASE_URL).close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(urls.TENANT_DATABASE_URL)


def test_preparing_again_takes_away_what_a_login_should_not_have(urls, postgres_url):
    app = Names(NAME).app
    with connect(urls.DATABASE_URL) as admin:
        admin.execute(f"ALTER ROLE {app} SUPERUSER INHERIT; ALTER ROLE {app} SET search_path = platform")

    prepare_database(postgres_url, Passwords("app's", "platform's"), NAME)

    with connect(urls.TENANT_DATABASE_URL) as login:
        assert login.execute("SHOW search_path").fetchone() == ('"$user", ext',)
        powers = "SELECT rolsuper, rolinherit FROM pg_roles WHERE rolname = SESSION_USER"
        assert login.execute(powers).fetchone() == (False, False)


def test_owner_cannot_sign_in(urls):
    with connect(urls.DATABASE_URL) as admin:
        assert admin.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", [Names(NAME).owner]).fetchone() == (False,)


def test_a_stranger_may_not_connect(urls, settings):
    stranger = databases.make_url(settings["SQLALCHEMY_DATABASE_URI"]).set(database=NAME)

    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        connect(stranger.render_as_string(hide_password=False))


def test_refuses_an_old_server(monkeypatch, postgres_url):
    monkeypatch.setattr(databases, "OLDEST_SERVER", 990000)

    with pytest.raises(Unprepared, match="version 16 or newer is needed"):
        prepare_database(postgres_url, Passwords("a", "b"), NAME)


@pytest.mark.parametrize("name", ["", "Laike", "1st", 'x"; DROP DATABASE y; --', "x" * 41])
def test_refuses_odd_names(postgres_url, name):
    with pytest.raises(Unprepared, match="cannot name a database"):
        prepare_database(postgres_url, Passwords("a", "b"), name)


def test_two_databases_on_one_server_never_share_a_role(urls, app):
    migrate_platform(urls.DATABASE_URL)
    with connect(urls.DATABASE_URL) as admin:
        # As if the other database had just taken the very next number.
        admin.execute("SELECT setval('platform.schema_id_seq', 1, false)")

    make_ready(urls.DATABASE_URL, 2)

    with connect(urls.DATABASE_URL) as here, connect(app.config["DATABASE_URL"]) as there:
        living = "SELECT name FROM platform.schema WHERE state <> 'erased'"
        ours, theirs = ({name for (name,) in on.execute(living)} for on in (here, there))
    assert len(ours) == 2
    assert not ours & theirs


def test_dropping_a_database_takes_its_roles_along(urls, postgres_url):
    migrate_platform(urls.DATABASE_URL)
    make_ready(urls.DATABASE_URL, 1)

    drop_database(postgres_url, NAME)

    with connect(postgres_url) as server:
        assert not server.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE %s", [f"{NAME}%"]).fetchall()
    prepare_database(postgres_url, Passwords("a", "b"), NAME)


def test_schemas_can_live_in_a_second_database(urls, postgres_url):
    second = prepare_database(postgres_url, Passwords("a", "b"), f"{NAME}_second").DATABASE_URL
    admin = Admin(urls.DATABASE_URL, {"second": second})
    migrate_platform(admin)

    make_ready(admin, 1, database="second")

    with connect(urls.DATABASE_URL) as registry, connect(second) as there:
        name, database = registry.execute("SELECT name, database FROM platform.schema").fetchone()
        assert database == "second"
        assert registry.execute("SELECT to_regnamespace(%s)", [name]).fetchone() == (None,)
        assert there.execute("SELECT to_regnamespace(%s)::text", [name]).fetchone() == (name,)
    assert check_schema(admin, name, "second") == []
    drop(admin, name, "second")
    assert remains(admin, name, "second") == []
    drop_database(postgres_url, f"{NAME}_second")
