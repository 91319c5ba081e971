"""Signs of life: every process says every few seconds that it is there and how it does, and says goodbye when it ends.

One that says neither any more has died.  It stays on the list as missing until another of its kind has taken its place.
"""

import os
import resource
import socket
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import PlatformModel, db, identity, transaction

MISSING_AFTER = timedelta(seconds=20)
KEPT_FOR = timedelta(days=1)
_PAGE = resource.getpagesize()


class Heartbeat(PlatformModel):
    """One process, as it was when it last said something.  `figures` are what it counts: sockets, requests, memory."""

    __tablename__ = "heartbeat"
    __table_args__ = (sa.UniqueConstraint("host", "pid", "started_at"),)

    id: Mapped[int] = identity()
    host: Mapped[str]
    pid: Mapped[int]
    role: Mapped[str]
    # 0: it listens to nobody.
    port: Mapped[int]
    version: Mapped[str]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    figures: Mapped[dict] = mapped_column(JSONB)

    @classmethod
    def known(cls) -> "list[Heartbeat]":
        """Every process that lives or should, those of a role together."""
        recent = cls.ended_at.is_(None) & (cls.seen_at > now() - KEPT_FOR)
        return list(db.session.scalars(sa.select(cls).where(recent).order_by(cls.role, cls.host, cls.port, cls.started_at)))

    @classmethod
    def forget_old(cls) -> None:
        """Those that ended or fell silent long ago."""
        db.session.execute(sa.delete(cls).where(cls.seen_at < now() - KEPT_FOR))

    @property
    def is_missing(self) -> bool:
        return self.ended_at is None and now() - self.seen_at > MISSING_AFTER

    def is_replaced_by(self, other: "Heartbeat") -> bool:
        """Whether the other one does now what this one did."""
        stands_here = (other.host, other.role, other.port) == (self.host, self.role, self.port)
        return stands_here and other.started_at > self.started_at and not other.is_missing


def living(processes: Iterable[Heartbeat]) -> list[Heartbeat]:
    return [process for process in processes if not process.is_missing]


def missing(processes: Iterable[Heartbeat]) -> list[Heartbeat]:
    """Those that fell silent and whose place nobody has taken."""
    processes = list(processes)
    silent = [process for process in processes if process.is_missing]
    return [one for one in silent if not any(one.is_replaced_by(other) for other in processes)]


class Heart:
    """Beats for the process it is in."""

    def __init__(self, role: str, port: int = 0, version: str = ""):
        self._who = {"host": socket.gethostname(), "pid": os.getpid(), "started_at": now()}
        self._what = {"role": role, "port": port, "version": version}

    def beat(self, figures: dict) -> None:
        """Say that it lives.  Needs the app's context; raises when the database is away."""
        self._say(seen_at=now(), figures=figures | {"memory": memory_used()})

    def is_of(self, process: Heartbeat) -> bool:
        return all(getattr(process, name) == value for name, value in self._who.items())

    def stop(self) -> None:
        """Say goodbye: nobody need look for it."""
        with transaction():
            mine = [getattr(Heartbeat, name) == value for name, value in self._who.items()]
            db.session.execute(sa.update(Heartbeat).where(*mine).values(ended_at=now()))

    def _say(self, **what) -> None:
        statement = insert(Heartbeat).values(**self._who, **self._what, **what)
        again = statement.on_conflict_do_update(index_elements=list(self._who), set_=what)
        with transaction():
            db.session.execute(again)


def memory_used() -> int:
    """Bytes this process really holds.  Linux; elsewhere the most it ever held."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
