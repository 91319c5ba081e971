"""The door for mails that come in: the mail server hands each one over, signed (docs/operations.md).

`POST /mail/incoming` with the mail's bytes, and `Laike-Signature: t=…,v1=…`: the time in seconds, and HMAC-SHA256 over
`time.mail` with `INCOMING_MAIL_SECRET`.  204 says that we are done with it, whatever became of it: who bounced mails to
forged addresses would send them to strangers.
"""

import hashlib
import hmac
import logging

from flask import Blueprint, abort, current_app, request

from chat.offline.mail_threads import Thread
from chat.offline.messages import OfflineMessage
from core.clock import now
from core.db import db, transaction
from core.incoming_mail import IncomingMail
from tenants.companies.directory import directory

log = logging.getLogger(__name__)

incoming_mails = Blueprint("incoming_mails", __name__, url_prefix="/mail")

# What mail servers usually let through; a bigger one they refuse themselves, and tell who sent it.
LARGEST = 10_240_000
FRESH_SECONDS = 300


@incoming_mails.post("/incoming")
def create():
    secret = current_app.config["INCOMING_MAIL_SECRET"]
    if not secret:
        abort(404)
    request.max_content_length = LARGEST
    # Nothing is read for who does not even say how much there is, or shows nothing signed.
    if request.content_length is None:
        abort(411)
    said = _signature(request.headers.get("Laike-Signature", ""))
    raw = request.get_data(cache=False) if said else b""
    if not said or not _is_signed(raw, *said, secret):
        abort(403)
    receive(raw)
    return "", 204


def receive(raw: bytes) -> bool:
    """Put an answer into its thread.  False for what is no answer to any of ours.  Raises TooManyTries."""
    letter = IncomingMail.read(raw)
    thread = Thread.named_in(letter.addressed_to) if letter is not None else None
    # Our own mails, come back from somewhere, bear a thread in their number.
    if thread is None or letter.is_automatic or Thread.named_in(letter.id):
        log.info("mail not kept thread=%s automatic=%s", thread, letter and letter.is_automatic)
        return False
    company = directory().numbered(thread.company_id)
    if company is None:
        return False
    with company.entered(), transaction():
        message = db.session.get(OfflineMessage, thread.offline_message_id)
        if message is not None:
            message.receive(letter)
    return message is not None


def signature_of(raw: bytes, at: int, secret: str) -> str:
    """The header of a mail handed over at that second."""
    return f"t={at},v1={_digest(raw, str(at), secret)}"


def _signature(header: str) -> tuple[str, str] | None:
    """The time and the digest of a signature that is still fresh, or None."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    at, digest = parts.get("t", ""), parts.get("v1", "")
    is_fresh = at.isascii() and at.isdecimal() and len(at) < 12 and abs(now().timestamp() - int(at)) <= FRESH_SECONDS
    return (at, digest) if is_fresh else None


def _is_signed(raw: bytes, at: str, digest: str, secret: str) -> bool:
    return hmac.compare_digest(_digest(raw, at, secret).encode(), digest.encode())


def _digest(raw: bytes, at: str, secret: str) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + raw, hashlib.sha256).hexdigest()
