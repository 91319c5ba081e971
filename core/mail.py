"""Mail out: to an SMTP server, or in development to a folder that a page shows.

`MAIL_URL` decides: `smtp://user:password@host:587` (STARTTLS), `smtps://…:465`, or `catcher:` for the folder.
"""

import smtplib
import ssl
import uuid
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app

from core.clock import now


def compose(to: str, subject: str, text: str, reply_to: str | None = None) -> EmailMessage:
    """A plain mail from the platform.  EmailMessage refuses line breaks in headers, so hostile subjects cannot add any."""
    mail = EmailMessage()
    mail["From"] = current_app.config["MAIL_FROM"]
    mail["To"] = to
    mail["Subject"] = " ".join(subject.split())
    mail["Date"] = formatdate()
    mail["Message-ID"] = make_msgid(domain=urlsplit(current_app.config["PUBLIC_URL"]).hostname)
    if reply_to:
        mail["Reply-To"] = reply_to
    mail.set_content(text)
    return mail


def send(mail: EmailMessage) -> None:
    """Hand a mail over.  Raises OSError or smtplib.SMTPException when that fails; the outbox tries again."""
    url = urlsplit(current_app.config["MAIL_URL"])
    if url.scheme == "catcher":
        _catch(mail)
    else:
        _send_by_smtp(mail, url)


def caught_folder() -> Path:
    """Where the catcher keeps mails, newest last by name."""
    return Path(current_app.config["FILES_DIR"]) / "caught"


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
