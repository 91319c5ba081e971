import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.realtime import green

ROOT = Path(__file__).parents[3]


def run(code: str, **environment) -> subprocess.CompletedProcess:
    """Run code in a process of its own: what is patched stays patched."""
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=60
    )


def test_workers_never_import_eventlet():
    result = run(
        "import sys, chat.conversations.posting, core.realtime.pushes, core.realtime.door\n"
        "from core.realtime import green\n"
        "assert green.off_loop(sum, [1, 2]) == 3\n"
        "assert not green.is_patched()\n"
        "assert 'eventlet' not in sys.modules"
    )

    assert result.returncode == 0, result.stderr


CHECK = """
from core.realtime import green
green.patch()
import sys
import psycopg
{spoil}
green.require_cooperative_database({url!r})
"""


def test_a_patched_process_waits_for_the_database_together(postgres_url):
    result = run(CHECK.format(url=postgres_url, spoil=""))

    assert result.returncode == 0, result.stderr


def test_a_driver_that_blocks_everybody_is_noticed(postgres_url):
    spoil = "from psycopg import waiting; from psycopg._cmodule import _psycopg; waiting.wait = _psycopg.wait_c"

    result = run(CHECK.format(url=postgres_url, spoil=spoil))

    assert "NotCooperative" in result.stderr


def test_an_unpatched_process_does_not_serve(app):
    from core.realtime.server import serve

    with pytest.raises(green.NotCooperative):
        serve(app, "127.0.0.1", 0, live=False)


def test_long_work_does_not_stop_the_loop():
    result = run(
        "from core.realtime import green\n"
        "green.patch()\n"
        "import hashlib, time\n"
        "work = lambda: hashlib.pbkdf2_hmac('sha256', b'a', b'b', 1_500_000)\n"
        "print(green._ticks_during(lambda: green.off_loop(work)))"
    )

    assert int(result.stdout) > 5, result.stderr


def test_many_files_are_no_trouble_for_the_database_driver(postgres_url):
    result = run(
        CHECK.format(
            url=postgres_url,
            spoil="import resource, socket\n"
            "resource.setrlimit(resource.RLIMIT_NOFILE, (2000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))\n"
            "held = [socket.socket() for _ in range(1100)]",
        )
    )

    assert result.returncode == 0, result.stderr


def test_a_task_that_fails_is_logged_and_waited_for(caplog):
    green.spawn(lambda: 1 / 0).wait()

    assert "background task failed" in caplog.text


def test_a_signal_passes_a_value():
    signal = green.Signal()
    green.spawn(lambda: (time.sleep(0.05), signal.give("here")))

    assert signal.take(5) == "here"
    assert green.Signal().take(0.01) is None
