"""A company's consent to platform operators looking inside: off by default, for some hours, ended at any moment (O-03).

Whether it stands is asked in the company's own schema, on the connection that a visit writes with: who withdraws waits
for a write that was allowed before, and no write is committed after him.  The platform keeps a copy for its lists only.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import PlatformModel, TenantModel, db, identity, lock, record
from core.errors import NotFound, Refusal
from core.tokens import new_token
from tenants.audit import audit
from tenants.audit.audit_chain import AuditHead
from tenants.companies.company import Company, current_company
from tenants.people.members import Member
from tenants.platform.notices import NoticesChanged
from tenants.support.support_visits import SupportVisit

# For how many hours a company may consent.
HOURS = {1: _l("1 hour"), 4: _l("4 hours"), 24: _l("1 day"), 72: _l("3 days"), 168: _l("7 days")}
# Who did not answer for that long does not want to.
WAITS = timedelta(days=7)


class AlreadyAsked(Refusal):
    code = "support_already_asked"
    message = _l("The company was asked already and has not answered yet.")


class AlreadyAnswered(Refusal):
    code = "support_already_answered"
    message = _l("This was answered or taken back already.")


class SupportGrant(TenantModel):
    """Consent: asked for by an operator or given unasked.  Of those in force the one given last counts; there is one."""

    __tablename__ = "support_grant"
    __table_args__ = (sa.CheckConstraint("hours BETWEEN 1 AND 168", name="hours"),)

    id: Mapped[int] = identity()
    # What a visit remembers: the numbers of a company that was moved begin anew.
    key: Mapped[str] = mapped_column(unique=True, default=new_token)
    created_at: Mapped[datetime] = mapped_column(default=now)
    # Who asked, of the platform; nobody: the company gave it unasked.
    operator_id: Mapped[int | None]
    operator_name: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    ticket: Mapped[str] = mapped_column(default="")
    hours: Mapped[int]
    writes: Mapped[bool] = mapped_column(default=False)
    granted_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    # Who of the company answered.
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))

    member: Mapped[Member | None] = relationship(lazy="joined")

    @classmethod
    def ask(cls, operator, reason: str, ticket: str, hours: int, writes: bool) -> "SupportGrant":
        """An operator asks for it.  Raises AlreadyAsked."""
        _one_at_a_time()
        if cls.waiting() is not None:
            raise AlreadyAsked
        asked = cls(operator_id=operator.id, operator_name=operator.name, reason=reason, ticket=ticket, hours=hours)
        asked.writes = writes
        return asked._noted()

    @classmethod
    def give(cls, by: Member, hours: int, writes: bool) -> "SupportGrant":
        """The company consents, unasked."""
        _one_at_a_time()
        given = cls(hours=hours)
        given._grant(by, hours, writes)
        return given._noted()

    @classmethod
    def numbered(cls, id: int) -> "SupportGrant":
        """Raises NotFound."""
        grant = db.session.get(cls, id)
        if grant is None:
            raise NotFound
        return grant

    @classmethod
    def keyed(cls, key: str) -> "SupportGrant | None":
        return db.session.scalar(sa.select(cls).where(cls.key == key))

    @classmethod
    def in_force(cls) -> "SupportGrant | None":
        return db.session.scalar(sa.select(cls).where(*_in_force()).order_by(cls.id.desc()).limit(1))

    @classmethod
    def waiting(cls) -> "SupportGrant | None":
        """The request nobody has answered yet."""
        unanswered = sa.select(cls).where(
            cls.granted_at.is_(None), cls.declined_at.is_(None), cls.ended_at.is_(None), cls.created_at > now() - WAITS
        )
        return db.session.scalar(unanswered.order_by(cls.id.desc()).limit(1))

    @classmethod
    def latest(cls, at_most: int = 20) -> "list[SupportGrant]":
        return list(db.session.scalars(sa.select(cls).order_by(cls.id.desc()).limit(at_most)))

    @property
    def state(self) -> str:
        """waiting → declined, lapsed, ended (taken back), or in_force → ended, expired."""
        if self.declined_at or self.ended_at:
            return "declined" if self.declined_at else "ended"
        if self.granted_at is None:
            return "waiting" if self.created_at > now() - WAITS else "lapsed"
        return "in_force" if self.expires_at > now() else "expired"

    def grant(self, by: Member, hours: int, writes: bool) -> None:
        """Somebody of the company consents to what was asked.  Raises AlreadyAnswered."""
        self._answer()
        self._grant(by, hours, writes)
        self._noted()

    def decline(self, by: Member) -> None:
        """Raises AlreadyAnswered."""
        self._answer()
        self.declined_at, self.member = now(), by
        self._noted()

    def withdraw(self) -> None:
        """Who asked no longer wants it.  Raises AlreadyAnswered."""
        self._answer()
        self.ended_at = now()
        self._noted()

    def end(self) -> bool:
        """From now on no request of a visit is answered.  False when it had ended before."""
        # In the order in which a visit's request takes them: its own row, the log's end, and this one before its commit.
        SupportVisit.end_those_by(grant_key=self.key)
        AuditHead.locked()
        lock(self)
        goes_on = self.state == "in_force"
        if goes_on:
            self.ended_at = now()
            self._noted()
        return goes_on

    def _grant(self, by: Member, hours: int, writes: bool) -> None:
        for other in db.session.scalars(sa.select(SupportGrant).where(*_in_force())):
            other.end()
        self.member, self.hours, self.writes = by, hours, writes
        self.granted_at, self.expires_at = now(), now() + timedelta(hours=hours)

    def _answer(self) -> None:
        _one_at_a_time()
        lock(self)
        if self.state != "waiting":
            raise AlreadyAnswered

    def _noted(self) -> "SupportGrant":
        """Keep it, have the platform's lists and everybody's bands follow."""
        db.session.add(self)
        db.session.flush()
        db.session.merge(PublishedGrant.of(self))
        record(NoticesChanged(current_company().id))
        return self


class PublishedGrant(PlatformModel):
    """What lists over all companies show of a grant."""

    __tablename__ = "support_access"

    key: Mapped[str] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), index=True)
    number: Mapped[int]
    operator_name: Mapped[str]
    reason: Mapped[str]
    ticket: Mapped[str]
    writes: Mapped[bool]
    created_at: Mapped[datetime]
    granted_at: Mapped[datetime | None]
    # Of a request: when it lapses.
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    company: Mapped[Company] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def of(cls, grant: SupportGrant) -> "PublishedGrant":
        return cls(
            key=grant.key, company_id=current_company().id, number=grant.id, operator_name=grant.operator_name,
            reason=grant.reason, ticket=grant.ticket, writes=grant.writes, created_at=grant.created_at,
            granted_at=grant.granted_at, expires_at=grant.expires_at or grant.created_at + WAITS,
            ended_at=grant.ended_at or grant.declined_at,
        )  # fmt: skip

    @classmethod
    def keyed(cls, key: str) -> "PublishedGrant | None":
        return db.session.get(cls, key)

    @classmethod
    def forget(cls, key: str) -> None:
        db.session.execute(sa.delete(cls).where(cls.key == key))

    @classmethod
    def all_open(cls, at_most: int = 500) -> "list[PublishedGrant]":
        """Requests that wait and consents in force, of all companies, the newest first."""
        still = sa.select(cls).where(cls.ended_at.is_(None), cls.expires_at > now())
        return list(db.session.scalars(still.order_by(cls.created_at.desc()).limit(at_most)))


def consent_stands(key: str, to_write: bool = False) -> bool:
    """Whether this grant is in force at this moment; `to_write`: and stays so until the transaction ends.

    Who withdraws changes the row that is locked here, and so waits; whoever withdrew before is seen by who waited for him.
    """
    wanted = [SupportGrant.writes] if to_write else []
    stands = sa.select(SupportGrant.id).where(SupportGrant.key == key, *_in_force(), *wanted)
    return db.session.scalar(stands.with_for_update(read=True) if to_write else stands) is not None


def answered_by(member: Member, grant: SupportGrant) -> None:
    """Note in the company's log what it said to a request, or gave unasked."""
    action = "support.granted" if grant.granted_at else "support.declined"
    told = {"until": f"{grant.expires_at:%Y-%m-%d %H:%M} UTC", "writes": grant.writes} if grant.granted_at else {}
    audit.note(action, by=member, subject=f"support_grant:{grant.id}", **told)


def _in_force() -> list:
    return [SupportGrant.granted_at.is_not(None), SupportGrant.ended_at.is_(None), SupportGrant.expires_at > now()]


def _one_at_a_time() -> None:
    """Two who ask or answer at the same moment queue: there is never more than one request, and one consent in force."""
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(sa.func.current_schema() + " support"))))
