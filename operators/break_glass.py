"""Looking inside without a company's consent, in an emergency: two operators together, read only, an hour at most."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import PlatformModel, db, identity, lock, record
from core.errors import NotFound, Refusal
from operators.both_logs import note_in_both
from operators.mails_to_companies import tell_administrators
from operators.operator import Operator
from tenants.companies.company import Company
from tenants.platform.notices import NoticesChanged
from tenants.support.support_visits import SupportVisit

LASTS = timedelta(hours=1)
# An emergency nobody has looked at for that long is none any more.
WAITS = timedelta(hours=1)


class NeedsSecondOperator(Refusal):
    code = "needs_second_operator"
    message = _l("Whoever asked for this cannot approve it too. Ask a colleague.")


class GlassDecided(Refusal):
    code = "glass_decided"
    message = _l("This was decided already, or it waited for too long.")


class BreakGlass(PlatformModel):
    """waiting → declined, lapsed, or in_force → ended, expired."""

    __tablename__ = "break_glass"
    __table_args__ = (
        sa.CheckConstraint("reason <> ''", name="reason"),
        sa.CheckConstraint("approved_at IS NULL OR decided_by_id <> asked_by_id", name="two_operators"),
    )
    kept_at_erasure = "Who looked into a company without its consent must stay answerable."

    id: Mapped[int] = identity()
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), index=True)
    reason: Mapped[str]
    ticket: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(default=now)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.operator.id"))
    # Who approved or declined.
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.operator.id"))
    approved_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    company: Mapped[Company] = relationship(lazy="joined", innerjoin=True)
    asked_by: Mapped[Operator] = relationship(foreign_keys=[asked_by_id], lazy="joined", innerjoin=True)
    decided_by: Mapped[Operator | None] = relationship(foreign_keys=[decided_by_id], lazy="joined")

    @classmethod
    def ask(cls, company: Company, by: Operator, reason: str, ticket: str) -> "BreakGlass":
        """The first operator says why.  The company must be in force."""
        asked = cls(company_id=company.id, asked_by_id=by.id, reason=reason, ticket=ticket)
        db.session.add(asked)
        db.session.flush()
        return asked

    @classmethod
    def numbered(cls, id: int) -> "BreakGlass":
        """Raises NotFound."""
        glass = db.session.get(cls, id)
        if glass is None:
            raise NotFound
        return glass

    @classmethod
    def latest(cls, at_most: int = 100) -> "list[BreakGlass]":
        return list(db.session.scalars(sa.select(cls).order_by(cls.id.desc()).limit(at_most)))

    @classmethod
    def broken_by(cls, operator: Operator, company: Company) -> "BreakGlass | None":
        """The approved one with which this operator may look into this company now."""
        mine = sa.select(cls).where(cls.company_id == company.id, cls.asked_by_id == operator.id, *_in_force())
        return db.session.scalar(mine.order_by(cls.id.desc()).limit(1))

    @property
    def state(self) -> str:
        if self.declined_at or self.ended_at:
            return "declined" if self.declined_at else "ended"
        if self.approved_at is None:
            return "waiting" if now() < self.asked_at + WAITS else "lapsed"
        return "in_force" if now() < self.until else "expired"

    @property
    def until(self) -> datetime | None:
        """Until when one may look, once it is approved."""
        return self.approved_at + LASTS if self.approved_at else None

    @property
    def subject(self) -> str:
        return f"break_glass:{self.id}"

    def approve(self, by: Operator) -> None:
        """The second operator agrees: the company's administrators hear of it at once.  The company must be in force.

        Raises NeedsSecondOperator, GlassDecided.
        """
        self._decide(by)
        self.decided_by, self.approved_at = by, now()
        told = {"ticket": self.ticket, "until": f"{self.until:%Y-%m-%d %H:%M} UTC", "asked_by": self.asked_by.name}
        note_in_both("support.glass_broken", by, self.company, self.subject, self.reason, **told)
        tell_administrators(
            "glass_broken", reason=self.reason, ticket=self.ticket, until=self.until.isoformat(),
            asked_by=self.asked_by.name, approved_by=by.name,
        )  # fmt: skip
        record(NoticesChanged(self.company_id))

    def decline(self, by: Operator) -> None:
        """Anybody but who asked does not agree.  Raises NeedsSecondOperator, GlassDecided."""
        self._decide(by)
        self.decided_by, self.declined_at = by, now()

    def end(self) -> bool:
        """Nobody looks any more, or needs to decide; False when that was so already."""
        lock(self)
        goes_on = self.state in ("waiting", "in_force")
        if goes_on:
            self.ended_at = now()
            SupportVisit.end_those_by(break_glass_id=self.id)
            record(NoticesChanged(self.company_id))
        return goes_on

    def _decide(self, by: Operator) -> None:
        lock(self)
        if by.id == self.asked_by_id:
            raise NeedsSecondOperator
        if self.state != "waiting":
            raise GlassDecided


def glass_stands(id: int) -> BreakGlass | None:
    """The one with this number, if it is in force at this moment."""
    return db.session.scalar(
        sa.select(BreakGlass).where(BreakGlass.id == id, *_in_force()).execution_options(populate_existing=True)
    )


def _in_force() -> list:
    return [BreakGlass.ended_at.is_(None), BreakGlass.approved_at > now() - LASTS]
