"""Logs whose entries make one chain (core/chains.py): written in order, checked as a whole, their end noted elsewhere.

The login that adds to a log may neither change nor delete in it.  Whoever gets around that breaks the chain, and whoever
computes the whole chain anew does not agree with the ends that were kept (OWASP ASVS 16.4.2).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from core.chains import BEGINNING, digest, link
from core.clock import now
from core.db import db


class Chained:
    """An entry's place in the chain.  Part of a log's model, which has `at` and says what the chain holds fast.

    `salt` is empty once what is `about_people` was forgotten.
    """

    # The names of the columns that go into the chain as they are, and of those that go in as a digest only.
    held_fast: tuple[str, ...]
    forgettable: tuple[str, ...]

    at: Mapped[datetime]
    seq: Mapped[int | None] = mapped_column(unique=True)
    salt: Mapped[str | None]
    digest: Mapped[str | None]
    hash: Mapped[str | None]

    @property
    def chained(self) -> dict:
        """What the chain holds fast."""
        return {name: getattr(self, name) for name in ("seq", "at", "digest", *self.held_fast)}

    @property
    def about_people(self) -> dict:
        """What may have to be forgotten: it is in the chain as a digest only."""
        return {name: getattr(self, name) for name in self.forgettable}


class ChainHead:
    """The end of a chain.  One row: whoever adds to the log holds it until his transaction ends."""

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    seq: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(default=BEGINNING)

    @classmethod
    def current(cls) -> Self:
        return db.session.get(cls, 1) or cls(id=1, seq=0, hash=BEGINNING)

    @classmethod
    def locked(cls) -> Self:
        db.session.execute(insert(cls).values(id=1, seq=0, hash=BEGINNING).on_conflict_do_nothing())
        return db.session.scalars(sa.select(cls).with_for_update().execution_options(populate_existing=True)).one()

    def append(self, entry: Chained) -> None:
        """Make an entry the new end."""
        self.seq += 1
        entry.seq, entry.at, entry.salt = self.seq, now(), secrets.token_hex(16)
        entry.digest = digest(entry.salt, entry.about_people)
        entry.hash = self.hash = link(self.hash, entry.chained)
        db.session.add(entry)


@dataclass(frozen=True)
class Verdict:
    """What checking a chain found.  `fault` says in English what is wrong at entry `fault_at`; None: all is whole."""

    checked: int
    unchained: int
    forgotten: int
    anchors: int
    head: str
    fault: str | None = None
    fault_at: int | None = None

    def __str__(self) -> str:
        told = "whole" if self.is_whole else f"BROKEN at entry {self.fault_at}: {self.fault}"
        besides = f", {self.forgotten} with details forgotten, {self.unchained} from before there was a chain"
        return f"{self.checked} entries, {self.anchors} ends kept{besides}: {told}. Mark {self.head}"

    @property
    def is_whole(self) -> bool:
        return self.fault is None


class Walk:
    """Once along a chain of `entry`, with its end, and what was kept of earlier ends (number → hash)."""

    def __init__(self, entry: type[Chained], head: type[ChainHead], anchors: dict[int, str]):
        self._entry, self._head, self._anchors = entry, head, anchors
        self._seq, self._hash, self._forgotten = 0, BEGINNING, 0

    def verdict(self) -> Verdict:
        # Nobody adds to it while we walk.
        head = self._head.locked()
        fault, at = self._along() or self._at_the_end(head) or (None, None)
        unchained = db.session.scalar(sa.select(sa.func.count()).where(self._entry.seq.is_(None)))
        return Verdict(self._seq, unchained, self._forgotten, len(self._anchors), self._hash, fault, at)

    def _along(self) -> tuple[str, int] | None:
        entries = sa.select(self._entry).where(self._entry.seq.is_not(None)).order_by(self._entry.seq)
        for entry in db.session.scalars(entries.execution_options(yield_per=500, populate_existing=True)):
            fault = self._step(entry)
            if fault:
                return fault, entry.seq
        return None

    def _step(self, entry: Chained) -> str | None:
        if entry.seq != self._seq + 1:
            return f"entries {self._seq + 1} to {entry.seq - 1} are missing"
        if entry.hash != link(self._hash, entry.chained):
            return "it was changed"
        if entry.salt is None:
            # Forgotten means gone: what stands there now, nothing vouches for.
            if any(entry.about_people.values()):
                return "its details were changed"
            self._forgotten += 1
        elif entry.digest != digest(entry.salt, entry.about_people):
            return "its details were changed"
        self._seq, self._hash = entry.seq, entry.hash
        if self._anchors.get(entry.seq, entry.hash) != entry.hash:
            return "it is not what the platform noted at the time"
        return None

    def _at_the_end(self, head: ChainHead) -> tuple[str, int] | None:
        if (head.seq, head.hash) != (self._seq, self._hash):
            return "the last entries are missing", self._seq
        beyond = [seq for seq in self._anchors if seq > self._seq]
        return (f"the log once had {max(beyond)} entries", self._seq) if beyond else None
