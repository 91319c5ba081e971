"""A whole installation of its own for the chaos: servers, database, companies and processes, all of them killable."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from chaos.chores import TABLE
from chaos.process import ROOT, Process, environment_with

from saas.embedded import Postgres, Redis
from saas.embedded.server import Server, free_port, is_alive
from tenants.companies import databases
from tenants.companies.making import make_ready
from tenants.companies.migrations import migrate_platform

DATABASE = "laike_chaos"
AGENTS = 2
WEB = ["wsgi.py"]
RESTART_AFTER = 0.7


class House:
    """Three companies, a process for pages, two live ones, and the workers.

    Each company has a word of its own, which stands in all that its people write.
    """

    def __init__(self, folder: Path, words: tuple[str, ...] = ("quokka", "narwhal", "axolotl"), has_workers: bool = True):
        folder.mkdir(parents=True, exist_ok=True)
        self.words, self.has_workers, self._folder = words, has_workers, folder
        self.postgres, self.redis = Postgres(folder / "postgres"), Redis(folder / "redis")

    def __enter__(self) -> "House":
        self.processes: list[Process] = []
        self._is_closing, self._supervisor = threading.Event(), threading.Thread(target=self._supervise, daemon=True)
        try:
            self.postgres.start()
            self.redis.start()
            self._settings = environment_with(self._prepare())
            self._start_web()
            self.companies = self._furnished = self._furnish(self.words)
            if self.has_workers:
                self._start_workers()
            self._supervisor.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        self._is_closing.set()
        if self._supervisor.is_alive():
            self._supervisor.join()
        for process in self.processes:
            process.end()
        self.redis.stop()
        self.postgres.stop()

    # Where people come in.

    @property
    def pages_url(self) -> str:
        return self._settings["PUBLIC_URL"]

    def live_url(self, rng: random.Random, always: int | None = None) -> str:
        """Any live process, as nginx would choose, or always the same."""
        process = rng.choice(self.live) if always is None else self.live[always]
        return f"ws://127.0.0.1:{process.port}"

    def begin_again(self, live: list[str], words: tuple[str, ...]) -> None:
        """Other live processes, and only those companies of which these are the words."""
        self.words, self.companies = words, [company for company in self._furnished if company["word"] in words]
        for process in self.live:
            process.become(live)
        for process in self.live:
            process.wait_until_it_answers()

    def change(self, statements: str) -> None:
        """As the administrator, in each company."""
        with databases.connect(self._urls.DATABASE_URL) as connection:
            for company in self.companies:
                connection.execute(statements.format(schema=company["schema"]))

    # What goes wrong.

    def kill_redis(self) -> None:
        _kill(self.redis, signal.SIGKILL)

    def stop_postgres_at_once(self) -> None:
        _kill(self.postgres, signal.SIGQUIT)

    def kill_worker_in_mid_job(self, patience: float = 5) -> bool:
        """Wait until a chore is under way, then kill who does it.  False if there was none."""
        deadline = time.monotonic() + patience
        begun = self._chores_begun / str(self.jobs.pid)
        while time.monotonic() < deadline and not begun.exists():
            time.sleep(0.01)
        was_working = begun.exists()
        self.jobs.kill()
        return was_working

    @property
    def died(self) -> list[str]:
        """Processes that ended although nobody killed them."""
        return [death for process in self.processes for death in process.died]

    def _supervise(self) -> None:
        while not self._is_closing.wait(RESTART_AFTER):
            for process in self.processes:
                process.keep()

    # What is in the database in the end.

    def rows(self, company: dict, query: str) -> list[tuple]:
        with databases.connect(self._urls.DATABASE_URL) as connection:
            return connection.execute(query.format(schema=company["schema"])).fetchall()

    def chores_written(self) -> list[tuple[str, str]]:
        """(schema, key) of each chore whose transaction was committed for sure."""
        lines = (self._folder / "clerk.log").read_text().splitlines()
        return [tuple(line.split()) for line in lines if re.fullmatch(r"t_\d+ chore-\d+", line)]

    # Building it.

    def _prepare(self) -> dict[str, str]:
        databases.drop_database(self.postgres.url(), DATABASE)
        self._urls = databases.prepare_database(self.postgres.url(), databases.Passwords("app", "platform"), DATABASE)
        migrate_platform(databases.Admin(self._urls.DATABASE_URL))
        make_ready(databases.Admin(self._urls.DATABASE_URL), len(self.words))
        self._chores_begun = self._folder / "chores-begun"
        shutil.rmtree(self._chores_begun, ignore_errors=True)
        self._chores_begun.mkdir()
        return {
            **self._urls._asdict(),
            "REDIS_URL": self.redis.url(),
            "SECRET_KEY": "a secret that only this house knows, long enough",
            "MAIL_URL": "catcher:",
            "FILES_DIR": str(self._folder / "files"),
            "PUBLIC_URL": f"http://localhost:{free_port()}",
            "READY_SCHEMAS": "0",
            "LOG_LEVEL": "INFO",
            "CHORES_BEGUN": str(self._chores_begun),
        }

    def _start_web(self) -> None:
        self.pages = self._add("pages", WEB, {"ROLE": "pages"}, int(self.pages_url.rpartition(":")[2]))
        self.live = [self._add(f"live-{n}", WEB, {"ROLE": "live"}, free_port()) for n in range(2)]
        for process in (self.pages, *self.live):
            process.wait_until_it_answers()

    def _start_workers(self) -> None:
        self.change(TABLE)
        schemas = json.dumps([company["schema"] for company in self.companies])
        self.jobs = self._add("jobs", ["-m", "chaos.worker_with_chores", "worker.py", "jobs"])
        self._add("schedule", ["-m", "chaos.worker_with_chores", "worker.py", "schedule"])
        self.clerk = self._add("clerk", ["-m", "chaos.clerk", "write", schemas])

    def _add(self, name: str, command: list[str], settings: dict | None = None, port: int | None = None) -> Process:
        environment = self._settings | (settings or {}) | ({"PORT": str(port)} if port else {})
        process = Process(name, command, environment, self._folder, port)
        self.processes.append(process.start())
        return process

    def _furnish(self, words: tuple[str, ...]) -> list[dict]:
        wanted = json.dumps({"words": words, "agents": AGENTS})
        command = [sys.executable, "-m", "chaos.clerk", "furnish", wanted]
        done = subprocess.run(command, cwd=ROOT, env=self._settings, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


def _kill(server: Server, number: int) -> None:
    os.kill(server.pid, number)
    while is_alive(server.pid):
        time.sleep(0.01)
