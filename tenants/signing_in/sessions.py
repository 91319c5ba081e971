"""Sign-in sessions, kept on the server so that ending one ends it everywhere."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import TenantModel, db, identity, record
from core.errors import NotFound
from core.events import dataclass_event
from core.tokens import fingerprint, new_token
from tenants.companies.company import current_company
from tenants.people.members import Member

SHORT, LONG = timedelta(hours=12), timedelta(days=30)
JUST_NOW = timedelta(minutes=15)
# A passkey asks for the finger or the PIN by itself.
WITH_SECOND_FACTOR = ("code", "recovery_code", "passkey")
# Writing the time of last use at each request would be a write for each request.
_NOTED_EVERY = timedelta(minutes=1)


@dataclass_event
class SessionEnded:
    company_id: int
    session_id: int


class Session(TenantModel):
    """One sign-in of a member on one device."""

    __tablename__ = "session"
    # Not an operator's, who looks with the company's consent (tenants/support/support_visits.py).
    is_visit = False

    id: Mapped[int] = identity()
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_used_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ip: Mapped[str] = mapped_column(default="")
    device: Mapped[str] = mapped_column(default="")
    # How he came in: one of METHODS in tenants/signing_in/sign_in_log.py.
    method: Mapped[str] = mapped_column(default="password", server_default="password")
    second_factor_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def open(cls, member: Member, remember: bool, ip: str, device: str, method: str = "password") -> tuple["Session", str]:
        """Sign a member in, by one of METHODS.  Gives the session and the cookie's value, which is kept nowhere."""
        token = new_token()
        session = cls(
            member=member,
            token_hash=fingerprint(token),
            expires_at=now() + (LONG if remember else SHORT),
            ip=ip,
            device=device[:300],
            method=method,
            second_factor_at=now() if method in WITH_SECOND_FACTOR else None,
        )
        db.session.add(session)
        db.session.flush()
        return session, f"{current_company().id}.{token}"

    @classmethod
    def of_token(cls, token: str) -> "Session | None":
        """The session that a cookie's token opens, if it still does."""
        session = db.session.scalar(sa.select(cls).where(cls.token_hash == fingerprint(token)))
        return session if session and session.is_open else None

    @classmethod
    def of_member(cls, member: Member) -> list["Session"]:
        """A member's open sessions, last used first."""
        open_ones = sa.select(cls).where(cls.member_id == member.id, cls.ended_at.is_(None), cls.expires_at > now())
        return list(db.session.scalars(open_ones.order_by(cls.last_used_at.desc())))

    @classmethod
    def all_open(cls) -> list["Session"]:
        """Everybody's."""
        return list(db.session.scalars(sa.select(cls).where(cls.ended_at.is_(None), cls.expires_at > now())))

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.expires_at > now() and self.member.removed_at is None

    @property
    def has_just_begun(self) -> bool:
        """Whether he proved a moment ago who he is.  Somebody else may sit before a screen that was left (ASVS 7.5.1)."""
        return now() - self.created_at < JUST_NOW

    def proved_second_factor(self) -> None:
        self.second_factor_at = now()

    def used(self) -> None:
        if now() - self.last_used_at > _NOTED_EVERY:
            self.last_used_at = now()

    def end(self) -> None:
        if self.ended_at is None:
            self.ended_at = now()
            record(SessionEnded(current_company().id, self.id))


def end_sessions(member: Member, but: Session | None = None) -> None:
    """End all of a member's sessions, or all but the one he is using."""
    for session in Session.of_member(member):
        if session is not but:
            session.end()


def session_for(member: Member, id: int) -> Session:
    """The door to sessions: one's own, or those of whom one manages.  Raises NotFound, BeyondOwnRights."""
    session = db.session.get(Session, id)
    if session is None or not session.is_open or (session.member_id != member.id and not member.may("members.manage")):
        raise NotFound
    if session.member_id != member.id:
        member.need_power_over(session.member)
    return session
