"""Answers to offline messages by mail, and what comes back: a thread (L-07, L-09, L-13)."""

import smtplib
import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from chat.offline.mail_threads import Thread
from core import mail
from core.clock import now
from core.db import TenantModel, db, identity, lock
from core.errors import Invalid, NotFound, Refusal
from core.incoming_mail import IncomingMail
from core.jobs import job
from core.limits import count_try
from core.pages import language_of
from core.text import tidy, tidy_lines
from tenants.companies.company import current_company
from tenants.people.members import Member

AT_MOST = 10_000
TRIES = 5
# Whoever has got hold of an account, or of a thread's address, makes no flood of mails.
ANSWERS = "200 per hour"
INCOMING = "60 per hour"


class NoAddress(Refusal):
    code = "no_mail_address"
    message = _l("This visitor left no e-mail address. Call the phone number instead.")


class Answerable:
    """Its thread: what agents answered by mail, and what the visitor wrote back.  Part of OfflineMessage."""

    @declared_attr
    def replies(cls) -> Mapped[list["OfflineReply"]]:
        return relationship(
            "OfflineReply",
            lazy="selectin",
            order_by="OfflineReply.id",
            back_populates="offline_message",
            passive_deletes="all",
        )

    @property
    def thread(self) -> Thread:
        return Thread(current_company().id, self.id)

    def reply(self, by: Member, client_id: uuid.UUID, text: str) -> "OfflineReply":
        """Answer by mail.  The same one again is harmless, and tries once more what has failed.

        Nobody's yet, it is his who answers.  Raises NoAddress, Invalid, TooManyTries.
        """
        if not self.email:
            raise NoAddress
        text = tidy_lines(text, AT_MOST)
        if not text:
            raise Invalid(text=_("Write your answer."))
        lock(self)
        known = db.session.scalar(sa.select(OfflineReply).where(OfflineReply.client_id == client_id))
        if known is not None:
            return self._again(known)
        count_try(ANSWERS, "offline answers", current_company().id)
        reply = OfflineReply(client_id=client_id, offline_message=self, author=by, text=text)
        db.session.add(reply)
        db.session.flush()
        if self.assigned_person is None:
            self.assign(by)
        reply.post()
        return reply

    def receive(self, letter: IncomingMail) -> None:
        """Put what the visitor wrote back into the thread: then it is to be handled again.  Delivered twice, it is there once.

        Raises TooManyTries.
        """
        count_try(INCOMING, "incoming mails", current_company().id, self.id)
        lock(self)
        if any(reply.mail_id == letter.id for reply in self.replies):
            return
        text = letter.text or _("(This mail has no text.)")
        if letter.attachments:
            with force_locale(current_company().language):
                text += "\n\n" + _("(Its attachments were not kept.)")
        sender = "" if letter.sender == self.email else tidy(letter.sender, 254)
        db.session.add(OfflineReply(offline_message=self, mail_id=letter.id, sender=sender, text=tidy_lines(text, AT_MOST)))
        db.session.flush()
        self.reopen()
        self.changed()
        _announce(self.id)

    def _again(self, known: "OfflineReply") -> "OfflineReply":
        if known.offline_message_id != self.id:
            raise NotFound
        if known.failed_at is not None:
            known.post()
        return known


class OfflineReply(TenantModel):
    """One mail of a thread: an agent's, on its way, gone or failed; or the visitor's, who has no author's name here."""

    __tablename__ = "offline_reply"
    __table_args__ = (sa.UniqueConstraint("offline_message_id", "mail_id"),)

    id: Mapped[int] = identity()
    offline_message_id: Mapped[int] = mapped_column(sa.ForeignKey("offline_message.id", ondelete="CASCADE"))
    client_id: Mapped[uuid.UUID | None] = mapped_column(unique=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    # Of what came back: its Message-ID, and from where, if that is not the address he left.
    mail_id: Mapped[str | None]
    sender: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)

    offline_message: Mapped["OfflineMessage"] = relationship(back_populates="replies")  # noqa: F821
    author: Mapped[Member | None] = relationship(lazy="joined")

    @property
    def state(self) -> str:
        if self.author_id is None:
            return "received"
        if self.sent_at is not None:
            return "sent"
        return "sending" if self.failed_at is None else "failed"

    def post(self) -> None:
        """Send it soon, as if it had never been tried."""
        self.failed_at, self.failure, self.tries = None, "", 0
        self.offline_message.changed()
        send_offline_reply.later(offline_reply_id=self.id)

    def send(self) -> None:
        """Try to hand it to the mail server.  What failed for now is tried again later; what is refused for good is not."""
        lock(self)
        if self.state != "sending":
            return
        self.tries += 1
        try:
            mail.send(self.letter())
        except (OSError, smtplib.SMTPException) as error:
            self._put_off(error)
        else:
            self.sent_at = now()
        self.offline_message.changed()

    def letter(self):
        """The mail, in the visitor's language.  The same Message-ID each time: sent twice, mail programs show it once."""
        message, company = self.offline_message, current_company()
        with force_locale(language_of(message.visitor.language)):
            text = render_template("chat/mail/offline_reply.txt", reply=self, message=message, company=company)
            subject = _("Your message to %(company)s", company=company.name)
        letter = mail.compose(message.email, subject, text, reply_to=self._reply_to(), on_behalf_of=company.name)
        letter.replace_header("Message-ID", message.thread.mail_id(self.id))
        before = [_mail_id_of(reply) for reply in message.replies if reply.id < self.id]
        if any(before):
            letter["In-Reply-To"] = letter["References"] = next(id for id in reversed(before) if id)
        return letter

    def as_dict(self) -> dict:
        return {
            "id": self.id,
            "client_id": str(self.client_id) if self.client_id else "",
            "author": {"id": self.author.id, "name": self.author.name} if self.author else None,
            "text": self.text,
            "at": self.created_at.isoformat(),
            "state": self.state,
            "sender": self.sender,
        }

    def _reply_to(self) -> str | None:
        """Back into the thread; to the agent himself where no mail comes in."""
        return self.offline_message.thread.address if current_app.config["REPLY_ADDRESS"] else self.author.email

    def _put_off(self, error: Exception) -> None:
        self.failure = repr(error)[:500]
        if self.tries >= TRIES or _is_final(error):
            self.failed_at = now()
        else:
            send_offline_reply.later(due_at=now() + timedelta(minutes=4 ** (self.tries - 1)), offline_reply_id=self.id)


@job
def send_offline_reply(offline_reply_id: int) -> None:
    reply = db.session.get(OfflineReply, offline_reply_id)
    # Its visitor may have erased it.
    if reply is not None:
        reply.send()


def _mail_id_of(reply: OfflineReply) -> str:
    """What a mail program knows it by; "" for who gave none that is fit for a header."""
    if reply.author_id is not None:
        return reply.offline_message.thread.mail_id(reply.id)
    return reply.mail_id if mail.is_mail_id(reply.mail_id) else ""


def _is_final(error: Exception) -> bool:
    """Whether the mail server will say the same the next time (RFC 5321, 4.2.1: codes that begin with 5)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


def _announce(id: int) -> None:
    from chat.offline.mails import announce_answer  # mails know the messages they speak of

    announce_answer.later(offline_message_id=id)
