"""Which mails a company's people were to get, and what became of them; the newest first."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from core.db import db
from core.errors import NotFound
from core.jobs import OutboxRow
from core.text import masked_email
from tenants.people.members import Member

# The jobs that mail one of the company's people, in the words people read.  Sending these once more harms nobody.
MAILS = {
    "send_account_data": _l("Account data"),
    "send_invitation": _l("Invitation"),
    "send_password_link": _l("Link for a new password"),
    "send_password_changed": _l("Password changed"),
    "send_new_device": _l("Sign-in from a new device"),
    "send_second_factor_changed": _l("Second factor changed"),
    "send_passkey_changed": _l("Passkeys changed"),
    "send_networks_link": _l("Link for allowed networks"),
    "mail_payer": _l("About plan and payments"),
    "mail_low_credits_to": _l("Few SMS credits left"),
    "mail_offline_message": _l("Offline message"),
    "tell_administrator": _l("About what operators do"),
}
STATES = {
    "waiting": _l("on its way"),
    "failing": _l("tried again soon"),
    "failed": _l("given up"),
    "sent": _l("sent"),
    "skipped": _l("not needed any more"),
}
_ENDED = OutboxRow.done_at.is_not(None)
_WHICH = {
    "waiting": [OutboxRow.done_at.is_(None), OutboxRow.given_up_at.is_(None), OutboxRow.tries == 0],
    "failing": [OutboxRow.done_at.is_(None), OutboxRow.given_up_at.is_(None), OutboxRow.tries > 0],
    "failed": [OutboxRow.given_up_at.is_not(None)],
    "sent": [_ENDED, OutboxRow.mails != []],
    "skipped": [_ENDED, OutboxRow.mails == []],
}


class CompanyMail(NamedTuple):
    """One mail: the row of the outbox, what it is about, and to whom, masked."""

    row: OutboxRow
    to: str

    @classmethod
    def of(cls, row: OutboxRow) -> "CompanyMail":
        return cls(row, _to(row, _members([row])))

    @property
    def title(self) -> str:
        return str(MAILS[self.row.job])

    @property
    def state(self) -> str:
        if self.row.done_at:
            return "sent" if self.row.mails else "skipped"
        if self.row.given_up_at:
            return "failed"
        return "failing" if self.row.tries else "waiting"

    @property
    def state_words(self) -> str:
        return str(STATES[self.state])

    @property
    def at(self) -> datetime:
        """When it was sent or given up; of one that waits, when it was written."""
        return self.row.done_at or self.row.given_up_at or self.row.created_at

    @property
    def mail_ids(self) -> str:
        """What the mail server knows it by."""
        return " ".join(mail["id"] for mail in self.row.mails)


def company_mails(state: str = "", before: int | None = None, at_most: int = 50) -> list[CompanyMail]:
    """Those of the company in force, in one of STATES or in any."""
    query = sa.select(OutboxRow).where(OutboxRow.job.in_(MAILS), *_WHICH.get(state, ()))
    query = query if before is None else query.where(OutboxRow.id < before)
    rows = list(db.session.scalars(query.order_by(OutboxRow.id.desc()).limit(at_most)))
    members = _members(rows)
    return [CompanyMail(row, _to(row, members)) for row in rows]


def company_mail(id: int) -> OutboxRow:
    """One that may be sent again.  Raises NotFound."""
    row = db.session.get(OutboxRow, id)
    if row is None or row.job not in MAILS:
        raise NotFound
    return row


def _members(rows: list[OutboxRow]) -> dict[int, Member]:
    return {member.id: member for member in Member.with_ids({row.arguments.get("member_id") or 0 for row in rows})}


def _to(row: OutboxRow, members: dict[int, Member]) -> str:
    if row.mails:
        return ", ".join(mail["to"] for mail in row.mails)
    member = members.get(row.arguments.get("member_id"))
    return masked_email(member.email) if member and member.email else ""
