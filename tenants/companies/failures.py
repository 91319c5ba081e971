"""Work that was given up, over all companies: what, how often tried, when; and doing it once more, or never.

Each company's outbox knows its own; here stands a small copy for the platform, with nothing in it that anybody wrote.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import PlatformModel, current_place, db, identity, lock, record
from core.jobs import GivenUp, JobWritten, OutboxRow
from tenants.companies.company import Company, current_company


class FailedWork(PlatformModel):
    """One outbox row of a company that was given up: failed → replayed (and perhaps failed anew) or discarded.

    `times` counts how often it was given up, so that who decides about it says which of them he saw.
    """

    __tablename__ = "failed_work"
    __table_args__ = (
        sa.UniqueConstraint("company_id", "outbox_id"),
        sa.CheckConstraint("state IN ('failed', 'replayed', 'discarded')", name="state"),
        sa.Index("ix_failed_work_failed", "failed_at", postgresql_where=sa.text("state = 'failed'")),
    )

    id: Mapped[int] = identity()
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"))
    outbox_id: Mapped[int]
    job: Mapped[str]
    tries: Mapped[int]
    times: Mapped[int] = mapped_column(default=1)
    error: Mapped[str]
    failed_at: Mapped[datetime] = mapped_column(default=now)
    state: Mapped[str] = mapped_column(default="failed")
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")

    company: Mapped[Company] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def settled_of(cls, company: Company, at_most: int) -> "list[FailedWork]":
        """What was decided about a company's failures, newest first."""
        mine = sa.select(cls).where(cls.company_id == company.id, cls.state != "failed")
        return list(db.session.scalars(mine.order_by(cls.settled_at.desc()).limit(at_most)))

    @classmethod
    def count_failed(cls) -> int:
        return db.session.scalar(sa.select(sa.func.count()).where(cls.state == "failed"))

    @classmethod
    def note(cls, given_up: GivenUp) -> None:
        """Write down what the company in force gave up, once more if it was replayed since."""
        values = given_up._asdict() | {
            "failed_at": now(),
            "state": "failed",
            "settled_at": None,
            "settled_by": "",
            "reason": "",
        }
        statement = insert(cls).values(company_id=current_company().id, times=1, **values)
        unique = [cls.company_id, cls.outbox_id]
        db.session.execute(statement.on_conflict_do_update(index_elements=unique, set_=values | {"times": cls.times + 1}))

    def replay(self, by: str, reason: str, seen: int) -> bool:
        """Have it done once more; its company must be in force.

        False if somebody was quicker, or it is no longer the failure that was `seen` (its `times`).
        """
        if not self._settle("replayed", by, reason, seen):
            return False
        row = db.session.get(OutboxRow, self.outbox_id)
        if row is not None and row.done_at is None:
            row.given_up_at, row.tries, row.due_at = None, 0, now()
            record(JobWritten(current_place()))
        return True

    def discard(self, by: str, reason: str, seen: int) -> bool:
        """Have it never done.  False as with `replay`."""
        return self._settle("discarded", by, reason, seen)

    def _settle(self, state: str, by: str, reason: str, seen: int) -> bool:
        lock(self)
        if self.state != "failed" or self.times != seen:
            return False
        self.state, self.settled_at, self.settled_by, self.reason = state, now(), by, reason
        return True
