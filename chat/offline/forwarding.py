"""Passing offline messages on to the company's issue-tracking system, by mail (L-10).

A copy stays on the board.  Only to an address that somebody there has confirmed: else whoever signs up could have us mail
strangers whatever he likes (the Zendesk relay of 2025 and 2026).  For the same reason the visitor's address stands in the
text and nowhere a tracker would send its thanks to.
"""

from datetime import datetime

import sqlalchemy as sa
from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column

from chat.offline.messages import OfflineMessage
from chat.registration.registration import registration_of
from core import mail
from core.clock import now
from core.db import TenantModel, db, identity
from core.errors import NotFound
from core.jobs import job
from core.limits import count_try
from core.pages import address_of
from core.tokens import read_signed, sign
from tenants.companies.company import current_company
from tenants.people.members import Member

PURPOSE = "forwarding address"
LINK_SECONDS = 7 * 24 * 3600
ASKED = "5 per hour"


class ForwardingAddress(TenantModel):
    """Where messages may be forwarded to, once somebody who reads the mails there has said so."""

    __tablename__ = "forwarding_address"

    id: Mapped[int] = identity()
    address: Mapped[str] = mapped_column(unique=True)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))

    @classmethod
    def called(cls, address: str) -> "ForwardingAddress | None":
        return db.session.scalar(sa.select(cls).where(cls.address == address))

    @classmethod
    def ask(cls, address: str, again: bool = False) -> None:
        """Mail a link to it, if that was never done, or `again`; not when it is confirmed.  Raises TooManyTries."""
        row = sa.dialects.postgresql.insert(cls).values(address=address, asked_at=now())
        is_new = db.session.scalar(row.on_conflict_do_nothing().returning(cls.id)) is not None
        if is_new or (again and cls.called(address).confirmed_at is None):
            count_try(ASKED, "forwarding addresses", current_company().id)
            mail_forwarding_link.later(address=address)

    @classmethod
    def of_token(cls, token: str) -> "ForwardingAddress":
        """What the link of such a mail speaks of.  Raises NotFound, also for another company's."""
        meaning = read_signed(PURPOSE, token, LINK_SECONDS)
        is_ours = isinstance(meaning, list) and meaning[:1] == [current_company().id]
        found = cls.called(meaning[1]) if is_ours else None
        if found is None:
            raise NotFound
        return found

    def confirm(self, by: Member) -> None:
        if self.confirmed_at is None:
            self.confirmed_at, self.confirmed_by_id = now(), by.id


@job
def mail_forwarding_link(address: str) -> None:
    company = current_company()
    link = address_of("manage.forwarding.show", token=sign(PURPOSE, [company.id, address]))
    with force_locale(company.language):
        text = render_template("chat/mail/forwarding.txt", company=company, link=link)
        subject = _("May %(company)s forward messages to this address?", company=company.name)
    mail.send(mail.compose(address, subject, text))


@job
def forward_offline_message(offline_message_id: int) -> None:
    """Mail it to the tracker of its site's style, if there is one that was confirmed."""
    message = db.session.get(OfflineMessage, offline_message_id)
    to = _tracker_of(message) if message is not None else None
    if to is None:
        return
    company = current_company()
    with force_locale(company.language):
        text = render_template("chat/mail/forwarded_message.txt", message=message, company=company)
    subject = f"{message.site.name}: {' '.join(message.text.split())[:80]}"
    mail.send(mail.compose(to, subject, text, on_behalf_of=company.name))


def _tracker_of(message: OfflineMessage) -> str | None:
    form = registration_of(message.site)
    address = ForwardingAddress.called(form.tracker) if form.system == "tracker" else None
    return address.address if address is not None and address.confirmed_at is not None else None
