"""Sign-in sessions of operators: short, and with the time at which the second factor was last shown."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import PlatformModel, db, identity
from core.errors import NotFound
from core.tokens import fingerprint, new_token
from operators.operator import Operator

LASTS, IDLE = timedelta(hours=10), timedelta(minutes=30)
PROOF_LASTS = timedelta(minutes=10)
_NOTED_EVERY = timedelta(minutes=1)


class OperatorSession(PlatformModel):
    """One sign-in of an operator on one device."""

    __tablename__ = "operator_session"

    id: Mapped[int] = identity()
    operator_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.operator.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_used_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    ip: Mapped[str] = mapped_column(default="")
    device: Mapped[str] = mapped_column(default="")
    # What the browser is known by, over many sessions.
    browser_hash: Mapped[str | None]
    # When he last showed the second factor.
    proved_at: Mapped[datetime] = mapped_column(default=now)

    operator: Mapped[Operator] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def open(cls, operator: Operator, ip: str, device: str, browser: str = "") -> tuple["OperatorSession", str]:
        """Let somebody in who has just shown the second factor.  Gives the session and the cookie's value, kept nowhere."""
        token = new_token()
        session = cls(operator=operator, token_hash=fingerprint(token), ip=ip, device=device[:300])
        session.browser_hash = fingerprint(browser) if browser else None
        db.session.add(session)
        db.session.flush()
        return session, token

    @classmethod
    def of_token(cls, token: str | None) -> "OperatorSession | None":
        """The session that a cookie opens, if it still does."""
        session = db.session.scalar(sa.select(cls).where(cls.token_hash == fingerprint(token or "")))
        return session if session and session.is_open else None

    @classmethod
    def of_operator(cls, operator: Operator) -> "list[OperatorSession]":
        """An operator's open sessions, last used first."""
        mine = cls.not_ended(operator).order_by(cls.last_used_at.desc())
        return [session for session in db.session.scalars(mine) if session.is_open]

    @classmethod
    def not_ended(cls, operator: Operator) -> sa.Select:
        return sa.select(cls).where(cls.operator_id == operator.id, cls.ended_at.is_(None), cls.created_at > now() - LASTS)

    @classmethod
    def last_seen(cls) -> dict[int, datetime]:
        """When each operator was last here, by his number."""
        rows = db.session.execute(sa.select(cls.operator_id, sa.func.max(cls.last_used_at)).group_by(cls.operator_id))
        return dict(rows.all())

    @classmethod
    def knows(cls, operator: Operator, browser: str) -> bool:
        """Whether he has signed in with this browser before, or never with any."""
        earlier = sa.select(cls.browser_hash == fingerprint(browser)).where(
            cls.operator_id == operator.id, cls.browser_hash.is_not(None)
        )
        found = list(db.session.scalars(earlier))
        return not found or any(found)

    @classmethod
    def has_come_with(cls, operator: Operator, browser: str) -> bool:
        """Whether he has signed in with this browser before."""
        with_it = sa.exists().where(cls.operator_id == operator.id, cls.browser_hash == fingerprint(browser))
        return bool(browser) and db.session.scalar(sa.select(with_it))

    @property
    def is_open(self) -> bool:
        in_time = now() - self.created_at < LASTS and now() - self.last_used_at < IDLE
        return self.ended_at is None and in_time and self.operator.is_active

    @property
    def is_proved(self) -> bool:
        """Whether the second factor was shown a moment ago, as dangerous deeds want it (ASVS 7.5.3)."""
        return now() - self.proved_at < PROOF_LASTS

    def used(self) -> None:
        if now() - self.last_used_at > _NOTED_EVERY:
            self.last_used_at = now()

    def proved(self) -> None:
        self.proved_at = now()

    def end(self) -> None:
        if self.ended_at is None:
            self.ended_at = now()


def end_sessions(operator: Operator, but: OperatorSession | None = None) -> None:
    """End all of an operator's sessions, or all but the one he is using: also those of who is disabled meanwhile."""
    for session in db.session.scalars(OperatorSession.not_ended(operator)):
        if session is not but:
            session.end()


def session_of(operator: Operator, id: int) -> OperatorSession:
    """One of his open sessions.  Raises NotFound."""
    session = db.session.get(OperatorSession, id)
    if session is None or session.operator_id != operator.id or not session.is_open:
        raise NotFound
    return session
