"""Mails that go out and come back, in tests."""

import email
from email import policy
from email.message import EmailMessage

from core import mail


def caught() -> list[EmailMessage]:
    """Mails that were sent, the oldest first."""
    files = sorted(mail.caught_folder().glob("*.eml"))
    return [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]


def caught_for(address: str) -> list[EmailMessage]:
    return [one for one in caught() if one["To"] == address]


def answer_to(sent: EmailMessage, text: str, **headers: str | None) -> bytes:
    """What a mail program makes of "Reply".  A header that is None is left out."""
    answer = EmailMessage()
    quoted = "\n".join(f"> {line}" for line in sent.get_content().splitlines())
    usual = {
        "From": sent["To"],
        "To": sent["Reply-To"],
        "Subject": f"Re: {sent['Subject']}",
        "Message-ID": "<answer-1@mail.example>",
        "In-Reply-To": sent["Message-ID"],
    }
    for name, value in (usual | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        if value is not None:
            answer[name] = value
    answer.set_content(f"{text}\n\nOn Mon, 23 Nov 2026 at 09:00, Acme <no-reply@localhost> wrote:\n{quoted}\n")
    return bytes(answer)
