"""Read this first: what is started, in which order, with which settings."""

import fcntl
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from saas.embedded import CannotStart, Postgres, Redis
from saas.run.board import board
from saas.run.children import Child, Children, Lost
from saas.run.ports import Ports
from tenants.companies.databases import Passwords, Unprepared, prepare_database

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        with ExitStack() as open_things:
            return Development(open_things).run()
    except (CannotStart, Unprepared) as reason:
        print(f"\nLaike cannot start. {reason}", file=sys.stderr)
        return 1
    except Lost as reason:
        print(f"\nLaike has stopped. {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Laike has stopped.")
        return 0


class Development:
    """One run, from the servers at the bottom to the processes on top; `open_things` closes them the other way round."""

    def __init__(self, open_things: ExitStack):
        self._open_things = open_things
        self.var = Path(os.environ.get("LAIKE_VAR", ROOT / "var")).absolute()

    def run(self) -> int:
        started = time.monotonic()
        self._open_things.enter_context(self._only_run())
        self.ports = Ports.from_environment(mark=self._mark)
        self.settings = self._settings() | self._servers()
        self.settings |= self._pretended_stripe()
        self.settings |= self._prepared_database()
        facts = self._set_up()
        children = self._open_things.enter_context(Children(self._stripe(), self._workers(), self._doors()))
        children.wait_for({"pages": self.ports.pages, "live": self.ports.live, "site": self.ports.site})
        if self._pretends_stripe:
            facts.append(self._stripe_fact())
        print(board(self.settings["PUBLIC_URL"], facts, seconds=time.monotonic() - started), flush=True)
        return children.watch()

    def _stripe(self) -> list[Child]:
        """Companies pay at a pretended Stripe, unless a key for the real one is given."""
        if not self._pretends_stripe:
            return []
        # Nothing of ours: it is another company's server.
        known = ("PATH", "HOME", "HOST", "LAIKE_RUN", "PYTHONUNBUFFERED", "STRIPE_WEBHOOK_SECRET")
        settings = {name: value for name, value in self.settings.items() if name in known}
        settings |= {
            "PORT": str(self.ports.stripe),
            "STRIPE_DOUBLE_FILE": str(self.var / "stripe" / "world.json"),
            "STRIPE_DOUBLE_TELLS": f"{self.settings['PUBLIC_URL']}/webhooks/stripe",
        }
        return [Child("stripe", [sys.executable, "-m", "saas.stripe_double"], settings)]

    def _pretended_stripe(self) -> dict[str, str]:
        if not self._pretends_stripe:
            return {}
        return {
            "STRIPE_API_KEY": "sk_test_double",
            "STRIPE_WEBHOOK_SECRET": f"whsec_{self._secret('stripe_webhook_secret')}",
            "STRIPE_API_BASE": f"http://127.0.0.1:{self.ports.stripe}",
        }

    def _stripe_fact(self) -> dict[str, str]:
        return {
            "what": "A pretended Stripe takes the money (none moves); cards to try are on its page",
            "address": f"{self.settings['STRIPE_API_BASE']}/_ctl/state",
        }

    @property
    def _pretends_stripe(self) -> bool:
        return not os.environ.get("STRIPE_API_KEY")

    def _workers(self) -> list[Child]:
        return [
            Child("schedule", [sys.executable, "worker.py", "schedule"], self.settings),
            Child("jobs", [sys.executable, "worker.py", "jobs"], self.settings),
        ]

    def _doors(self) -> list[Child]:
        # Web processes never see the login that may do everything.
        settings = {name: value for name, value in self.settings.items() if name != "DATABASE_URL"}
        return [
            Child("live", [sys.executable, "wsgi.py"], settings | {"ROLE": "live", "PORT": str(self.ports.live)}),
            Child("pages", [sys.executable, "wsgi.py"], settings | {"ROLE": "pages", "PORT": str(self.ports.pages)}),
            Child("site", [sys.executable, "-m", "saas.demo_site"], settings | {"PORT": str(self.ports.site)}),
        ]

    def _settings(self) -> dict[str, str]:
        """What the environment leaves open, filled in for one machine."""
        mine = {
            "SECRET_KEY": self._secret("secret_key"),
            "PUBLIC_URL": f"http://localhost:{self.ports.pages}",
            "LIVE_URL": f"http://localhost:{self.ports.live}",
            "DEMO_SITE_URL": f"http://127.0.0.1:{self.ports.site}",
            "FILES_DIR": str(self.var / "files"),
            "MAIL_URL": "catcher:",
            "SMS_URL": "catcher:",
            "DEMO": "yes",
            "HOST": "127.0.0.1",
            "PYTHONUNBUFFERED": "1",
            "LAIKE_RUN": self._mark,
        }
        return mine | os.environ

    def _servers(self) -> dict[str, str]:
        wanted = {"DATABASE_URL": (Postgres, "postgres"), "REDIS_URL": (Redis, "redis")}
        missing = {name: kind for name, kind in wanted.items() if not os.environ.get(name)}
        return {name: self._server(*kind) for name, kind in missing.items()}

    def _server(self, kind, folder: str) -> str:
        server = kind(self.var / folder)
        say(f"Starting {kind.name}")
        self._open_things.enter_context(server)
        return server.url()

    def _prepared_database(self) -> dict[str, str]:
        if self.settings.get("PLATFORM_DATABASE_URL") and self.settings.get("TENANT_DATABASE_URL"):
            return {}
        passwords = Passwords(app=self._secret("app_password"), platform=self._secret("platform_password"))
        name = make_url(self.settings["DATABASE_URL"]).database
        urls = prepare_database(
            self.settings["DATABASE_URL"], passwords, name="laike" if name in (None, "", "postgres") else name
        )
        return urls._asdict()

    def _set_up(self) -> list[dict]:
        """Migrate, and open the demo company; returns what the board shows."""
        say("Preparing the database and the demo company")
        done = subprocess.run(
            [sys.executable, "-m", "saas.cli", "setup"], cwd=ROOT, env=self.settings, stdout=subprocess.PIPE, text=True
        )
        if done.returncode != 0:
            raise CannotStart(
                "The database could not be prepared (see above). If it stays so: keep what you need of "
                f"{self.var} and remove the folder, then run the same command again."
            )
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    def _secret(self, name: str) -> str:
        path = self.var / "secrets" / name
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = path.with_suffix(".new")
            unfinished.touch(mode=0o600)
            unfinished.write_text(secrets.token_hex(32))
            unfinished.replace(path)
        return path.read_text()

    @property
    def _mark(self) -> str:
        """In the environment of every process of this folder's runs, so that a later run knows them again."""
        return str(self.var)

    @contextmanager
    def _only_run(self):
        try:
            self.var.mkdir(parents=True, exist_ok=True)
            file = open(self.var / "run.lock", "a+")
        except OSError as problem:
            raise CannotStart(
                f"The folder {self.var} cannot be written ({problem.strerror}). "
                "Make it writable, or name another one: LAIKE_VAR=/some/folder make run"
            ) from problem
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise CannotStart(
                    f"It is running already from this folder (process {file.read().strip()}). "
                    "Stop that one first, or start a second one beside it: LAIKE_VAR=/some/folder LAIKE_PORT=8100 make run"
                ) from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield


def say(text: str) -> None:
    print(f"· {text} …", flush=True)
