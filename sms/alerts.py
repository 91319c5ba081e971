"""An SMS to the team when a visitor left a message (K-01, L-04)."""

import logging

from flask_babel import force_locale
from flask_babel import gettext as _

from chat.offline.messages import OfflineMessage, OfflineMessageLeft
from core.db import db, transaction
from core.errors import Refusal
from core.jobs import job
from core.limits import count_try
from sms.messages import Sms
from sms.mobiles import Mobile
from tenants.companies.company import current_company
from tenants.companies.settings import Settings

log = logging.getLogger(__name__)

# A flood of messages must not empty the purse: after the first few, the next hour's are counted in the console.
AT_MOST = "10 per hour"
SHOWN = 40


def offline_message_left(event: OfflineMessageLeft) -> None:
    """Told to whoever wants it, if the company wants it."""
    with transaction():
        if Settings.current().sms_offline_messages and Mobile.alerted():
            alert_of_offline_message.later(offline_message_id=event.offline_message_id)


@job
def alert_of_offline_message(offline_message_id: int) -> None:
    for mobile in Mobile.alerted():
        alert_member.later(offline_message_id=offline_message_id, member_id=mobile.member_id)


@job
def alert_member(offline_message_id: int, member_id: int) -> None:
    """One SMS to one member.  Without credits there is none: a mail has told who may buy some."""
    message, mobile = db.session.get(OfflineMessage, offline_message_id), db.session.get(Mobile, member_id)
    if message is None or message.handled_at or mobile is None or not mobile.is_verified:
        return
    company = current_company()
    try:
        count_try(AT_MOST, "sms alerts", company.id, member_id)
        with force_locale(mobile.member.language or company.language):
            Sms.write(company, f"offline:{message.id}:{member_id}", "offline_message", mobile.number, _text(message))
    except Refusal as refusal:
        log.info("no sms alert company=%s message=%s member=%s code=%s", company.id, message.id, member_id, refusal.code)


def _text(message: OfflineMessage) -> str:
    said = message.text if len(message.text) <= SHOWN else message.text[: SHOWN - 1] + "…"
    return _("%(company)s: a visitor left a message: %(text)s", company=current_company().name, text=said)
