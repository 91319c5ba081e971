"""What the numbers were taken on, and who computes where."""

import os
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

# The process under test has a core to itself; the load has another, and the databases what is left (or the load's).
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
SERVER, LOAD = CORES[:1], CORES[1:2]
DATABASES = CORES[2:] or CORES[1:]


def pinned(cores: list[int], command: list) -> list[str]:
    """The command, on these cores alone."""
    return ["taskset", "-c", ",".join(map(str, cores)), *map(str, command)]


def pin(pid: int, cores: list[int]) -> None:
    """A process that runs already, with its threads and children to come."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), cores)


def refuse_unfit() -> None:
    """Raises SystemExit on machines where nothing of this could be measured."""
    if platform.system() != "Linux" or len(CORES) < 2:
        raise SystemExit("The bench needs Linux (it reads /proc, pins processes to cores and uses epoll) and two cores.")


def facts() -> dict[str, str]:
    packages = ("eventlet", "flask-socketio", "python-socketio", "psycopg", "sqlalchemy", "redis")
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_version()}; " + ", ".join(f"{name} {version(name)}" for name in packages),
        "load before": " ".join(f"{load:.1f}" for load in os.getloadavg()),
        "pinned": f"server on core {SERVER}, load on {LOAD}, databases on {DATABASES}",
    }


def resident_kib(pid: int) -> int:
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])


def output_of(*command) -> str:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True).stdout.strip()


def _processor() -> str:
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return found[1] if found else platform.machine()
