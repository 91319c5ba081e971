"""Provisioning: a company's own directory adds, changes and takes off its people (RFC 7643, 7644).

The directory comes with a token of the company's, which may do to people what an administrator may: only an
administrator makes one.  All it writes queues behind the company's tokens, so that two requests never see half of
each other.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import TenantModel, db, identity, lock
from core.errors import NotFound, Refusal
from core.tokens import fingerprint, new_token
from tenants.companies.company import current_company
from tenants.people.members import Member
from tenants.people.roles import Role

AT_MOST = 10
# Writing the time of last use at each request would be a write for each request.
_NOTED_EVERY = timedelta(minutes=1)


class TooManyTokens(Refusal):
    code = "too_many_tokens"
    message = _l("A company has {count} tokens at most. Revoke one that is not used any more first.")


class ProvisioningToken(TenantModel):
    """What a directory shows to be let in.  Only its hash is kept."""

    __tablename__ = "provisioning_token"

    id: Mapped[int] = identity()
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    made_by: Mapped[Member] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def make(cls, name: str, by: Member) -> tuple["ProvisioningToken", str]:
        """A new one, and the text that opens the door, which is kept nowhere.  Raises BeyondOwnRights, TooManyTokens."""
        by.need_all_of(Role.keyed("administrator"))
        # Two who make one at the same time queue, and the second counts the first's.
        lock(by)
        if len(cls.valid()) >= AT_MOST:
            raise TooManyTokens(count=AT_MOST)
        secret = new_token()
        token = cls(name=name, token_hash=fingerprint(secret), made_by_id=by.id)
        db.session.add(token)
        db.session.flush()
        return token, f"{current_company().id}.{secret}"

    @classmethod
    def valid(cls) -> list["ProvisioningToken"]:
        """Those that open the door, oldest first."""
        return list(db.session.scalars(sa.select(cls).where(cls.revoked_at.is_(None)).order_by(cls.id)))

    @classmethod
    def of_secret(cls, secret: str) -> "ProvisioningToken | None":
        return db.session.scalar(sa.select(cls).where(cls.token_hash == fingerprint(secret), cls.revoked_at.is_(None)))

    @classmethod
    def numbered(cls, id: int) -> "ProvisioningToken":
        """Raises NotFound, also for a revoked one."""
        token = db.session.get(cls, id)
        if token is None or token.revoked_at is not None:
            raise NotFound
        return token

    def used(self) -> None:
        if self.last_used_at is None or now() - self.last_used_at > _NOTED_EVERY:
            self.last_used_at = now()

    def revoke(self) -> None:
        """From now on it opens nothing."""
        self.revoked_at = now()

    def hold(self) -> bool:
        """Wait for whatever else provisioning is writing.  False when this token was revoked meanwhile."""
        rows = sa.select(ProvisioningToken.id, ProvisioningToken.revoked_at).order_by(ProvisioningToken.id).with_for_update()
        return any(id == self.id and revoked_at is None for id, revoked_at in db.session.execute(rows))
