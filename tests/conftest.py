"""Real servers for the whole run, a real app, and the cast everybody knows: Olga owns Acme, Adam and Nina answer there,
Eve works for Globex and must never see anything of Acme's."""

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest
from cast import Cast
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from kept_cast import KeptCast, is_alone, meet

from chat.styles import styles
from core.clock import now
from core.db import db, transaction
from operators import current as operators
from operators.operator import Operator
from operators.sessions import OperatorSession
from saas import config
from saas.embedded import Postgres, Redis
from tenants.companies import databases
from tenants.companies.making import make_ready
from tenants.companies.migrations import migrate_platform
from tenants.people.members import Member
from tenants.people.seats import settle_seats
from tenants.rights import entitlements_cache
from tenants.signing_in import passwords
from tenants.signing_in.current import cookie_name

DATA = Path(os.environ.get("LAIKE_TEST_DATA", Path(__file__).parents[1] / "var" / "test"))
if "PYTEST_XDIST_WORKER" in os.environ:
    # Each of the processes that share the work has servers of its own.
    DATA /= os.environ["PYTEST_XDIST_WORKER"]
    os.environ["LAIKE_TEST_DATA"] = str(DATA)
# A crash of the test machine may lose the tests' data; nothing else may be faster than real.
FAST_AND_LOOSE = {"fsync": "off", "full_page_writes": "off", "wal_level": "logical"}
# What is generated is the same in every run, and a busy machine is no reason to fail.
hypothesis.register_profile("laike", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("laike")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first, so that in the end nobody waits for one of them."""
    tests = Counter(item.path for item in items)
    long = {item.path for item in items if item.get_closest_marker("slow") or item.get_closest_marker("timeout")}
    items.sort(key=lambda item: (item.path in long, tests[item.path], str(item.path)), reverse=True)


@pytest.fixture(scope="session")
def servers():
    """PostgreSQL and Redis for this run: {"postgres": Postgres, "redis": Redis}."""
    postgres = Postgres(DATA / "postgres", settings=FAST_AND_LOOSE).start()
    redis = Redis(DATA / "redis").start()
    yield {"postgres": postgres, "redis": redis}
    redis.stop()
    postgres.stop()


@pytest.fixture(scope="session")
def postgres_url(servers) -> str:
    """The administrator's way in."""
    return servers["postgres"].url()


@pytest.fixture(scope="session")
def redis_url(servers) -> str:
    return servers["redis"].url()


@pytest.fixture(scope="session")
def settings(postgres_url, redis_url, tmp_path_factory) -> dict:
    """The configuration of the tests' app, on a database made anew for this run."""
    databases.drop_database(postgres_url, "laike_test")
    urls = databases.prepare_database(postgres_url, databases.Passwords("app", "platform"), "laike_test")
    admin = databases.Admin(urls.DATABASE_URL)
    migrate_platform(admin)
    make_ready(admin, 4)
    read = config.read(
        {
            **urls._asdict(),
            "REDIS_URL": redis_url,
            "SECRET_KEY": "a secret that only the tests know, long enough",
            "MAIL_URL": "catcher:",
            "SMS_URL": "catcher:",
            "FILES_DIR": str(tmp_path_factory.mktemp("files")),
            "PUBLIC_URL": "http://localhost:8000",
            "LIVE_URL": "http://localhost:8001",
            "LOG_LEVEL": "WARNING",
            "READY_SCHEMAS": "4",
            # Identity providers of the tests are on this machine.
            "EGRESS_TO_ANYWHERE": "yes",
        }
    )
    return read | {"TESTING": True, "WTF_CSRF_ENABLED": False, "PROPAGATE_EXCEPTIONS": False}


@pytest.fixture(scope="session")
def app(settings) -> Flask:
    from saas.app import create_app

    passwords.cheap()
    return create_app(settings)


@pytest.fixture(scope="session")
def caretaker(app):
    """A connection that may tidy up between tests: without foreign keys and triggers, so that the order does not matter."""
    with databases.connect(app.config["DATABASE_URL"]) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


@pytest.fixture
def clean(app, caretaker):
    """Companies, files, mails and keys in Redis that a test made are gone after it."""
    app.extensions["redis"].flushdb()
    app.extensions["brief"].clear()
    with app.app_context():
        settle_seats()
    yield
    _empty(caretaker)
    _forget(app)
    for left in Path(app.config["FILES_DIR"]).iterdir():
        shutil.rmtree(left)


@pytest.fixture
def context(app, clean):
    """The app's context, for tests that speak to models."""
    with app.app_context():
        yield
        db.session.remove()


# No company's number is ever another's by chance: "not found" must come from the door, not from luck.
_COUNT_APART = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, greatest(last_value, platform.schema.id * 1000000))
FROM pg_sequences JOIN platform.schema ON name = schemaname WHERE state = 'ready'
"""


@pytest.fixture
def cast(app, context, caretaker):
    """Acme and Globex with their people.  Acme's company is in force."""
    kept = _kept_cast(app, caretaker)
    cast = kept.bring_back() if kept else _assembled(caretaker)
    with cast.acme.entered() as cast.acme:
        if kept:
            meet(cast)
        else:
            cast.come_in()
            if is_alone(caretaker):
                app.extensions["kept cast"] = KeptCast(caretaker, app.extensions["redis"])
        yield cast
        db.session.remove()


def _assembled(caretaker) -> Cast:
    caretaker.execute(_COUNT_APART)
    return Cast.assemble()


def _kept_cast(app, caretaker) -> KeptCast | None:
    kept = app.extensions.get("kept cast")
    return kept if kept and kept.is_usable() else None


@pytest.fixture
def client(app, clean) -> FlaskClient:
    """A browser nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def signed_in(app, cast):
    """`signed_in(cast.adam)` is a browser in which Adam has signed in."""

    def sign_in(member: Member) -> FlaskClient:
        browser = app.test_client()
        browser.set_cookie(cookie_name(), cast.cookie_of(member), domain="localhost")
        return browser

    return sign_in


@pytest.fixture
def portal(app, context):
    """`portal("finance")` is a browser in which an operator of this role has signed in; `.operator` is who."""

    def sign_in(role: str, name: str = "") -> FlaskClient:
        browser, email = app.test_client(), f"{name or role}@laike.example"
        with transaction():
            browser.operator = Operator.known_as(email) or Operator.add(email, (name or role).title(), role, joined_at=now())
            _, token = OperatorSession.open(browser.operator, ip="127.0.0.1", device="")
        browser.set_cookie(operators.cookie_name(), token, domain="localhost")
        return browser

    return sign_in


_WITH_ROWS_OF_COMPANIES = """
SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
WHERE tablename <> 'alembic_version' AND (schemaname, tablename) <> ('platform', 'schema')
AND schemaname IN (SELECT 'platform' UNION SELECT name FROM platform.schema WHERE state = 'taken')
"""


def _empty(caretaker) -> None:
    """Take every company away, and make its schema ready for the next."""
    tables = caretaker.execute(_WITH_ROWS_OF_COMPANIES).fetchall()
    # Deleting a few rows is ten times quicker than TRUNCATE.
    deletions = "; ".join(f"DELETE FROM {table}" for (table,) in tables)
    caretaker.execute(f"{deletions}; UPDATE platform.schema SET state = 'ready', taken_at = NULL WHERE state = 'taken'")


def _forget(app) -> None:
    """What this process remembers: a test may have made it remember what is not so."""
    app.extensions["directory"].__init__()
    entitlements_cache._known.clear()
    styles._known.__init__()
