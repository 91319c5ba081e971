"""How long operators wait for the list of ten thousand companies: each request as the app answers it, with the page it renders."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient

from bench.report import Row
from core.db import db, transaction
from operators.current import cookie_name
from operators.operator import Operator
from operators.sessions import OperatorSession
from saas import config
from saas.app import create_app
from saas.embedded import Postgres, Redis
from tenants.companies.databases import Passwords, connect, drop_database, prepare_database
from tenants.companies.migrations import TENANT, migrate_platform

DATABASE = "laike_bench_portal"
SEED = Path(__file__).with_name("portal.sql")
LIST = "/operator/companies"
AIM = 150.0
# What an operator asks; of each kind several, in turn.
KINDS: dict[str, list[str]] = {
    "listed": ["", "?page=2", "?page=100", "?page=200"],
    "sorted": [f"?order={order}" for order in ("company", "-online", "-chats", "-mrr", "-activity", "-health", "opened&page=150")],
    "filtered": ["?status=suspended", "?plan=professional&trial=running", "?health=failed_payment&order=-mrr", "?health=well&page=90"],
    "searched by name": ["?search=lotus", "?search=river+tea", "?search=旅行社", "?search=e&order=-chats", "?search=nobody+at+all"],
    "searched by domain": ["?search=shop1.pearl-9.example", "?search=https://shop2.blue-10.example/a?b=c", "?search=garden-8"],
    "searched by a key": ["?search=agent3@north-42.example", "?search=2026112200000123", "?search=4711", "?search=no-such-key-0815"],
}  # fmt: skip


def measure(var: Path, companies: int, rounds: int, say: Callable[[str], None]) -> list[Row]:
    """Two lines for each kind of request: half of them, and 99 of 100, are answered within."""
    with Postgres(var / "postgres") as postgres, Redis(var / "redis") as redis:
        say(f"seeding {companies} companies")
        drop_database(postgres.url(), DATABASE)
        try:
            app = _app(postgres, redis, companies)
            say(f"listing, sorting, searching {companies} companies")
            took = _ask(_operator(app), rounds)
            with app.app_context():
                for engine in db.engines.values():
                    engine.dispose()
        finally:
            drop_database(postgres.url(), DATABASE)
    return [row for kind, times in took.items() for row in _rows(f"{companies} companies {kind}", times)]


def _app(postgres: Postgres, redis: Redis, companies: int):
    urls = prepare_database(postgres.url(), Passwords("app", "platform"), DATABASE)
    migrate_platform(urls.DATABASE_URL)
    with connect(urls.DATABASE_URL) as connection:
        for statement in SEED.read_text().split(";\n"):
            connection.execute(statement, {"revision": TENANT.head, "companies": companies} if "%(" in statement else {})
    settings = {"REDIS_URL": redis.url(), "SECRET_KEY": "x" * 32, "MAIL_URL": "catcher:", "LOG_LEVEL": "WARNING"}
    return create_app(config.read(settings | urls._asdict()))


def _operator(app) -> FlaskClient:
    """A browser in which an owner of the platform has signed in."""
    browser = app.test_client()
    with app.app_context(), transaction():
        operator = Operator(email="bench@laike.example", name="Bench", role="owner")
        db.session.add(operator)
        db.session.flush()
        _session, token = OperatorSession.open(operator, ip="127.0.0.1", device="")
        browser.set_cookie(cookie_name(), token, domain="localhost")
    return browser


def _ask(browser: FlaskClient, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each request, by its kind.  The first round is for templates and caches, and does not count."""
    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for number in range(rounds + 1):
        for kind, addresses in KINDS.items():
            times = [_timed(browser, LIST + address) for address in addresses]
            took[kind] += times if number else []
    return took


def _timed(browser: FlaskClient, address: str) -> float:
    began = time.perf_counter()
    answer = browser.get(address)
    took = (time.perf_counter() - began) * 1000
    if answer.status_code not in (200, 302):
        raise SystemExit(f"{address} was answered with {answer.status_code}.")
    return took


def _rows(what: str, times: list[float]) -> list[Row]:
    p99 = statistics.quantiles(times, n=100)[98]
    return [
        Row(f"Half of the pages within: {what}", statistics.median(times), "ms"),
        Row(f"99 of 100 pages within: {what}", p99, "ms", aim_limit=AIM),
    ]
