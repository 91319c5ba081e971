"""Mail out: to an SMTP server, or in development to a folder that a page shows.

`MAIL_URL` decides: `smtp://user:password@host:587` (STARTTLS), `smtps://…:465`, or `catcher:` for the folder.
"""

import re
import smtplib
import ssl
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app

from core.clock import now
from core.events import dataclass_event, publish
from core.text import masked_email

_MAIL_ID = re.compile(r"<[^<>\s]{1,250}>\Z")
_noting: ContextVar[list[dict] | None] = ContextVar("noting", default=None)


@dataclass_event
class MailSent:
    """A mail was handed over, by the company in force if there is one."""


def compose(
    to: str, subject: str, text: str, reply_to: str | None = None, on_behalf_of: str = "", is_automatic: bool = False
) -> EmailMessage:
    """A plain mail from the platform.  EmailMessage refuses line breaks in headers, so hostile subjects cannot add any.

    `on_behalf_of` stands before the platform's name, whatever is in it.  `is_automatic` tells answering machines that
    nobody is there to be answered (RFC 3834).
    """
    mail = EmailMessage()
    mail["From"] = _sender(on_behalf_of)
    mail["To"] = to
    mail["Subject"] = " ".join(subject.split())
    mail["Date"] = formatdate()
    mail["Message-ID"] = make_msgid(domain=urlsplit(current_app.config["PUBLIC_URL"]).hostname)
    if reply_to:
        mail["Reply-To"] = reply_to
    if is_automatic:
        mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    return mail


def is_mail_id(text: str | None) -> bool:
    """Whether this is a Message-ID that may stand in a header of ours."""
    return bool(_MAIL_ID.match(text or "")) and text.isascii()


def send(mail: EmailMessage) -> None:
    """Hand a mail over.  Raises OSError or smtplib.SMTPException when that fails; the outbox tries again.

    What is to be asked before ("before sending mail" of the app) may refuse.
    """
    current_app.extensions.get("before sending mail", lambda: None)()
    url = urlsplit(current_app.config["MAIL_URL"])
    if url.scheme == "catcher":
        _catch(mail)
    else:
        _send_by_smtp(mail, url)
    # At once, not after a commit: no rollback calls a mail back.
    publish(MailSent())
    noting = _noting.get()
    if noting is not None:
        noting.append({"to": masked_email(mail["To"]), "id": mail["Message-ID"]})


@contextmanager
def noted() -> Iterator[list[dict]]:
    """Which mails are handed over meanwhile: {"to": the masked address, "id": the Message-ID} for each."""
    token = _noting.set([])
    try:
        yield _noting.get()
    finally:
        _noting.reset(token)


def caught_folder() -> Path:
    """Where the catcher keeps mails, newest last by name."""
    return Path(current_app.config["FILES_DIR"]) / "caught"


def is_caught() -> bool:
    """Whether mails are kept here instead of being sent: in development."""
    return current_app.config["MAIL_URL"].startswith("catcher:")


def _sender(on_behalf_of: str) -> Address:
    platform, address = parseaddr(current_app.config["MAIL_FROM"])
    return Address(f"{' '.join(on_behalf_of.split())} ({platform})" if on_behalf_of else platform, addr_spec=address)


def _catch(mail: EmailMessage) -> None:
    folder = caught_folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{now():%Y%m%d%H%M%S%f}-{uuid.uuid4().hex[:8]}.eml").write_bytes(bytes(mail))


def _send_by_smtp(mail: EmailMessage, url) -> None:
    secure = ssl.create_default_context()
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(url.hostname, url.port or 465, timeout=20, context=secure)
    else:
        server = smtplib.SMTP(url.hostname, url.port or 25, timeout=20)
    with server:
        if url.scheme == "smtp" and url.username:
            server.starttls(context=secure)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(mail)
