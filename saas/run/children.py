"""The processes of a run: their logs side by side, and none of them outliving it."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from itertools import cycle
from pathlib import Path

from saas.embedded import CannotStart

ROOT = Path(__file__).resolve().parents[2]
COLOURS = [36, 35, 33, 32, 34]
PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
START_SECONDS = 60
STOP_SECONDS = 12


class Lost(Exception):
    """One of the processes ended by itself; the text says which, and how."""


class Child:
    """One process, whose lines appear with its name in front."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str]):
        self.name, self._command, self._environment = name, command, environment
        self.process: subprocess.Popen | None = None

    def start(self, prefix: str) -> None:
        # A session of its own: Ctrl-C in the terminal reaches us alone, and we stop everybody in order.
        self.process = subprocess.Popen(
            self._command, cwd=ROOT, env=self._environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=_die_with_parent)  # fmt: skip
        self._reader = threading.Thread(target=self._show_lines, args=(prefix,), daemon=True)
        self._reader.start()

    @property
    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    @property
    def ending(self) -> str:
        """How it ended, for people."""
        code = self.process.returncode
        if code >= 0:
            return f"ended by itself with code {code}"
        return f"was ended by {signal.Signals(-code).name}" + (" (out of memory?)" if code == -signal.SIGKILL else "")

    def signal(self, number: int) -> None:
        if not self.has_ended:
            self.process.send_signal(number)

    def wait(self, until: float) -> None:
        """Until it has ended; says so when that takes a while, and kills it when the time is over."""
        if self.process is None:
            return
        if not self._ends_within(2):
            print(f"· Waiting for {self.name} to finish what it has begun …", flush=True)
            if not self._ends_within(until - time.monotonic()):
                print(f"· {self.name} did not stop in {STOP_SECONDS} seconds and is killed.", flush=True)
                self.process.kill()
                self.process.wait()
        self._reader.join(1)

    def _ends_within(self, seconds: float) -> bool:
        try:
            self.process.wait(max(0, seconds))
        except subprocess.TimeoutExpired:
            return False
        return True

    def _show_lines(self, prefix: str) -> None:
        for line in self.process.stdout:
            sys.stdout.write(f"{prefix}{line.decode(errors='replace').rstrip()}\n")
            sys.stdout.flush()


class Children:
    """Groups of processes: started in the given order, stopped in the reverse, a group at a time."""

    def __init__(self, *groups: list[Child]):
        self._groups = groups
        self._all = [child for group in groups for child in group]

    def __enter__(self) -> "Children":
        width = max(len(child.name) for child in self._all)
        try:
            for child, colour in zip(self._all, cycle(COLOURS), strict=False):
                child.start(_coloured(f"{child.name:{width}} │ ", colour))
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def wait_for(self, ports: dict[str, int]) -> None:
        """Until all of them listen; one that dies instead stops the run."""
        deadline = time.monotonic() + START_SECONDS
        for name, port in ports.items():
            while not _answers(port):
                self._refuse_loss()
                if time.monotonic() > deadline:
                    raise CannotStart(f"{name} did not listen on port {port} within {START_SECONDS} seconds.")
                time.sleep(0.05)

    def watch(self) -> int:
        """Until one ends by itself, which ends the run: nobody should work with half of it."""
        while True:
            self._refuse_loss()
            time.sleep(0.2)

    def stop(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._hurry)
        for group in reversed(self._groups):
            until = time.monotonic() + STOP_SECONDS
            for child in group:
                child.signal(signal.SIGTERM)
            for child in group:
                child.wait(until)

    def _hurry(self, *_) -> None:
        for child in self._all:
            child.signal(signal.SIGKILL)

    def _refuse_loss(self) -> None:
        for child in self._all:
            if child.has_ended:
                raise Lost(f"{child.name} {child.ending}; its last words are above. Everything else is stopped too.")


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _die_with_parent() -> None:
    # Linux only; elsewhere the next run ends what a killed one left on its ports.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)


def _coloured(text: str, colour: int) -> str:
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\033[{colour}m{text}\033[0m"
