"""Mails to the team about what visitors left (L-03)."""

from flask import current_app, render_template
from flask_babel import force_locale

from chat.offline_messages import OfflineMessage
from core import mail
from core.db import db
from core.jobs import job
from core.limits import TooManyTries, count_try
from tenants.company import current_company
from tenants.members import Member
from tenants.settings import Settings

# A flood of messages must not become a flood of mails: the badge in the console counts them all.
AT_MOST = "60 per hour"


@job
def announce_offline_message(offline_message_id: int) -> None:
    """One mail to each who handles offline messages, each a job of its own, so that trying again doubles none."""
    if Settings.current().mail_offline_messages and _may_mail():
        for member in Member.all():
            if member.has_joined and member.email and member.may("offline_messages.handle"):
                mail_offline_message.later(offline_message_id=offline_message_id, member_id=member.id)


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
            "chat/mail/offline_message.txt", company=company, member=member, message=message, console=console
        )
    subject, _, text = written.partition("\n\n")
    mail.send(mail.compose(member.email, subject, text.strip() + "\n", reply_to=message.email or None))


def _may_mail() -> bool:
    try:
        count_try(AT_MOST, "offline message mails", current_company().id)
    except TooManyTries:
        return False
    return True
