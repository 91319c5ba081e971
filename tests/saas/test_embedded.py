import multiprocessing
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
import redis

from saas.embedded import CannotStart, Postgres, Redis
from saas.embedded.account import Account
from saas.embedded.server import is_alive

ROOT = Path(__file__).resolve().parents[2]
BOTH = pytest.mark.parametrize("kind", [Postgres, Redis])


@pytest.fixture
def folder():
    """A folder that any account may enter, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="laike-"))
    path.chmod(0o777)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def started(folder):
    """Starts servers and stops whatever is left of them afterwards."""
    servers = []

    def start(kind, place=folder, **options):
        server = kind(place / kind.__name__.lower(), **options)
        servers.append(server)
        return server.start()

    yield start
    for server in servers:
        server.stop()


def execute(postgres, statement):
    with psycopg.connect(postgres.url()) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else None


def test_postgres_keeps_its_rows_and_its_address_over_a_restart(started):
    first = started(Postgres)
    execute(first, "CREATE TABLE guest AS SELECT 'Eve' AS name")
    first.stop()

    second = started(Postgres)

    assert second.url() == first.url()
    assert execute(second, "SELECT name FROM guest") == [("Eve",)]


def test_redis_keeps_its_keys_and_its_address_over_a_restart(started):
    first = started(Redis)
    redis.Redis.from_url(first.url()).set("guest", "Eve")
    first.stop()

    second = started(Redis)

    assert second.url() == first.url()
    assert redis.Redis.from_url(second.url()).get("guest") == b"Eve"


def test_postgres_has_the_settings_that_many_companies_need(started):
    postgres = started(Postgres, settings={"fsync": "off"})

    settings = dict(execute(postgres, "SELECT name, setting FROM pg_settings"))

    assert settings["max_locks_per_transaction"] == "256"
    assert settings["jit"] == settings["fsync"] == "off"
    assert settings["password_encryption"] == "scram-sha-256"
    assert execute(postgres, "SELECT lower('ČŽ'), datlocale FROM pg_database WHERE datname = 'postgres'") == [("čž", "C.UTF-8")]


def test_nobody_gets_in_without_the_password(started):
    postgres, keys = started(Postgres), started(Redis)

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.url(password="guessed"))
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=keys.port).ping()


@BOTH
def test_only_this_machine_is_listened_to_and_the_password_stays_private(started, kind):
    server = started(kind)
    password = server.folder / "password"

    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    assert server.password not in Path(f"/proc/{server.pid}/cmdline").read_text()
    assert listening_addresses(server.port) == {"0100007F"}


def listening_addresses(port):
    rows = [row.split() for table in ("tcp", "tcp6") for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
    places = [row[1].split(":") for row in rows if row[3] == "0A"]
    return {address for address, number in places if int(number, 16) == port}


@BOTH
def test_a_killed_server_is_started_again_with_everything_it_had_confirmed(started, kind):
    server = started(kind)
    write, read = TRACES[kind]
    write(server)
    os.kill(server.pid, signal.SIGKILL)

    again = started(kind)

    assert again.pid != server.pid
    assert read(again) == 1


TRACES = {
    Postgres: (
        lambda server: execute(server, "CREATE TABLE trace (); INSERT INTO trace DEFAULT VALUES"),
        lambda server: execute(server, "SELECT count(*) FROM trace")[0][0],
    ),
    Redis: (
        # WAITAOF-like: the next fsync is at most a second away.
        lambda server: (redis.Redis.from_url(server.url()).set("trace", 1), time.sleep(1.2)),
        lambda server: int(redis.Redis.from_url(server.url()).get("trace")),
    ),
}


@BOTH
def test_a_server_left_by_a_killed_parent_is_taken_over_and_stopped(started, folder, kind):
    script = f"""
from saas.embedded import {kind.__name__}
print({kind.__name__}({str(folder / kind.__name__.lower())!r}).start().pid, flush=True)
input()
"""
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()

    server = started(kind)

    assert server.pid == pid
    server.stop()
    assert not is_alive(pid)


@BOTH
def test_two_users_share_one_server_and_the_last_one_stops_it(started, kind):
    first, second = started(kind), started(kind)
    pid = first.pid

    first.stop()
    assert second.pid == pid
    assert second.answers()

    second.stop()
    assert not is_alive(pid)


@BOTH
def test_a_port_that_somebody_took_meanwhile_is_replaced_for_good(started, kind):
    server = started(kind)
    server.stop()
    with socket.create_server(("127.0.0.1", server.port)):
        moved = started(kind)
        moved.stop()

    again = started(kind)

    assert again.port == moved.port != server.port


@BOTH
def test_a_hung_server_is_replaced(started, kind, monkeypatch):
    monkeypatch.setattr("saas.embedded.server.PATIENCE_WITH_OTHERS", 1)
    server = started(kind)
    os.kill(server.pid, signal.SIGSTOP)

    again = started(kind)

    assert again.pid != server.pid
    assert again.answers()


def test_a_process_number_in_use_by_somebody_else_does_not_keep_postgres_from_starting(started):
    server = started(Postgres)
    server.stop()
    record = server.data / "postmaster.pid"
    record.write_text(f"{os.getpid()}\n{server.data}\n0\n{server.port}\n\n127.0.0.1\n\nready\n")
    server.account.owns(record)

    assert started(Postgres).answers()


def test_files_of_a_killed_first_start_are_no_hindrance(started, folder):
    unfinished = folder / "postgres" / "data.unfinished"
    (unfinished / "base").mkdir(parents=True)

    assert started(Postgres).answers()
    assert not unfinished.exists()


def test_data_of_another_major_version_is_refused_and_kept(started):
    server = started(Postgres)
    server.stop()
    (server.data / "PG_VERSION").write_text("9\n")

    with pytest.raises(CannotStart, match="was made by PostgreSQL 9"):
        started(Postgres)


@BOTH
def test_the_servers_own_words_are_told_when_it_refuses(started, kind):
    with pytest.raises(CannotStart, match=f"(?s){kind.name} did not start. It says:\n.*nonsense"):
        started(kind, settings={"nonsense": "yes"})


@BOTH
def test_a_folder_that_cannot_be_written_is_named_with_the_way_out(kind):
    with pytest.raises(CannotStart, match=r"cannot keep its data in /proc/laike.*LAIKE_VAR="):
        kind("/proc/laike").start()


@BOTH
def test_an_ordinary_user_runs_it_under_his_own_account(folder, kind):
    outcome = multiprocessing.get_context("fork").Queue()
    child = multiprocessing.get_context("fork").Process(target=_as_ordinary_user, args=(kind, folder, outcome))
    child.start()

    assert outcome.get(timeout=60) == ("answered", os.getuid() or pwd.getpwnam("nobody").pw_uid)
    child.join()


def _as_ordinary_user(kind, folder, outcome):
    try:
        if os.getuid() == 0:
            _become_nobody(kind)
        with kind(folder / "own") as server:
            outcome.put(("answered", os.stat(f"/proc/{server.pid}").st_uid))
    except BaseException as problem:
        outcome.put(repr(problem))
        raise


def _become_nobody(kind):
    nobody = pwd.getpwnam("nobody")
    # Should our virtual environment be out of his reach: an ordinary user has one of his own.
    sys.path.insert(0, str(kind("/").find_program().library_for(Account(nobody))))
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand the servers to another account")
@BOTH
def test_root_hands_the_server_to_an_account_without_rights(started, kind):
    server = started(kind)

    assert os.stat(f"/proc/{server.pid}").st_uid == server.data.stat().st_uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that the servers' account cannot reach")
@BOTH
def test_root_keeps_the_data_elsewhere_when_the_folder_is_out_of_reach_and_says_so(started, folder, kind, caplog):
    private = folder / "private"
    private.mkdir(mode=0o700)

    server = started(kind, place=private)

    assert server.folder.is_relative_to("/var/lib/laike")
    assert f"its data is in {server.folder}" in caplog.text
    assert server.answers()
    server.stop()
    shutil.rmtree(server.folder.parent)
