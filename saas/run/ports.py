"""Which ports the web processes listen on, and who is in the way."""

import os
import re
import signal
import time
from pathlib import Path
from typing import NamedTuple

from saas.embedded import CannotStart
from saas.embedded.server import command_line_of, free_port, is_alive, is_free


class Ports(NamedTuple):
    pages: int
    live: int
    site: int
    stripe: int

    @classmethod
    def from_environment(cls, mark: str) -> "Ports":
        """Four in a row from LAIKE_PORT, or any four that are free when it is 0."""
        wanted = os.environ.get("LAIKE_PORT", "8000")
        if not wanted.isdecimal() or int(wanted) > 65532:
            raise CannotStart(f"LAIKE_PORT={wanted}: expected a port number such as 8000, or 0 for any that is free.")
        if wanted == "0":
            first = free_port(in_a_row=len(cls._fields))
            return cls(*range(first, first + len(cls._fields)))
        ports = cls(*range(int(wanted), int(wanted) + len(cls._fields)))
        for port in ports:
            _make_sure_of(port, mark)
        return ports


def _make_sure_of(port: int, mark: str) -> None:
    if is_free(port):
        return
    holder = holder_of(port)
    if holder and f"LAIKE_RUN={mark}" in _environment_of(holder):
        # No other run of this folder is under way (we have its lock): somebody killed one with -9.
        print(f"· Ending a process that an earlier run left on port {port} …", flush=True)
        _end(holder)
    if not is_free(port):
        who = f"`{command_line_of(holder).strip()[:80]}` (process {holder})" if holder else "another program"
        raise CannotStart(
            f"Port {port} is in use by {who}. Stop it, or take other ports: LAIKE_PORT=8100 make run "
            "(the next three are used as well)."
        )


def holder_of(port: int) -> int | None:
    """The process that listens on the port, if we may know."""
    sockets = {f"socket:[{inode}]" for inode in _listening_sockets(port)}
    for entry in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(entry) in sockets:
                return int(entry.parts[2])
        except OSError:
            continue
    return None


def _listening_sockets(port: int) -> list[str]:
    tables = [table.read_text() for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")) if table.exists()]
    rows = [row.split() for table in tables for row in table.splitlines()[1:]]
    return [row[9] for row in rows if row[3] == "0A" and re.search(rf":{port:04X}$", row[1])]


def _environment_of(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/environ").read_text().split("\0")
    except OSError:
        return []


def _end(pid: int) -> None:
    for number, seconds in ((signal.SIGTERM, 12), (signal.SIGKILL, 2)):
        deadline = time.monotonic() + seconds
        while is_alive(pid) and time.monotonic() < deadline:
            os.kill(pid, number)
            time.sleep(0.1)
            number = 0
