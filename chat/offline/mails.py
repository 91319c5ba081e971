"""Mails to the team about what visitors left (L-03)."""

from flask import current_app, render_template
from flask_babel import force_locale

from chat.offline.assignment import handlers
from chat.offline.forwarding import forward_offline_message
from chat.offline.messages import OfflineMessage
from core import mail
from core.db import db
from core.jobs import job
from core.limits import TooManyTries, count_try
from tenants.companies.company import current_company
from tenants.companies.settings import Settings
from tenants.people.members import Member

# A flood of messages must not become a flood of mails: the badge in the console counts them all.
AT_MOST = "60 per hour"


@job
def announce_offline_message(offline_message_id: int) -> None:
    """One mail to each who is told, and one to the tracker; each a job of its own, so that trying again doubles none."""
    if _may_mail():
        forward_offline_message.later(offline_message_id=offline_message_id)
        _tell(offline_message_id)


@job
def announce_answer(offline_message_id: int) -> None:
    """The visitor has answered: those who were told of his message hear of it."""
    if _may_mail():
        _tell(offline_message_id)


@job
def mail_offline_message(offline_message_id: int, member_id: int) -> None:
    company, member = current_company(), db.session.get_one(Member, member_id)
    message = db.session.get(OfflineMessage, offline_message_id)
    # Its visitor may have erased it.
    if message is None or message.handled_at or member.removed_at:
        return
    with force_locale(member.language or company.language):
        console = f"{current_app.config['PUBLIC_URL']}/console#/messages/{message.id}"
        written = render_template(
            "chat/mail/offline_message.txt",
            company=company,
            member=member,
            message=message,
            answer=next((reply for reply in reversed(message.replies) if reply.state == "received"), None),
            console=console,
        )
    subject, _, text = written.partition("\n\n")
    letter = mail.compose(member.email, subject, text.strip() + "\n", reply_to=message.email or None, is_automatic=True)
    mail.send(letter)


def _tell(offline_message_id: int) -> None:
    message = db.session.get(OfflineMessage, offline_message_id)
    if message is not None and Settings.current().mail_offline_messages:
        for member in _told_of(message):
            mail_offline_message.later(offline_message_id=message.id, member_id=member.id)


def _told_of(message: OfflineMessage) -> list[Member]:
    """Who has it, if the company wants only him to be mailed; else everybody who handles messages."""
    mailed = [member for member in handlers() if member.email]
    only = [member for member in mailed if member.id == message.assigned_to_id]
    return only if only and Settings.current().mails_assignee_only else mailed


def _may_mail() -> bool:
    try:
        count_try(AT_MOST, "offline message mails", current_company().id)
    except TooManyTries:
        return False
    return True
