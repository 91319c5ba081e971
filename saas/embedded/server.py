"""What the two servers have in common: one folder, one password, started once, shared, adopted, stopped."""

import fcntl
import logging
import os
import secrets
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from saas.embedded.account import CannotStart, account_for, place_for
from saas.embedded.programs import Program

log = logging.getLogger(__name__)

PATIENCE = 120  # recovery after a crash on a slow disk
PATIENCE_WITH_OTHERS = 10  # a server that is up answers at once, unless it hangs


class Server:
    """A server program that works for one folder.

    In the folder: `data/` belongs to the server, `password` and `port` outlive restarts, `log` is the server's latest.
    """

    name: str
    stop_signals: tuple[int, ...]  # from polite to final

    def __init__(self, folder: str | os.PathLike, settings: dict[str, str] | None = None):
        self.wanted_folder = Path(folder).absolute()
        self.settings = self.default_settings() | (settings or {})
        self.folder = self.data = self.pid = self.port = self.password = None
        self._process = self._share = None

    def start(self) -> Self:
        """Start the server, or join the one that already serves the folder."""
        try:
            self._choose_folder()
            with self._locked("lock"):
                self._enter_folder()
                if not self._adopt():
                    self._launch()
                self._share = self._take_share()
        except OSError as problem:
            raise CannotStart(self._cannot_write(problem)) from problem
        return self

    def stop(self, patience: float = 20) -> None:
        """Stop the server, unless another process still works with it."""
        if self.pid is None:
            return
        with self._locked("lock"):
            self._share.close()
            if self._is_unshared():
                self._end(self.pid, patience)
        self.pid = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_) -> None:
        self.stop()

    # What a server has to know about itself.

    def default_settings(self) -> dict[str, str]:
        raise NotImplementedError

    def find_program(self) -> Program:
        raise NotImplementedError

    def prepare_data(self) -> None:
        """Called before each launch; makes the data folder what the server expects."""

    def command(self) -> list:
        raise NotImplementedError

    def configuration(self) -> str:
        """What the server wants to read from its standard input."""
        return ""

    def pid_on_record(self) -> int | None:
        """The process that says it serves our data; it may have died since."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether the server at our port takes our password and works on our data."""
        raise NotImplementedError

    def is_one_of_ours(self, command_line: str) -> bool:
        """Whether a process with this command line can be our server (process numbers are used again)."""
        raise NotImplementedError

    # Folder, password, port.

    def _choose_folder(self) -> None:
        self.folder = place_for(self.wanted_folder)
        self.data = self.folder / "data"
        if self.folder != self.wanted_folder:
            log.warning("%s cannot use %s as an unprivileged account; its data is in %s",
                        self.name, self.wanted_folder, self.folder)  # fmt: skip
        self.folder.mkdir(parents=True, exist_ok=True)

    def _enter_folder(self) -> None:
        self.account = account_for(self.data)
        self.password = self._remembered("password", lambda: secrets.token_urlsafe(24))
        self.port = int(self._remembered("port", lambda: str(free_port())))

    def _remembered(self, name: str, make) -> str:
        path = self.folder / name
        if not path.exists() or not path.read_text().strip():
            self._remember(name, make())
        return path.read_text().strip()

    def _remember(self, name: str, text: str) -> None:
        unfinished = self.folder / f".{name}"
        unfinished.touch(mode=0o600)
        unfinished.write_text(text)
        self.account.owns(unfinished)
        unfinished.replace(self.folder / name)

    def _cannot_write(self, problem: OSError) -> str:
        return (
            f"{self.name} cannot keep its data in {self.folder}: {problem.strerror or problem}"
            f"{f' ({problem.filename})' if problem.filename else ''}. Make the folder writable for this account, "
            "or name another one: LAIKE_VAR=/some/folder"
        )

    # Joining.

    def _adopt(self) -> bool:
        """Take over a server left behind by a killed parent; end one that is ours but no longer answers."""
        pid = self.pid_on_record()
        if pid is None or not is_alive(pid) or not self.is_one_of_ours(command_line_of(pid)):
            return False
        if self._wait_until(self.answers, or_end_of=pid, seconds=PATIENCE_WITH_OTHERS):
            self.pid = pid
            return True
        self._end(pid, PATIENCE_WITH_OTHERS)
        return False

    def _take_share(self):
        share = open(self.folder / "in_use", "a")  # held open while we use the server; a killed process lets go of it
        fcntl.flock(share, fcntl.LOCK_SH)
        return share

    def _is_unshared(self) -> bool:
        with open(self.folder / "in_use", "a") as share:
            try:
                fcntl.flock(share, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    @contextmanager
    def _locked(self, name: str):
        with open(self.folder / name, "a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    # Starting and ending.

    def _launch(self) -> None:
        for attempt in range(4):
            # What a killed server leaves (a last backend, its shared memory) needs a moment to disappear.
            time.sleep(attempt * 0.2)
            if not is_free(self.port):
                self._remember("port", str(free_port()))
                self.port = int(self._remembered("port", str))
            self.prepare_data()
            if self._comes_up():
                return
        raise CannotStart(f"{self.name} did not start. It says:\n{self._last_words()}\nAll of it: {self.folder / 'log'}")

    def _comes_up(self) -> bool:
        log_path = self.folder / "log"
        if log_path.exists():
            log_path.replace(self.folder / "log.old")
        with open(log_path, "wb") as output:
            # A session of its own: Ctrl-C in the terminal reaches us, and we stop the servers last.
            self._process = subprocess.Popen(self.command(), stdin=subprocess.PIPE, stdout=output, stderr=output, cwd="/",
                                             start_new_session=True, **self.account.popen_options)  # fmt: skip
        try:
            self._process.stdin.write(self.configuration().encode())
            self._process.stdin.close()
        except BrokenPipeError:
            pass  # it died at once; the log tells why
        self.pid = self._process.pid
        if self._wait_until(self.answers, or_end_of=self.pid, seconds=PATIENCE):
            return True
        self._end(self.pid, PATIENCE_WITH_OTHERS)
        self.pid = None
        return False

    def _last_words(self) -> str:
        lines = (self.folder / "log").read_text(errors="replace").strip().splitlines()
        return "\n".join(f"    {line}" for line in lines[-5:]) or "    (nothing)"

    def _wait_until(self, condition, seconds: float, or_end_of: int | None = None) -> bool:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline or (or_end_of is not None and self._has_ended(or_end_of)):
                return False
            time.sleep(0.01)
        return True

    def _end(self, pid: int, patience: float) -> None:
        for number in self.stop_signals:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                return
            if self._wait_until(lambda: self._has_ended(pid), seconds=patience):
                return

    def _has_ended(self, pid: int) -> bool:
        if self._process is not None and self._process.pid == pid:
            return self._process.poll() is not None
        return not is_alive(pid)


def free_port(in_a_row: int = 1) -> int:
    """A port that is free, as are the ones after it up to `in_a_row`.

    It lies below the ports that systems give to outgoing connections (from 32768 on Linux, 49152 by RFC 6335), so
    none of those takes it before we do.
    """
    while True:
        port = 10_000 + secrets.randbelow(20_000)
        if all(is_free(port + offset) for offset in range(in_a_row)):
            return port


def is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        # A dead process that nobody has waited for still has its number.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return not Path("/proc/self").exists()


def command_line_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
        return shown.stdout
