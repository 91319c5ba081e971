"""Real servers for the whole run, a real app, and the cast everybody knows: Olga owns Acme, Adam and Nina answer there,
Eve works for Globex and must never see anything of Acme's."""

import os
import shutil
from pathlib import Path

import pytest
from cast import Cast
from flask import Flask
from flask.testing import FlaskClient

from core.db import db, transaction
from operators import current as operators
from operators.operator import Operator
from operators.sessions import OperatorSession
from saas import config
from saas.embedded import Postgres, Redis
from tenants import databases, passwords
from tenants.current import cookie_name
from tenants.making import make_ready
from tenants.members import Member
from tenants.migrations import migrate_platform
from tenants.seats import settle_seats

DATA = Path(os.environ.get("LAIKE_TEST_DATA", Path(__file__).parents[1] / "var" / "test"))
if "PYTEST_XDIST_WORKER" in os.environ:
    # Each of the processes that share the work has servers of its own.
    DATA /= os.environ["PYTEST_XDIST_WORKER"]
    os.environ["LAIKE_TEST_DATA"] = str(DATA)
# A crash of the test machine may lose the tests' data; nothing else may be faster than real.
FAST_AND_LOOSE = {"fsync": "off", "full_page_writes": "off", "wal_level": "logical"}


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


@pytest.fixture
def clean(app):
    """Companies, files, mails and keys in Redis that a test made are gone after it."""
    app.extensions["redis"].flushdb()
    with app.app_context():
        settle_seats()
    yield
    _empty(app.config["DATABASE_URL"])
    for left in Path(app.config["FILES_DIR"]).iterdir():
        shutil.rmtree(left)


@pytest.fixture
def context(app, clean):
    """The app's context, for tests that speak to models."""
    with app.app_context():
        yield
        db.session.remove()


@pytest.fixture
def cast(context):
    """Acme and Globex with their people.  Acme's company is in force."""
    cast = Cast.assemble()
    with cast.acme.entered() as cast.acme:
        cast.come_in()
        yield cast
        db.session.remove()


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
            browser.operator = Operator.known_as(email) or Operator(email=email, name=(name or role).title(), role=role)
            db.session.add(browser.operator)
            db.session.flush()
            _, token = OperatorSession.open(browser.operator, ip="127.0.0.1", device="")
        browser.set_cookie(operators.cookie_name(), token, domain="localhost")
        return browser

    return sign_in


def _empty(admin_url: str) -> None:
    """Take every company away, and make its schema ready for the next."""
    with databases.connect(admin_url) as connection:
        taken = connection.execute("SELECT name FROM platform.schema WHERE state = 'taken'").fetchall()
        tables = [table for (schema,) in taken for table in _tables_of(connection, schema)]
        tables += [table for table in _tables_of(connection, "platform") if table != '"platform"."schema"']
        # Without foreign keys the order does not matter, and deleting a few rows is ten times quicker than TRUNCATE.
        deletions = "; ".join(f"DELETE FROM {table}" for table in tables)
        connection.execute(f"SET session_replication_role = replica; {deletions}")
        connection.execute("UPDATE platform.schema SET state = 'ready', taken_at = NULL WHERE state = 'taken'")


def _tables_of(connection, schema: str) -> list[str]:
    rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema]).fetchall()
    return [f'"{schema}"."{table}"' for (table,) in rows if table != "alembic_version"]
