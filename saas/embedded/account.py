"""Whom the servers run as, and what that account can reach."""

import hashlib
import os
import pwd
import subprocess
from pathlib import Path

SHARED_PLACE = Path("/var/lib/laike")


class CannotStart(Exception):
    """A server cannot run here; the text says why and what to do."""


class Account:
    """Ourselves, or an unprivileged account when we are root: PostgreSQL refuses to run as root, Redis should."""

    def __init__(self, entry: pwd.struct_passwd | None):
        self._entry = entry

    @property
    def popen_options(self) -> dict:
        if self._entry is None:
            return {}
        return {"user": self._entry.pw_uid, "group": self._entry.pw_gid, "extra_groups": []}

    def owns(self, path: Path) -> None:
        if self._entry is not None:
            os.chown(path, self._entry.pw_uid, self._entry.pw_gid)

    def reaches(self, path: Path) -> bool:
        """Whether the account may pass through every folder above `path` and use it."""
        if self._entry is None:
            return True
        try:
            return subprocess.run(["/bin/sh", "-c", 'test -x "$0"', path], cwd="/", **self.popen_options).returncode == 0
        except OSError as problem:
            raise CannotStart(
                f"We are root here, but may not become the account {self._entry.pw_name!r} ({problem.strerror}), and "
                "PostgreSQL refuses to run as root. Run this as an ordinary user, or set DATABASE_URL and REDIS_URL."
            ) from problem


def account_for(data: Path) -> Account:
    if os.geteuid() != 0:
        return Account(None)
    return Account(_owner_of(data) or _unprivileged())


def place_for(folder: Path) -> Path:
    """The folder itself; for root also a substitute, when no unprivileged account can get at it (below /root, say)."""
    nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if os.geteuid() != 0 or Account(_unprivileged()).reaches(nearest):
        return folder
    return SHARED_PLACE / hashlib.sha256(os.fsencode(folder)).hexdigest()[:12] / folder.name


def _owner_of(data: Path) -> pwd.struct_passwd | None:
    # An account "postgres" may appear later; data made by "nobody" must stay with "nobody".
    if not data.exists() or data.stat().st_uid == 0:
        return None
    return pwd.getpwuid(data.stat().st_uid)


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotStart(
        "We are root here and found no account 'postgres' or 'nobody' to run the servers. "
        "Run this as an ordinary user, or set DATABASE_URL and REDIS_URL."
    )
