"""Operators' visits in companies: who looks, where, since when, by whose leave."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import PlatformModel, db, identity, lock, record
from core.periods import Period
from core.tokens import fingerprint, new_token
from tenants.audit.acting import ActingOperator
from tenants.companies.company import Company
from tenants.people.members import Member
from tenants.platform.notices import NoticesChanged

LASTS, IDLE = timedelta(hours=1), timedelta(minutes=15)
# How long the way from the portal to the company may take.
ON_THE_WAY = timedelta(minutes=1)
_NOTED_EVERY = timedelta(minutes=1)


class SupportVisit(PlatformModel):
    """One visit of an operator, by leave of a company's grant or of two operators in an emergency (operators/break_glass.py)."""

    __tablename__ = "support_visit"
    __table_args__ = (sa.CheckConstraint("(grant_key IS NULL) <> (break_glass_id IS NULL)", name="leave"),)
    kept_at_erasure = "Which operator looked into a company must stay answerable."

    id: Mapped[int] = identity()
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), index=True)
    operator_id: Mapped[int]
    operator_name: Mapped[str]
    operator_session_id: Mapped[int]
    # One of these.
    grant_key: Mapped[str | None]
    break_glass_id: Mapped[int | None]
    reason: Mapped[str]
    ticket: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    started_at: Mapped[datetime] = mapped_column(default=now, index=True)
    # When it ends at the latest.
    until: Mapped[datetime]
    # When the operator came in with what the portal gave; the visit's own cookie was made then.
    arrived_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]

    company: Mapped[Company] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def begin(cls, company: Company, operator, session_id: int, until: datetime, **leave) -> tuple["SupportVisit", str]:
        """Let an operator set out.  `leave` is why and by whose leave.  Gives the visit and what lets him in, once."""
        token = new_token()
        visit = cls(company_id=company.id, operator_id=operator.id, operator_name=operator.name, **leave)
        visit.operator_session_id, visit.token_hash = session_id, fingerprint(token)
        visit.until = min(until, now() + LASTS)
        db.session.add(visit)
        db.session.flush()
        return visit, token

    @classmethod
    def of_token(cls, token: str | None) -> "SupportVisit | None":
        """The visit that a cookie belongs to, if it goes on."""
        visit = db.session.scalar(sa.select(cls).where(cls.token_hash == fingerprint(token or "")))
        return visit if visit and visit.arrived_at and visit.is_open else None

    @classmethod
    def arriving(cls, token: str) -> "SupportVisit | None":
        """The visit that sets out with this, locked; None when it has arrived or took too long."""
        visit = db.session.scalar(sa.select(cls).where(cls.token_hash == fingerprint(token)))
        if visit is None:
            return None
        lock(visit)
        in_time = now() - visit.started_at < ON_THE_WAY
        return visit if in_time and visit.token_hash == fingerprint(token) and visit.is_open else None

    @classmethod
    def going_on(cls, company: Company | None = None) -> "list[SupportVisit]":
        """Who is inside now: of one company, or of all."""
        inside = sa.select(cls).where(
            cls.arrived_at.is_not(None),
            cls.ended_at.is_(None),
            cls.until > now(),
            cls.last_used_at > now() - IDLE,
        )
        there = inside if company is None else inside.where(cls.company_id == company.id)
        return list(db.session.scalars(there.order_by(cls.id)))

    @classmethod
    def latest(cls, company: Company | None = None, at_most: int = 50, period: Period | None = None) -> "list[SupportVisit]":
        since, until = period or (None, None)
        newest = sa.select(cls).where(cls.arrived_at.is_not(None)).order_by(cls.id.desc()).limit(at_most)
        wanted = [
            cls.company_id == company.id if company else sa.true(),
            cls.started_at >= since if since else sa.true(),
            cls.started_at < until if until else sa.true(),
        ]
        return list(db.session.scalars(newest.where(*wanted)))

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and now() < self.until and now() - self.last_used_at < IDLE

    @property
    def subject(self) -> str:
        """What both logs call it."""
        return f"support_visit:{self.id}"

    def arrive(self) -> str:
        """The operator is there.  Gives the cookie's value; what brought him here is worth nothing any more."""
        token = new_token()
        self.token_hash, self.arrived_at, self.last_used_at = fingerprint(token), now(), now()
        record(NoticesChanged(self.company_id))
        return token

    @classmethod
    def end_those_by(cls, **leave) -> None:
        """The leave they were made by is over: `grant_key` or `break_glass_id`."""
        for visit in db.session.scalars(sa.select(cls).filter_by(ended_at=None, **leave)):
            visit.end()
        db.session.flush()

    def used(self) -> None:
        if now() - self.last_used_at > _NOTED_EVERY:
            self.last_used_at = now()

    def end(self) -> None:
        if self.ended_at is None:
            self.ended_at = now()
            record(NoticesChanged(self.company_id))


@dataclass(frozen=True)
class Visiting:
    """A request of a visit, in the place of a member's session: through whose eyes, who really looks, and how long yet."""

    visit: SupportVisit
    member: Member
    # What the company allows, and whether this request may use it.
    writes: bool
    changes: bool
    is_visit = True
    # What sessions have and a visit has not.
    id = second_factor_at = None
    method = "visit"

    @property
    def operator(self) -> ActingOperator:
        return ActingOperator(self.visit.operator_id, self.visit.operator_name)
