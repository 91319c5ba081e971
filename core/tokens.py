"""Secrets that travel: random ones kept as hashes, signed ones that carry their meaning, and sealed ones we must read again."""

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer


def new_token() -> str:
    """256 random bits, fit for a URL or a cookie."""
    return secrets.token_urlsafe(32)


def fingerprint(token: str) -> str:
    """What the database keeps of a random token.  Plain SHA-256 will do: the token cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign(purpose: str, meaning) -> str:
    """`meaning` (JSON) as a token only this installation can have made, for this purpose alone."""
    return _serializer(purpose).dumps(meaning)


def read_signed(purpose: str, token: str | None, max_age: int | None = None):
    """The meaning of a token made by `sign` for the same purpose, or None when it is forged or older than `max_age` seconds."""
    try:
        return _serializer(purpose).loads(token or "", max_age=max_age)
    except BadSignature:
        return None


def mark(purpose: str, text: str) -> str:
    """A mark of `text` only this installation can have made: 120 bits in small letters and digits, fit for a mail address."""
    return _mark(current_app.config["SECRET_KEY"], purpose, text)


def is_marked(purpose: str, text: str, marked: str) -> bool:
    """Whether `mark` made this for the same purpose and text, also with a key that was replaced since."""
    keys = current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]
    return any(hmac.compare_digest(_mark(key, purpose, text), marked) for key in keys)


def seal(purpose: str, text: str) -> str:
    """`text` encrypted, so that a copy of the database alone does not tell it."""
    return _sealer(purpose).encrypt(text.encode()).decode()


def unseal(purpose: str, sealed: str) -> str | None:
    """What was sealed for the same purpose, or None when another installation sealed it."""
    try:
        return _sealer(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def is_under_todays_key(purpose: str, sealed: str) -> bool:
    """Whether it can be read without any of the earlier keys."""
    try:
        return bool(_sealers(purpose)[0].decrypt(sealed.encode()))
    except InvalidToken:
        return False


def _mark(key: str, purpose: str, text: str) -> str:
    digest = hmac.digest(key.encode(), f"mark {purpose} {text}".encode(), "sha256")
    return base64.b32encode(digest[:15]).decode().lower()


def _sealer(purpose: str) -> MultiFernet:
    return MultiFernet(_sealers(purpose))


def _sealers(purpose: str) -> list[Fernet]:
    # Newest first: the first key seals, all of them open.
    keys = [current_app.config["SECRET_KEY"], *reversed(current_app.config["SECRET_KEY_FALLBACKS"])]
    digests = [hmac.digest(key.encode(), f"seal {purpose}".encode(), "sha256") for key in keys]
    return [Fernet(base64.urlsafe_b64encode(digest)) for digest in digests]


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    # Oldest first: the last key signs, all of them verify.
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt=purpose)
