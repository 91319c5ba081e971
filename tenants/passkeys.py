"""Passkeys (WebAuthn level 3): a key that never leaves the member's device, as the second step or instead of the password.

The device asks for finger, face or PIN each time (user verification), so that a passkey alone is two factors.  The handle
kept in it names the company and the member, as numbers; what proves anything is the signature.
"""

import re
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from core.clock import now
from core.db import TenantModel, db, identity
from core.errors import Refusal
from core.text import tidy
from tenants.company import current_company
from tenants.members import Member

AT_MOST = 10
_HANDLE = re.compile(rb"([0-9]{1,18})\.([0-9]{1,18})\Z")


class PasskeyRefused(Refusal):
    code = "passkey_refused"
    message = _l("This passkey was not accepted. Try again, or sign in another way.")
    status = 422


class TooManyPasskeys(Refusal):
    code = "too_many_passkeys"
    message = _l("You have {count} passkeys. Remove one first.")


class Passkey(TenantModel):
    """One of a member's keys."""

    __tablename__ = "passkey"

    id: Mapped[int] = identity()
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), default=list)
    name: Mapped[str] = mapped_column(default="")
    # Whether its maker keeps a copy elsewhere, as phones do.
    is_backed_up: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_used_at: Mapped[datetime | None]

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
        if len(cls.of(member)) >= AT_MOST:
            raise TooManyPasskeys(count=AT_MOST)
        try:
            made = verify_registration_response(
                credential=credential,
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=_host(),
                expected_origin=_origin(),
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError) as error:
            raise PasskeyRefused from error
        passkey = cls(
            member_id=member.id,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            name=tidy(name, 80),
            is_backed_up=made.credential_backed_up,
        )
        return passkey._kept()

    @classmethod
    def proving(cls, credential: str, challenge: str) -> "Passkey":
        """The key with which a browser has signed this challenge, used now.  Raises PasskeyRefused."""
        try:
            shown = parse_authentication_credential_json(credential)
            # Two uses of one key queue: the second must show a larger count, if the key counts.
            passkey = db.session.scalar(sa.select(cls).where(cls.credential_id == shown.raw_id).with_for_update(of=cls))
            if passkey is None or passkey.member.removed_at is not None:
                raise PasskeyRefused
            used = verify_authentication_response(
                credential=shown,
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=_host(),
                expected_origin=_origin(),
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError) as error:
            raise PasskeyRefused from error
        passkey.sign_count, passkey.last_used_at = used.new_sign_count, now()
        return passkey

    def _kept(self) -> "Passkey":
        try:
            with db.session.begin_nested():
                db.session.add(self)
        except sa.exc.IntegrityError as error:
            raise PasskeyRefused from error
        return self


def making_options(member: Member) -> tuple[str, str]:
    """What a browser needs to make a key for a member, as JSON; and the challenge to be kept."""
    options = generate_registration_options(
        rp_id=_host(),
        rp_name="Laike",
        user_id=f"{current_company().id}.{member.id}".encode(),
        user_name=member.email or f"{current_company().company_id} {member.number}",
        user_display_name=member.name,
        exclude_credentials=_descriptors(Passkey.of(member)),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return options_to_json(options), bytes_to_base64url(options.challenge)


def using_options(passkeys: list[Passkey] = ()) -> tuple[str, str]:
    """What a browser needs to sign with one of these keys, or with whichever it has; and the challenge to be kept."""
    options = generate_authentication_options(
        rp_id=_host(), allow_credentials=_descriptors(passkeys), user_verification=UserVerificationRequirement.REQUIRED
    )
    return options_to_json(options), bytes_to_base64url(options.challenge)


def whose(credential: str) -> tuple[int, int] | None:
    """The numbers of the company and the member that a key says it is for: where to look, no proof."""
    try:
        handle = parse_authentication_credential_json(credential).response.user_handle
    except (WebAuthnException, ValueError):
        return None
    found = _HANDLE.match(handle or b"")
    return (int(found[1]), int(found[2])) if found else None


def _descriptors(passkeys: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in passkeys]


def _host() -> str:
    return urlsplit(current_app.config["PUBLIC_URL"]).hostname


def _origin() -> str:
    return current_app.config["PUBLIC_URL"].rstrip("/")
