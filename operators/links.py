"""Links by which an operator comes in for the first time, or after a reset: once, within three days."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import PlatformModel, db, identity
from core.errors import Refusal
from core.tokens import fingerprint, new_token
from operators.operator import Operator

LASTS = timedelta(hours=72)


class OperatorLinkUsedUp(Refusal):
    code = "link_used_up"
    message = _l("This link has been used or is too old. Ask an owner of the platform for a new one.")
    status = 410


class OperatorLink(PlatformModel):
    """A secret that lets an operator choose a password and a second factor."""

    __tablename__ = "operator_link"

    id: Mapped[int] = identity()
    operator_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.operator.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    operator: Mapped[Operator] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def make(cls, operator: Operator) -> str:
        """A new link's token; earlier ones stop working."""
        cls.end_all(operator)
        token = new_token()
        db.session.add(cls(operator=operator, token_hash=fingerprint(token), expires_at=now() + LASTS))
        return token

    @classmethod
    def end_all(cls, operator: Operator) -> None:
        unused = sa.update(cls).where(cls.operator_id == operator.id, cls.used_at.is_(None))
        db.session.execute(unused.values(used_at=now()))

    @classmethod
    def find(cls, token: str, to_use: bool = False) -> "OperatorLink":
        """The link behind a token, locked if it is to be used.  Raises OperatorLinkUsedUp."""
        query = sa.select(cls).where(cls.token_hash == fingerprint(token))
        link = db.session.scalar(query.with_for_update(of=cls) if to_use else query)
        if link is None or link.used_at or link.expires_at <= now() or not link.operator.is_active:
            raise OperatorLinkUsedUp
        return link
