"""What the numbers were taken on, and who computes where."""

import os
import platform
import re
import statistics
import tempfile
import time
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


def facts(folder: Path) -> dict[str, str]:
    """`folder` lies on the disk the databases write to."""
    packages = ("eventlet", "flask-socketio", "python-socketio", "psycopg", "sqlalchemy", "redis")
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB",
        "disk": f"a synced write takes {_synced_write(folder):.2f} ms (median)",
        "system": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_version()}; " + ", ".join(f"{name} {version(name)}" for name in packages),
        "load before": " ".join(f"{load:.1f}" for load in os.getloadavg()),
        "pinned": f"server on core {_list(SERVER)}, load on {_list(LOAD)}, databases on {_list(DATABASES)}",
    }


def _synced_write(folder: Path, times: int = 100) -> float:
    """Milliseconds until 8 KiB are on the disk: what every commit that waits must wait for."""
    took = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(times):
            began = time.perf_counter()
            os.pwrite(file.fileno(), b"x" * 8192, 0)
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


def resident_kib(pid: int) -> int:
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])


def _list(cores: list[int]) -> str:
    return ", ".join(map(str, cores))


def _processor() -> str:
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return found[1] if found else platform.machine()
