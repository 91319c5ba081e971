"""Processes that say they live, say goodbye, or fall silent because somebody killed them."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from core import heartbeats
from core.db import db, transaction
from core.heartbeats import Heart, Heartbeat, living, missing

ROOT = Path(__file__).parents[2]
PATIENCE = 30


@pytest.fixture
def start(context, settings):
    """Start a real worker; gives it as soon as it has said that it lives."""
    started = []
    environment = os.environ | {
        **{name: settings[name] for name in ("SECRET_KEY", "REDIS_URL", "MAIL_URL", "DATABASE_URL", "FILES_DIR")},
        "TENANT_DATABASE_URL": settings["SQLALCHEMY_DATABASE_URI"],
        "PLATFORM_DATABASE_URL": settings["PLATFORM_DATABASE_URL"],
    }

    def begin() -> subprocess.Popen:
        command = [sys.executable, "-W", "ignore", "worker.py", "jobs"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        started.append(process)
        deadline = time.monotonic() + PATIENCE
        while process.pid not in {one.pid for one in known()} and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()


def time_passes(by: timedelta = 2 * heartbeats.MISSING_AFTER) -> None:
    """As if nobody had said anything since."""
    with transaction():
        for process in Heartbeat.known():
            process.seen_at -= by
            process.started_at -= by


def known() -> list[Heartbeat]:
    db.session.rollback()
    db.session.expire_all()
    return Heartbeat.known()


@pytest.mark.slow
def test_one_that_was_killed_is_missing_until_another_has_taken_its_place(start):
    killed = start()
    assert [process.pid for process in living(known())] == [killed.pid]

    killed.send_signal(signal.SIGKILL)
    killed.wait()
    time_passes()
    assert [process.pid for process in missing(known())] == [killed.pid]

    successor = start()
    assert [process.pid for process in known()] == [killed.pid, successor.pid]
    assert missing(known()) == []

    # Who is told to stop says goodbye, and nobody looks for him.
    successor.send_signal(signal.SIGTERM)
    successor.wait(PATIENCE)
    assert [process.pid for process in known()] == [killed.pid]


def test_a_process_of_another_kind_takes_no_ones_place(context):
    Heart("live", 8001).beat({})
    time_passes()
    Heart("pages", 8000).beat({})

    assert [process.role for process in missing(known())] == ["live"]


def test_says_how_it_does(context):
    heart = Heart("live", 8001, version="abc")
    heart.beat({"sockets": {"widget": 1}})
    heart.beat({"sockets": {"widget": 2}})

    [process] = known()
    assert process.figures["sockets"] == {"widget": 2}
    assert process.figures["memory"] > 2**20
    assert (process.version, heart.is_of(process)) == ("abc", True)


def test_those_that_fell_silent_long_ago_are_forgotten(context):
    Heart("live", 8001).beat({})
    time_passes(timedelta(days=2))

    with transaction():
        Heartbeat.forget_old()

    assert db.session.query(Heartbeat).count() == 0
