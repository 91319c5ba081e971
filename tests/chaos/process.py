"""One process of the house, as a supervisor would keep it: started, watched, killed, started again."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_SECONDS = 180
AT_WORK_AFTER = 10
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class Process:
    """`port` is where it listens, if it does: then it counts as started when it answers there."""

    def __init__(self, name: str, command: list[str], environment: dict, folder: Path, port: int | None = None):
        self.name, self.port, self.is_wanted = name, port, True
        self.died: list[str] = []
        self._was_killed = False
        self._command, self._environment = [sys.executable, *command], environment
        self._log_path = folder / f"{name}.log"
        self._log_path.unlink(missing_ok=True)

    def start(self) -> "Process":
        self._was_killed, self._started_at = False, time.monotonic()
        with open(self._log_path, "ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log, preexec_fn=_die_with_parent
            )
        return self

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"{self.name} did not start:\n{self.last_words}")

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    @property
    def last_words(self) -> str:
        return self._log_path.read_text(errors="replace")[-3000:]

    def keep(self) -> None:
        """Start it again if it has ended, as a supervisor does, and note it if that was its own doing.

        Who finds no database when he starts may give up; who was at work may not.
        """
        if self.is_wanted and self.has_ended:
            if not self._was_killed and time.monotonic() - self._started_at > AT_WORK_AFTER:
                self.died.append(f"{self.name} ended by itself with code {self._process.returncode}")
            self.start()

    def kill(self) -> None:
        self._was_killed = True
        self._process.kill()
        self._process.wait()

    def drain(self, patience: float = 20) -> None:
        """As a deployment ends it: politely, and waiting."""
        self._was_killed = True
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(patience)

    def become(self, command: list[str]) -> None:
        """Be killed, and started with another command by whoever keeps it."""
        self._command = [sys.executable, *command]
        self.kill()

    def end(self) -> None:
        """For good."""
        self.is_wanted = False
        self.kill()


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)


def environment_with(settings: dict[str, str]) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PYTHONUNBUFFERED": "1"} | settings
