"""A company ends on a day that its owner knew of: announced, closed, and erased a while later.

Until it is closed everything works; then its people read and export what there is, until it is erased.  Whoever wants it
back can have it back until then.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import PlatformModel, db, identity, lock
from core.errors import Invalid, Refusal
from tenants.companies.company import Company

# Nobody is closed by surprise.
NOTICE = timedelta(days=14)
AT_MOST_AHEAD = timedelta(days=366)
# After it is closed, for what somebody forgot to take along.
KEPT_FOR = timedelta(days=14)
# Of what the owner is reminded, and how long before the day; the last first.
REMINDERS = {"day": timedelta(days=1), "week": timedelta(days=7)}
# What happened longer ago is told no more.
LATELY = timedelta(days=3)


class AlreadyClosing(Refusal):
    code = "already_closing"
    message = _l("The closing of this company is scheduled already. Cancel that first.")


class NotClosing(Refusal):
    code = "not_closing"
    message = _l("The closing of this company was cancelled, or the company is erased.")


class Closing(PlatformModel):
    """scheduled → closed → erased; or cancelled before it is erased."""

    __tablename__ = "closing"
    __table_args__ = (
        sa.Index(
            "ix_closing_running", "company_id", unique=True,
            postgresql_where=sa.text("cancelled_at IS NULL AND erased_at IS NULL"),
        ),
    )  # fmt: skip
    kept_at_erasure = "When and why a company ended must stay answerable."

    id: Mapped[int] = identity()
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), index=True)
    scheduled_at: Mapped[datetime] = mapped_column(default=now)
    reason: Mapped[str]
    closes_at: Mapped[datetime]
    erases_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    company: Mapped[Company] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def schedule(cls, company: Company, closes_at: datetime, reason: str) -> "Closing":
        """Raises Invalid(closes_on=…) for a day too soon or too far away, AlreadyClosing."""
        lock(company)
        if cls.of(company) is not None or not company.lets_in:
            raise AlreadyClosing
        if not NOTICE <= closes_at - now() <= AT_MOST_AHEAD:
            raise Invalid(closes_on=_("Choose a day at least %(days)s days ahead, and within a year.", days=NOTICE.days))
        closing = cls(company=company, reason=reason, closes_at=closes_at, erases_at=closes_at + KEPT_FOR)
        db.session.add(closing)
        db.session.flush()
        return closing

    @classmethod
    def of(cls, company: Company) -> "Closing | None":
        """The one under way, if any."""
        running = sa.select(cls).where(cls.company_id == company.id, cls.cancelled_at.is_(None), cls.erased_at.is_(None))
        return db.session.scalar(running)

    @classmethod
    def all_of(cls, company: Company) -> "list[Closing]":
        """Everything that was ever scheduled, the newest first."""
        return list(db.session.scalars(sa.select(cls).where(cls.company_id == company.id).order_by(cls.id.desc())))

    @classmethod
    def to_look_at(cls) -> list[int]:
        """The numbers of all that are under way, or were cancelled a short while ago."""
        lately = sa.or_(cls.cancelled_at.is_(None), cls.cancelled_at > now() - LATELY)
        return list(db.session.scalars(sa.select(cls.id).where(lately, cls.erased_at.is_(None)).order_by(cls.id)))

    @property
    def is_under_way(self) -> bool:
        return self.cancelled_at is None and self.erased_at is None

    @property
    def news(self) -> str:
        """What its owners should know by now: "scheduled", a key of REMINDERS, "closed" or "cancelled"."""
        if self.cancelled_at or self.closed_at:
            return "cancelled" if self.cancelled_at else "closed"
        left = self.closes_at - now()
        return next((name for name, ahead in REMINDERS.items() if left <= ahead), "scheduled")

    @property
    def is_to_be_erased(self) -> bool:
        return self.is_under_way and self.closed_at is not None and self.erases_at <= now()

    def cancel(self) -> None:
        """Everything goes on as before; what is closed opens again.  Raises NotClosing when it was cancelled, or is being erased."""
        lock(self.company)
        db.session.refresh(self)
        if not self.is_under_way or not self.company.lets_in:
            raise NotClosing
        self.cancelled_at = now()
        if self.company.status == "closing":
            self.company.reopen()

    def take_effect(self) -> None:
        """Close the company if the day has come.  Saying it again is harmless."""
        lock(self.company)
        db.session.refresh(self)
        if self.is_under_way and self.closed_at is None and self.closes_at <= now():
            self.closed_at = now()
            self.company.close()
