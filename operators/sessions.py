"""Sign-in sessions of operators: short, and with the time at which the second factor was last shown."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import PlatformModel, db, identity
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
    # When he last showed the second factor.
    proved_at: Mapped[datetime] = mapped_column(default=now)

    operator: Mapped[Operator] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def open(cls, operator: Operator, ip: str, device: str) -> tuple["OperatorSession", str]:
        """Let somebody in who has just shown the second factor.  Gives the session and the cookie's value, kept nowhere."""
        token = new_token()
        session = cls(operator=operator, token_hash=fingerprint(token), ip=ip, device=device[:300])
        db.session.add(session)
        db.session.flush()
        return session, token

    @classmethod
    def of_token(cls, token: str | None) -> "OperatorSession | None":
        """The session that a cookie opens, if it still does."""
        session = db.session.scalar(sa.select(cls).where(cls.token_hash == fingerprint(token or "")))
        return session if session and session.is_open else None

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

    def end(self) -> None:
        if self.ended_at is None:
            self.ended_at = now()
