import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from saas.embedded import CannotStart, Postgres, Redis
from saas.embedded.server import free_port, is_alive, is_free
from saas.run.board import board
from saas.run.children import Child, Children, Lost
from saas.run.ports import Ports, holder_of
from tenants.companies.databases import drop_database

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("LAIKE_TEST_DATA", ROOT / "var" / "test")) / "run"


# The processes of a run.


def child(name, script):
    return Child(name, [sys.executable, "-u", "-c", script], dict(os.environ))


@pytest.fixture
def signals():
    """Stopping children changes what Ctrl-C means; the test run wants its own meaning back."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


SLEEP = "import time; time.sleep(60)"


def test_lines_come_with_the_name_of_who_said_them(signals, capsys):
    with Children([child("pages", "print('hello')"), child("jobs", "print('working')")]) as children:
        wait_until(lambda: all(each.has_ended for each in children._all))

    assert set(capsys.readouterr().out.splitlines()) == {"pages │ hello", "jobs  │ working"}


def test_one_that_ends_by_itself_is_named_and_ends_the_others(signals):
    sleeper = child("pages", SLEEP)
    with (
        pytest.raises(Lost, match="jobs ended by itself with code 3"),
        Children([sleeper, child("jobs", "import time; time.sleep(0.3); raise SystemExit(3)")]) as children,
    ):
        children.watch()

    assert sleeper.has_ended


def test_one_that_was_killed_is_named_with_the_signal(signals):
    doomed = child("live", "import os; os.kill(os.getpid(), 9)")

    with pytest.raises(Lost, match=r"live was ended by SIGKILL \(out of memory\?\)"), Children([doomed]) as children:
        children.watch()


def heeding(tmp_path, name, on_term):
    """A child that has begun, when its name stands in the folder, to take a SIGTERM as it is told here."""
    script = f"import pathlib, signal, sys, time; signal.signal(15, {on_term}); pathlib.Path({str(tmp_path / name)!r}).touch()"
    return child(name, f"{script}; time.sleep(60)")


def test_groups_are_stopped_in_the_reverse_order(signals, capsys, tmp_path):
    jobs, pages = (heeding(tmp_path, name, "lambda *_: (print('bye'), sys.exit())") for name in ("jobs", "pages"))
    with Children([jobs], [pages]):
        wait_until(lambda: (tmp_path / "jobs").exists() and (tmp_path / "pages").exists())

    assert [line for line in capsys.readouterr().out.splitlines() if "bye" in line] == ["pages │ bye", "jobs  │ bye"]


def test_one_that_will_not_go_is_killed(signals, monkeypatch, tmp_path):
    monkeypatch.setattr("saas.run.children.STOP_SECONDS", 0.5)
    stubborn = heeding(tmp_path, "jobs", "signal.SIG_IGN")
    with Children([stubborn]):
        wait_until(lambda: (tmp_path / "jobs").exists())

    assert stubborn.ending.startswith("was ended by SIGKILL")


def test_nobody_survives_a_killed_parent():
    script = f"""
from saas.run.children import Child, Children
import sys, time
with Children([Child("pages", [sys.executable, "-c", {SLEEP!r}], {{}})]) as children:
    print(children._all[0].process.pid, flush=True)
    time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE)
    pid = int(parent.stdout.readline())

    parent.kill()
    parent.communicate()

    wait_until(lambda: not is_alive(pid))


# Ports.


def test_four_ports_in_a_row_begin_at_the_wanted_one(monkeypatch):
    monkeypatch.setattr("saas.run.ports.is_free", lambda port: True)
    monkeypatch.setenv("LAIKE_PORT", "8100")

    assert Ports.from_environment(mark="") == (8100, 8101, 8102, 8103)


def test_port_zero_means_any_four(monkeypatch):
    monkeypatch.setenv("LAIKE_PORT", "0")

    assert len(set(Ports.from_environment(mark=""))) == 4


@pytest.mark.parametrize("odd", ["eighty", "-1", "70000", ""])
def test_an_odd_port_is_refused(monkeypatch, odd):
    monkeypatch.setenv("LAIKE_PORT", odd)

    with pytest.raises(CannotStart, match=f"LAIKE_PORT={odd}: expected a port number"):
        Ports.from_environment(mark="")


def test_a_busy_port_is_told_with_who_has_it_and_the_way_out(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        monkeypatch.setenv("LAIKE_PORT", str(port))

        assert holder_of(port) == os.getpid()
        with pytest.raises(
            CannotStart, match=rf"Port {port} is in use by `.*python.*` \(process {os.getpid()}\).*LAIKE_PORT=8100"
        ):
            Ports.from_environment(mark="")


def test_what_an_earlier_run_left_on_a_port_is_ended(monkeypatch):
    port = free_port(in_a_row=4)
    script = f"import socket, time; s = socket.create_server(('127.0.0.1', {port})); time.sleep(60)"
    left = subprocess.Popen([sys.executable, "-c", script], env=os.environ | {"LAIKE_RUN": "/this/folder"})
    wait_until(lambda: not is_free(port))
    monkeypatch.setenv("LAIKE_PORT", str(port))

    assert Ports.from_environment(mark="/this/folder").pages == port
    assert left.wait(30) == -signal.SIGTERM


def test_the_board_lists_what_a_newcomer_needs():
    text = board("http://localhost:8000", [{"what": "Console", "address": "http://localhost:8000/console"}], seconds=1.23)

    assert "Laike is running (after 1.2 s)" in text
    assert "Console\n      address  http://localhost:8000/console" in text
    assert "http://localhost:8000/dev/outbox" in text


# A real run.


def _heed_interrupts() -> None:
    # A shell that starts the tests in the background has them, and all they start, deaf to Ctrl+C.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Run:
    """`python -m saas.run` on any free ports."""

    def __init__(self, var=VAR, **environment):
        self.var, self.output = var, ""
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "saas.run"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True, preexec_fn=_heed_interrupts, env=kept | {"LAIKE_VAR": str(var), "LAIKE_PORT": "0"} | environment)  # fmt: skip

    def until(self, words):
        for line in self.process.stdout:
            self.output += line
            if words in line:
                return self
        raise AssertionError(f"{words!r} was never said:\n{self.output}")

    def until_it_runs(self):
        return self.until("/dev/outbox")

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.rest()

    def end_if_it_runs(self):
        if self.process.poll() is None:
            self.end()

    def rest(self):
        self.output += self.process.communicate(timeout=60)[0]
        return self.process.returncode

    @property
    def secrets(self):
        return {path.name: (path.read_text(), stat.S_IMODE(path.stat().st_mode)) for path in (self.var / "secrets").iterdir()}

    @property
    def address(self):
        return re.search(r"http://localhost:\d+", self.output).group()

    @property
    def processes(self):
        """Everything that belongs to the run, the servers too."""
        web = [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if f"LAIKE_RUN={self.var}" in environment(pid)]
        servers = [kind(self.var / kind.__name__.lower()) for kind in (Postgres, Redis)]
        for server in servers:
            server._choose_folder()
        return web + [server.pid_on_record() for server in servers if is_alive(server.pid_on_record() or -1)]


def environment(pid):
    try:
        return Path(f"/proc/{pid}/environ").read_text().split("\0")
    except OSError:
        return []


@pytest.fixture
def run():
    """Starts runs, and leaves none."""
    yield from starting_runs()


@pytest.fixture(scope="module")
def running():
    """The first run in a new folder, which tests look at until one kills it."""
    shutil.rmtree(VAR, ignore_errors=True)
    for start in starting_runs():
        yield start().until_it_runs()


def starting_runs():
    runs = []

    def start(**environment):
        runs.append(Run(**environment))
        return runs[-1]

    yield start
    for each in runs:
        each.end_if_it_runs()
        each.process.stdout.close()


def get(url):
    with urllib.request.urlopen(url, timeout=10) as response:
        return response.status


def wait_until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def real_run(test):
    """Each start is half a minute of one processor's work."""
    return pytest.mark.slow(pytest.mark.timeout(400)(test))


@real_run
def test_web_processes_do_not_know_the_administrators_login(running):
    knowing = {
        word
        for pid in running.processes
        for word in Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        if word.endswith(".py") and any(line.startswith("DATABASE_URL=") for line in environment(pid))
    }
    assert knowing == {"worker.py"}


@real_run
def test_a_second_run_in_the_same_folder_is_refused_and_does_no_harm(running, run):
    second = run(var=running.var)

    assert second.rest() == 1
    assert f"It is running already from this folder (process {running.process.pid})" in second.output
    assert get(f"{running.address}/ping") == 200


@real_run
def test_after_a_kill_only_the_servers_are_left_and_the_next_run_takes_them_over_and_stops_without_a_trace(running, run):
    secrets = running.secrets
    assert get(f"{running.address}/ping") == 200
    assert len(running.processes) == 8
    assert {mode for _, mode in secrets.values()} == {0o600}

    running.process.kill()
    wait_until(lambda: len(running.processes) == 2)
    left = running.processes
    again = run().until_it_runs()

    assert get(f"{again.address}/ping") == 200
    assert set(left) <= set(again.processes)
    assert again.secrets == secrets
    assert again.end(signal.SIGINT) == 0
    assert again.processes == []


@real_run
def test_a_process_that_dies_is_named_and_takes_the_run_with_it(running, run):
    running.end_if_it_runs()
    secrets = running.secrets
    dying = run().until_it_runs()
    assert dying.secrets == secrets
    worker = next(pid for pid in dying.processes if "jobs" in Path(f"/proc/{pid}/cmdline").read_text().split("\0"))

    os.kill(worker, signal.SIGKILL)

    assert dying.rest() == 1
    assert "Laike has stopped. jobs was ended by SIGKILL" in dying.output
    assert dying.processes == []


@real_run
def test_servers_of_ones_own_replace_the_embedded_ones(run, servers, tmp_path):
    postgres, redis = servers["postgres"], servers["redis"]
    own = run(var=tmp_path, DATABASE_URL=postgres.url("laike_run"), REDIS_URL=redis.url(7)).until_it_runs()

    assert "Starting PostgreSQL" not in own.output
    assert get(f"{own.address}/ping") == 200
    assert own.end(signal.SIGTERM) == 0
    assert own.processes == []
    assert postgres.answers()
    drop_database(postgres.url(), "laike_run")


def test_a_folder_that_cannot_be_written_is_told_with_the_way_out(run):
    refused = run(var=Path("/proc/laike"))

    assert refused.rest() == 1
    assert "The folder /proc/laike cannot be written" in refused.output
    assert "LAIKE_VAR=/some/folder make run" in refused.output
