"""A live process of our own, as a user's would run."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from saas.embedded.server import free_port

ROOT = Path(__file__).parents[2]
NODE = Path(sys.executable).with_name("node")
PATIENCE = 60


class LiveProcess:
    """`fast` with the lane of our own, else with python-socketio as it is."""

    def __init__(self, database: str, redis: str, fast: bool, port: int | None = None, **settings):
        self.port = port or free_port()
        self.settings = {"database": database, "redis": redis, "fast": fast, "port": self.port, **settings}
        self._start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def memory_mb(self) -> float:
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def ping(self, timeout: float = 3) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ping", timeout=timeout) as answer:
            return answer.read().decode()

    def terminate(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def wait(self, timeout: float = 10) -> int:
        return self._process.wait(timeout)

    def restart(self) -> None:
        self._start()

    def log(self) -> str:
        self._log.seek(0)
        return self._log.read().decode()

    def stop(self) -> None:
        if self._process.poll() is None:
            self.kill()
        self._log.close()

    def _start(self) -> None:
        self._log = tempfile.TemporaryFile()
        environment = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
        command = [sys.executable, "-m", "engine.live_server", json.dumps(self.settings)]
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=self._log, stderr=subprocess.STDOUT)
        self._wait_until_serving()

    def _wait_until_serving(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                self.ping(timeout=1)
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise AssertionError(f"the live process did not start:\n{self.log()}")


def run_node(script: str, *arguments, timeout: float = 40) -> dict:
    """Run a script with the official Socket.IO client.  Its last line is JSON."""
    with start_node(script, *arguments) as node:
        output, errors = node.communicate(timeout=timeout)
    assert node.returncode == 0, f"{output}\n{errors}"
    return json.loads(output.strip().splitlines()[-1])


def start_node(script: str, *arguments) -> subprocess.Popen:
    command = [NODE, Path(__file__).with_name(script), *map(str, arguments)]
    environment = os.environ | {"NODE_PATH": str(ROOT / "frontend" / "node_modules")}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
