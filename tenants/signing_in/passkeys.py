"""A member's passkeys (core/passkeys.py).  The handle kept in one names the company and the member, as numbers."""

import re

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import passkeys
from core.db import TenantModel, db, identity
from core.passkeys import DeviceKey, handle_in
from tenants.companies.company import current_company
from tenants.people.members import Member

_HANDLE = re.compile(rb"([0-9]{1,18})\.([0-9]{1,18})\Z")


class Passkey(DeviceKey, TenantModel):
    """One of a member's keys."""

    __tablename__ = "passkey"

    id: Mapped[int] = identity()
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)

    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def of(cls, member: Member) -> "list[Passkey]":
        return list(db.session.scalars(sa.select(cls).where(cls.member_id == member.id).order_by(cls.id)))

    @classmethod
    def remove_all(cls, member: Member) -> None:
        db.session.execute(sa.delete(cls).where(cls.member_id == member.id))

    @classmethod
    def register(cls, member: Member, credential: str, challenge: str, name: str) -> "Passkey":
        """Keep the key a browser has made for this challenge.  Raises PasskeyRefused, TooManyPasskeys."""
        return cls.keep(credential, challenge, _origin(), name, others=cls.of(member), member_id=member.id)

    @classmethod
    def proving(cls, credential: str, challenge: str) -> "Passkey":
        """The key with which a browser has signed this challenge, used now.  Raises PasskeyRefused."""
        return cls.signed_with(credential, challenge, _origin())

    @property
    def opens(self) -> bool:
        return self.member.removed_at is None


def making_options(member: Member) -> tuple[str, str]:
    """What a browser needs to make a key for a member, as JSON; and the challenge to be kept."""
    company = current_company()
    name = member.email or f"{company.company_id} {member.number}"
    return passkeys.making_options(_origin(), f"{company.id}.{member.id}", name, member.name, Passkey.of(member))


def using_options(keys: list[Passkey] = ()) -> tuple[str, str]:
    """What a browser needs to sign with one of these keys, or with whichever it has; and the challenge to be kept."""
    return passkeys.using_options(_origin(), keys)


def whose(credential: str) -> tuple[int, int] | None:
    """The numbers of the company and the member that a key says it is for: where to look, no proof."""
    found = _HANDLE.match(handle_in(credential))
    return (int(found[1]), int(found[2])) if found else None


def _origin() -> str:
    return current_app.config["PUBLIC_URL"].rstrip("/")
