"""The devices a member has signed in on, so that he hears of a new one, and may be spared the second factor on an old one.

A device is known by a random token in a cookie; each member of each company has a row of his own for it.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import TenantModel, db, identity
from core.tokens import fingerprint
from tenants.people.members import Member

TRUSTED_FOR = timedelta(days=30)


class KnownDevice(TenantModel):
    """A browser that a member has signed in with."""

    __tablename__ = "known_device"
    __table_args__ = (sa.UniqueConstraint("member_id", "token_hash"),)

    id: Mapped[int] = identity()
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    token_hash: Mapped[str]
    device: Mapped[str] = mapped_column(default="")
    ip: Mapped[str] = mapped_column(default="")
    first_seen_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    # Until then his second factor is not asked for here.
    trusted_until: Mapped[datetime | None]

    @classmethod
    def of(cls, member: Member, token: str) -> "KnownDevice | None":
        return db.session.scalar(sa.select(cls).where(cls.member_id == member.id, cls.token_hash == fingerprint(token)))

    @classmethod
    def all_of(cls, member: Member) -> "list[KnownDevice]":
        """Those he used last first."""
        return list(db.session.scalars(sa.select(cls).where(cls.member_id == member.id).order_by(cls.last_seen_at.desc())))

    @classmethod
    def seen(cls, member: Member, token: str, device: str, ip: str) -> bool:
        """Note that he has signed in with this one.  Says whether it is new, while he had others before."""
        knew_others = db.session.scalar(sa.select(cls.id).where(cls.member_id == member.id).limit(1)) is not None
        moment = now()
        row = insert(cls).values(
            member_id=member.id,
            token_hash=fingerprint(token),
            device=device[:300],
            ip=ip,
            first_seen_at=moment,
            last_seen_at=moment,
        )
        again = {"last_seen_at": moment, "device": device[:300], "ip": ip}
        row = row.on_conflict_do_update(constraint="uq_known_device_member_id", set_=again).returning(cls.first_seen_at)
        return db.session.scalar(row) == moment and knew_others

    @classmethod
    def trusted_by(cls, member: Member) -> "list[KnownDevice]":
        """Those on which the second factor is not asked for now."""
        return [device for device in cls.all_of(member) if device.is_trusted]

    @classmethod
    def forget_trust(cls, member: Member) -> None:
        """From now on the second factor is asked for everywhere again."""
        db.session.execute(sa.update(cls).where(cls.member_id == member.id).values(trusted_until=None))

    @property
    def is_trusted(self) -> bool:
        return self.trusted_until is not None and self.trusted_until > now()

    def trust(self) -> None:
        self.trusted_until = now() + TRUSTED_FOR
