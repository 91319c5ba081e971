"""The audit log as a chain: written in order, checked as a whole, its end noted elsewhere each hour (OWASP ASVS 16.4.2).

The company's role may add to the log and neither change nor delete.  Whoever gets around that breaks the chain, and
whoever computes the whole chain anew does not agree with the ends the platform has kept.
"""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from core.chains import BEGINNING, digest, link
from core.clock import now
from core.db import PlatformModel, TenantModel, db, identity, transaction
from tenants.company import Company, current_company

log = logging.getLogger(__name__)


class AuditHead(TenantModel):
    """The end of the company's chain.  One row: whoever adds to the log holds it until his transaction ends."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    seq: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(default=BEGINNING)

    @classmethod
    def current(cls) -> "AuditHead":
        return db.session.get(cls, 1) or cls(id=1, seq=0, hash=BEGINNING)

    @classmethod
    def locked(cls) -> "AuditHead":
        db.session.execute(insert(cls).values(id=1, seq=0, hash=BEGINNING).on_conflict_do_nothing())
        return db.session.scalars(sa.select(cls).with_for_update().execution_options(populate_existing=True)).one()

    def append(self, entry: "Chained") -> None:
        """Make an entry the new end."""
        self.seq += 1
        entry.seq, entry.at, entry.salt = self.seq, now(), secrets.token_hex(16)
        entry.digest = digest(entry.salt, entry.about_people)
        entry.hash = self.hash = link(self.hash, entry.chained)
        db.session.add(entry)


class Chained:
    """An entry's place in the chain.  Part of AuditEntry.  Entries from before there was a chain have none."""

    seq: Mapped[int | None] = mapped_column(unique=True)
    salt: Mapped[str | None]
    digest: Mapped[str | None]
    hash: Mapped[str | None]

    @property
    def chained(self) -> dict:
        """What the chain holds fast."""
        names = ("seq", "at", "member_id", "operator_id", "action", "subject", "digest")
        return {name: getattr(self, name) for name in names}

    @property
    def about_people(self) -> dict:
        """What may have to be forgotten: it is in the chain as a digest only."""
        return {"details": self.details, "ip": self.ip}


class AuditAnchor(PlatformModel):
    """The end of a company's chain at some hour, kept where its role cannot write."""

    __tablename__ = "audit_anchor"
    __table_args__ = (sa.UniqueConstraint("company_id", "seq"),)

    id: Mapped[int] = identity()
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"))
    seq: Mapped[int]
    hash: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def of(cls, company: Company) -> "list[AuditAnchor]":
        """All there are, the newest first."""
        return list(db.session.scalars(sa.select(cls).where(cls.company_id == company.id).order_by(cls.seq.desc())))

    @classmethod
    def drop(cls, company: Company) -> None:
        """Keep the end of the chain in force, if it is a new one."""
        head = AuditHead.current()
        if head.seq:
            anchor = insert(cls).values(company_id=company.id, seq=head.seq, hash=head.hash, at=now())
            if db.session.scalar(anchor.on_conflict_do_nothing().returning(cls.id)):
                log.info("audit log ends company=%s seq=%s hash=%s", company.id, head.seq, head.hash)


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

    @property
    def is_whole(self) -> bool:
        return self.fault is None


def anchor_companies() -> None:
    """Keep the ends of all open companies' chains.  Running it again does nothing."""
    with transaction():
        companies = Company.all_open()
    for company in companies:
        try:
            with company.entered(), transaction():
                AuditAnchor.drop(company)
        except Exception:
            log.exception("audit log not anchored company=%s", company.id)


def verify() -> Verdict:
    """Walk the whole chain of the company in force, compare its end and all that were kept of it."""
    return _Walk().verdict()


class _Walk:
    """Once along the chain."""

    def __init__(self):
        from tenants.audit import AuditEntry  # it is made of Chained

        self._entry = AuditEntry
        self._seq, self._hash, self._forgotten = 0, BEGINNING, 0
        self._anchors = {anchor.seq: anchor.hash for anchor in AuditAnchor.of(current_company())}

    def verdict(self) -> Verdict:
        # Nobody adds to it while we walk.
        head = AuditHead.locked()
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
            self._forgotten += 1
        elif entry.digest != digest(entry.salt, entry.about_people):
            return "its details were changed"
        self._seq, self._hash = entry.seq, entry.hash
        if self._anchors.get(entry.seq, entry.hash) != entry.hash:
            return "it is not what the platform noted at the time"
        return None

    def _at_the_end(self, head: AuditHead) -> tuple[str, int] | None:
        if (head.seq, head.hash) != (self._seq, self._hash):
            return "the last entries are missing", self._seq
        beyond = [seq for seq in self._anchors if seq > self._seq]
        return (f"the log once had {max(beyond)} entries", self._seq) if beyond else None
