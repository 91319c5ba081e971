"""Opening companies and migrating them, beside django-tenants with the same tables on the same server."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.engine import make_url

from bench.peers.django_models import django_models
from core.db import db, transaction
from saas import config
from saas.app import create_app
from saas.embedded import Postgres
from tenants.companies.databases import Passwords, connect, drop_database, prepare_database
from tenants.companies.making import make_ready
from tenants.companies.migrations import FOLDER, TENANT, History, migrate_platform
from tenants.companies.rollout import migrate_companies
from tenants.companies.schemas import Schema

ROOT = Path(__file__).parents[1]
VAR = Path(os.environ.get("LAIKE_BENCH_VAR", ROOT / "var" / "bench"))
PEER = ROOT / "bench" / "peers" / "django_tenants"
PEER_PACKAGES = ("django==5.2.19", "django-tenants==4.0.1", "psycopg[binary]==3.3.9")
OURS, THEIRS = "laike_bench", "django_tenants_bench"
CLAIMS, TURNS = 60, 3

LATER = """
import sqlalchemy as sa
from alembic import op

revision = "2999_01_01"
down_revision = {before!r}


def upgrade():
    op.add_column("conversation", sa.Column("measured_at", sa.DateTime(timezone=True)))
    op.create_index("ix_measured_at", "conversation", ["measured_at"])
"""


class Measured(NamedTuple):
    """One line of the report.  Times are milliseconds a company; `aim` is how many times faster we want to be."""

    what: str
    ours: float
    peer: float | None
    aim: float
    remark: str

    @property
    def ratio(self) -> float | None:
        return self.peer and self.peer / self.ours


def run(report: Callable[[Measured], None], companies: int = 200, sample: int = 30) -> None:
    """Measure, and report each line as it is known.  The peer gets a sample of tenants, since it takes its time."""
    with Postgres(VAR / "postgres") as server:
        ours = Ours(server.url(), companies)
        peer = Peer(server.url(), sample)
        try:
            for line in _lines(ours, peer):
                report(line)
        finally:
            ours.clear_away()
            peer.clear_away()


def _lines(ours: "Ours", peer: "Peer"):
    made = ours.make()
    opened, their_opened = _in_turn(ours.open, peer.open)
    migrated, their_migrated, their_nothing = ours.migrate(), peer.migrate(), peer.migrate()
    theirs = f"the peer with {peer.sample} tenants" if their_opened else peer.trouble
    tables = f"{ours.companies} schemas of {len(db.metadatas[None].tables)} tables; {theirs}"
    yield Measured("A company signs up (takes a schema made ahead)", opened, their_opened, 100, tables)
    yield Measured("A schema is made (ahead, by the worker)", made, their_opened, 1, tables)
    yield Measured("Every company gets a column and an index", migrated, their_migrated, 20, f"2 at a time; {theirs}")
    yield Measured("The same again, when there is nothing to do", ours.migrate(), their_nothing, 20, f"2 at a time; {theirs}")


def _in_turn(ours: Callable[[int], list[float]], theirs: Callable[[int], list[float]]) -> tuple[float, float | None]:
    """The medians, in milliseconds, of both sides: measured in turn, so that a busy moment meets both."""
    took, their_took = [], []
    for turn in range(TURNS):
        took += ours(turn)
        their_took += theirs(turn)
    return statistics.median(took) * 1000, statistics.median(their_took) * 1000 if their_took else None


class Ours:
    """This product, on a database of its own."""

    def __init__(self, server_url: str, companies: int):
        self.server_url, self.companies = server_url, companies
        drop_database(server_url, OURS)
        self.urls = prepare_database(server_url, Passwords("app", "platform"), OURS)
        migrate_platform(self.urls.DATABASE_URL)

    def make(self) -> float:
        """Milliseconds for each schema, made on one connection, as the peer does."""
        make_ready(self.urls.DATABASE_URL, 1)
        return _each(self.companies, lambda: make_ready(self.urls.DATABASE_URL, self.companies + 1, workers=1))

    def open(self, turn: int) -> list[float]:
        """Seconds for taking a schema, through the app."""
        settings = {"REDIS_URL": "redis://127.0.0.1:1", "SECRET_KEY": "x" * 32, "MAIL_URL": "catcher:"}
        with create_app(config.read(settings | self.urls._asdict())).app_context():
            self._claim()
            took = [_timed(self._claim) for _ in range(CLAIMS // TURNS)]
            for engine in db.engines.values():
                engine.dispose()
        return took

    def _claim(self) -> None:
        with transaction():
            Schema.claim()

    def migrate(self) -> float:
        """Milliseconds for each schema, two at a time."""
        history = _later_release()
        return _each(self.companies, lambda: _refuse_failures(migrate_companies(self.urls.DATABASE_URL, history=history)))

    def clear_away(self) -> None:
        drop_database(self.server_url, OURS)


class Peer:
    """django-tenants in an environment of its own, on another database of the same server."""

    def __init__(self, server_url: str, sample: int):
        self.server_url, self.sample, self.trouble = make_url(server_url), sample, ""
        self._python = VAR / "django_tenants" / "venv" / "bin" / "python"
        self._models = VAR / "django_tenants" / "models"
        try:
            self._install()
            self._make_models()
            self._make_database()
        except subprocess.CalledProcessError as error:
            self.trouble = f"the peer could not be installed: {(error.stderr or '').strip().splitlines()[-1:]}"

    def open(self, turn: int) -> list[float]:
        """Seconds for opening a tenant."""
        if self.trouble:
            return []
        first, end = (self.sample * each // TURNS for each in (turn, turn + 1))
        return json.loads(self._run(PEER / "provision.py", str(first), str(end)))

    def migrate(self) -> float | None:
        """Its own parallel executor, with two processes, as we have two connections."""
        if self.trouble:
            return None
        command = "migrate_schemas", "--tenant", "--executor=multiprocessing", "-v0"
        return _each(self.sample, lambda: self._manage(*command, migrations="company.second"))

    def clear_away(self) -> None:
        with connect(self.server_url.render_as_string(False)) as server:
            server.execute(f"DROP DATABASE IF EXISTS {THEIRS} WITH (FORCE)")

    def _install(self) -> None:
        if not self._python.exists():
            venv.create(self._python.parents[1], with_pip=True)
        pip = [self._python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *PEER_PACKAGES]
        subprocess.run(pip, check=True, capture_output=True, text=True)

    def _make_models(self) -> None:
        """One app, and two lines of migrations for it: our first revision, and the later one."""
        folder = self._models / "company"
        shutil.rmtree(self._models, ignore_errors=True)
        for stage, later in (("first", ""), ("second", "conversation")):
            (folder / stage).mkdir(parents=True)
            for package in (folder, folder / stage):
                (package / "__init__.py").touch()
            if later:
                shutil.copy(folder / "first" / "0001_initial.py", folder / stage)
            (folder / "models.py").write_text(django_models(db.metadatas[None].sorted_tables, later))
            self._manage("makemigrations", "company", "-v0", migrations=f"company.{stage}")

    def _make_database(self) -> None:
        self.clear_away()
        with connect(self.server_url.render_as_string(False)) as server:
            server.execute(f"CREATE DATABASE {THEIRS}")
        self._manage("migrate_schemas", "--shared", "-v0", "--run-syncdb")

    def _manage(self, *command: str, migrations: str = "company.first") -> str:
        return self._run("-m", "django", *command, migrations=migrations)

    def _run(self, *command: str | Path, migrations: str = "company.first") -> str:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "settings",
            "PYTHONPATH": f"{PEER}:{self._models}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PEER_DATABASE": THEIRS,
            "PEER_USER": self.server_url.username,
            "PEER_PASSWORD": self.server_url.password,
            "PEER_PORT": str(self.server_url.port),
            "PEER_MIGRATIONS": migrations,
        }
        done = subprocess.run([self._python, *command], env=environment, capture_output=True, text=True, check=True)
        return done.stdout


def _later_release() -> History:
    """The next release's history: ours, and one revision more."""
    folder = VAR / "migrations"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tenant" / "versions" / "2999_01_01_measured.py").write_text(LATER.format(before=TENANT.head))
    return History("tenant", folder)


def _refuse_failures(outcomes) -> None:
    failed = [outcome for outcome in outcomes if outcome.failure]
    if failed:
        raise RuntimeError(f"not measured, because it failed: {failed[0]}")


def _each(count: int, work: Callable[[], object]) -> float:
    return _timed(work) * 1000 / count


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    run(lambda line: print(line, f"{line.ratio:.1f}×" if line.ratio else "", file=sys.stdout))
