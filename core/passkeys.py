"""Passkeys (WebAuthn level 3): a key that never leaves a person's device, as the second step or instead of the password.

The device asks for finger, face or PIN each time (user verification), so that a passkey alone is two factors.  It counts
for one origin only; the handle kept in it says whose it is, but what proves anything is the signature.
"""

from datetime import datetime
from typing import NamedTuple, Self
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
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
from core.db import db
from core.errors import Refusal
from core.text import tidy

AT_MOST = 10
CHALLENGE_SECONDS = 600


class PasskeyRefused(Refusal):
    code = "passkey_refused"
    message = _l("This passkey was not accepted. Try again, or sign in another way.")
    status = 422


class TooManyPasskeys(Refusal):
    code = "too_many_passkeys"
    message = _l("You have {count} passkeys. Remove one first.")


class DeviceKey:
    """One of a person's keys.  Part of a model that says in `opens` whether the person may come in at all."""

    opens: bool

    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), default=list)
    name: Mapped[str] = mapped_column(default="")
    # Whether its maker keeps a copy elsewhere, as phones do.
    is_backed_up: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_used_at: Mapped[datetime | None]

    @classmethod
    def keep(cls, credential: str, challenge: str, origin: str, name: str, others: "list[Self]", **owner) -> Self:
        """Keep the key a browser has made for this challenge, beside a person's `others`.

        Raises PasskeyRefused, TooManyPasskeys.
        """
        if len(others) >= AT_MOST:
            raise TooManyPasskeys(count=AT_MOST)
        try:
            made = verify_registration_response(
                credential=credential,
                expected_challenge=_in_time(challenge).text,
                expected_rp_id=_host(origin),
                expected_origin=origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError) as error:
            raise PasskeyRefused from error
        key = cls(
            **owner,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            name=tidy(name, 80),
            is_backed_up=made.credential_backed_up,
        )
        return key._kept()

    @classmethod
    def signed_with(cls, credential: str, challenge: str, origin: str) -> Self:
        """The key with which a browser has signed this challenge, used now.  Raises PasskeyRefused."""
        try:
            asked, shown = _in_time(challenge), parse_authentication_credential_json(credential)
            # Two uses of one key queue: the second must show a larger count, if the key counts.
            key = db.session.scalar(sa.select(cls).where(cls.credential_id == shown.raw_id).with_for_update(of=cls))
            if key is None or not key.opens or (key.last_used_at and asked.at <= key.last_used_at.timestamp()):
                raise PasskeyRefused
            used = verify_authentication_response(
                credential=shown,
                expected_challenge=asked.text,
                expected_rp_id=_host(origin),
                expected_origin=origin,
                credential_public_key=key.public_key,
                credential_current_sign_count=key.sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError) as error:
            raise PasskeyRefused from error
        key.sign_count, key.last_used_at = used.new_sign_count, now()
        return key

    def _kept(self) -> Self:
        try:
            with db.session.begin_nested():
                db.session.add(self)
        except sa.exc.IntegrityError as error:
            raise PasskeyRefused from error
        return self


def making_options(origin: str, handle: str, name: str, display_name: str, others: list[DeviceKey]) -> tuple[str, str]:
    """What a browser needs to make a key for a person who has `others`, as JSON; and the challenge to be kept."""
    options = generate_registration_options(
        rp_id=_host(origin),
        rp_name="Laike",
        user_id=handle.encode(),
        user_name=name,
        user_display_name=display_name,
        exclude_credentials=_descriptors(others),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return options_to_json(options), _to_keep(options.challenge)


def using_options(origin: str, keys: list[DeviceKey] = ()) -> tuple[str, str]:
    """What a browser needs to sign with one of these keys, or with whichever it has; and the challenge to be kept."""
    options = generate_authentication_options(
        rp_id=_host(origin), allow_credentials=_descriptors(keys), user_verification=UserVerificationRequirement.REQUIRED
    )
    return options_to_json(options), _to_keep(options.challenge)


def handle_in(credential: str) -> bytes:
    """Whose a key says it is: where to look, no proof."""
    try:
        return parse_authentication_credential_json(credential).response.user_handle or b""
    except (WebAuthnException, ValueError):
        return b""


class _Challenge(NamedTuple):
    """What a key has to sign, and when it was asked to: a moment ago, and after its last use.

    The browser keeps it in its signed cookie, of which somebody may have a copy: this is what makes it count once.
    """

    text: bytes
    at: float


def _to_keep(challenge: bytes) -> str:
    return f"{now().timestamp():.6f} {bytes_to_base64url(challenge)}"


def _in_time(kept: str) -> _Challenge:
    """Raises PasskeyRefused for one that is too old."""
    at, _space, text = kept.partition(" ")
    if now().timestamp() - float(at) > CHALLENGE_SECONDS:
        raise PasskeyRefused
    return _Challenge(base64url_to_bytes(text), float(at))


def _descriptors(keys: list[DeviceKey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=key.credential_id) for key in keys]


def _host(origin: str) -> str:
    return urlsplit(origin).hostname
