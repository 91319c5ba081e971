"""What operators did that others will ask about: who, what, when, to which company, why (OWASP ASVS 16.2, 16.4).

Rows are only added, each a link of one chain: the platform's own login may neither change nor delete them, and each hour
the end of the chain goes into the process's log, which is kept elsewhere.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import has_request_context, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from core.chained_logs import Chained, ChainHead, Verdict, Walk
from core.clock import now
from core.db import PlatformModel, at_last, db, identity, transaction
from operators.operator import Operator
from tenants.audit.audit import DETAILS
from tenants.companies.company import Company

log = logging.getLogger(__name__)

# Every deed there is, with the words people read.
ACTIONS = {
    "operator.signed_in": _l("Signed in"),
    "operator.signed_out": _l("Signed out"),
    "operator.refused": _l("Sign-in refused"),
    "operator.proved": _l("Second factor shown again"),
    "operator.not_proved": _l("Second factor not shown"),
    "operator.session_ended": _l("Sessions ended"),
    "operator.invited": _l("Operator invited"),
    "operator.joined": _l("Invitation of an operator accepted"),
    "operator.role_changed": _l("Role of an operator changed"),
    "operator.disabled": _l("Operator disabled"),
    "operator.enabled": _l("Operator enabled again"),
    "operator.reset": _l("Access of an operator reset"),
    "operator.password_changed": _l("Own password changed"),
    "operator.app_added": _l("Own authenticator app set up"),
    "operator.passkey_added": _l("Own passkey added"),
    "operator.passkey_removed": _l("Own passkey removed"),
    "operator.recovery_codes_made": _l("Own recovery codes made anew"),
    "work.replayed": _l("Failed work replayed"),
    "work.discarded": _l("Failed work discarded"),
    "work.exported": _l("List of failed work exported"),
    "load.exported": _l("Load of companies exported"),
    "switch.off": _l("Switched off"),
    "switch.on": _l("Switched on again"),
    "limit.set": _l("Load of a company limited"),
    "limit.lifted": _l("Limit of a company's load lifted"),
    "maintenance.announced": _l("Maintenance announced"),
    "maintenance.called_off": _l("Maintenance called off"),
    "audit.exported": _l("Operators' audit log exported"),
    "audit.checked": _l("Operators' audit log checked"),
    "access.reset": _l("Access of a company's administrator reset"),
    "seat.released": _l("Seat released"),
    "mail.sent_again": _l("Mail sent again"),
    "mails.exported": _l("Mails of a company exported"),
    "support.asked": _l("Consent to look inside asked for"),
    "support.withdrawn": _l("Request for consent taken back"),
    "support.ended": _l("Consent to look inside given back"),
    "support.visit_began": _l("Visit in a company began"),
    "support.visit_ended": _l("Visit in a company ended"),
    "support.looked": _l("Page of a company looked at"),
    "support.changed": _l("Form of a company sent"),
    "support.refused": _l("Page of a company refused"),
    "support.glass_asked": _l("Looking inside without consent asked for"),
    "support.glass_broken": _l("Looking inside without consent approved"),
    "support.glass_declined": _l("Looking inside without consent declined"),
    "support.glass_closed": _l("Looking inside without consent ended"),
    "signal.looked_at": _l("Signal of abuse looked at"),
    "signal.dismissed": _l("Signal of abuse dismissed"),
    "signal.new": _l("Signal of abuse put back"),
    "block.put": _l("Put on a block list"),
    "block.lifted": _l("Taken off a block list"),
    "sign_up_limits.changed": _l("Limits of sign-ups changed"),
    "announcement.written": _l("Announcement written"),
    "announcement.changed": _l("Announcement changed"),
    "announcement.published": _l("Announcement published"),
    "announcement.ended": _l("Announcement ended"),
    "announcement.discarded": _l("Announcement discarded"),
    "product.changed": _l("New version of a product"),
    "product.added": _l("Package added"),
    "product.withdrawn": _l("Product taken off sale"),
    "product.put_back": _l("Product put on sale again"),
    "sms_rates.changed": _l("SMS rates changed"),
    "sms_costs.changed": _l("SMS costs changed"),
    "vouchers.made": _l("Voucher batch made"),
    "vouchers.printed": _l("Voucher codes printed"),
    "vouchers.voided": _l("Voucher batch voided"),
    "voucher.voided": _l("Voucher voided"),
    "limits.changed": _l("Limits of the platform changed"),
    "money.adjust_wallet": _l("Wallet adjusted"),
    "money.adjust_sms": _l("SMS credits corrected"),
    "money.comp": _l("Product given for free"),
    "money.extend_trial": _l("Trial extended"),
    "money.grant": _l("Rights granted"),
    "money.refund": _l("Refunded"),
    "money.refund_invoice": _l("Subscription invoice refunded"),
    "money.void_voucher": _l("Voucher voided"),
    "money.reverse": _l("Correction taken back"),
    "money.approved": _l("Correction approved"),
    "money.declined": _l("Correction declined"),
    "money.compared": _l("Comparison with the payment service started"),
    "money.difference_synced": _l("Difference synchronized"),
    "money.difference_dismissed": _l("Difference dismissed"),
    "money.exported": _l("Table of money exported"),
    "table.exported": _l("Table exported"),
    "companies.listed": _l("List of companies exported"),
    "company.opened": _l("Company opened"),
    "company.renamed": _l("Company renamed"),
    "company.suspended": _l("Company suspended"),
    "company.resumed": _l("Company resumed"),
    "company.closing_scheduled": _l("Closing of a company scheduled"),
    "company.closing_cancelled": _l("Closing of a company cancelled"),
    "company.export_asked": _l("Archive of a company asked for"),
    "company.export_taken": _l("Archive of a company downloaded"),
    "company.erasure_asked": _l("Company erased"),
    "company.move_asked": _l("Company moved to another database"),
    "company.timeline_exported": _l("Timeline of a company exported"),
    "note.written": _l("Note written"),
    "note.changed": _l("Note changed"),
    "note.deleted": _l("Note deleted"),
    "note.pinned": _l("Note pinned"),
    "note.unpinned": _l("Note unpinned"),
    "company.contacts_shown": _l("Administrators' addresses shown"),
}
# After each company's own log, whose end is held meanwhile.
_TURN = 1


class OperatorEntry(Chained, PlatformModel):
    """One deed of an operator; without one, of the command line.

    It refers to operators and companies without foreign keys: who holds the end of the chain must wait for nobody's row.
    Both stay for ever.
    """

    __tablename__ = "operator_entry"
    held_fast = ("operator_id", "company_id", "action", "subject")
    forgettable = ("reason", "details", "ip")
    kept_at_erasure = "What operators did to a company must stay answerable."

    id: Mapped[int] = identity()
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    operator_id: Mapped[int | None] = mapped_column(index=True)
    company_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    details: Mapped[dict] = mapped_column(JSONB, default=dict)
    ip: Mapped[str] = mapped_column(default="")
    seq: Mapped[int] = mapped_column(unique=True)

    operator: Mapped[Operator | None] = relationship(
        primaryjoin=lambda: foreign(OperatorEntry.operator_id) == Operator.id, lazy="joined", viewonly=True
    )
    company: Mapped[Company | None] = relationship(
        primaryjoin=lambda: foreign(OperatorEntry.company_id) == Company.id, lazy="joined", viewonly=True
    )

    @property
    def title(self) -> str:
        return str(ACTIONS.get(self.action, self.action))

    @property
    def author(self) -> str:
        """Who did it, in words."""
        return self.operator.name if self.operator is not None else _("Command line")

    @property
    def told(self) -> str:
        """Its details on one line."""
        return "; ".join(f"{self.label_of(name)}: {value}" for name, value in self.details.items())

    def label_of(self, detail: str) -> str:
        """A detail's name, in the words of the companies' logs."""
        return str(DETAILS.get(f"{self.action.partition('.')[0]}.{detail}") or DETAILS.get(detail, detail))


class OperatorHead(ChainHead, PlatformModel):
    """The end of the operators' chain."""

    __tablename__ = "operator_head"


class OperatorAnchor(PlatformModel):
    """The end of the chain at some hour."""

    __tablename__ = "operator_anchor"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)


@dataclass(frozen=True)
class EntryQuery:
    """Which deeds somebody wants to see."""

    operator_id: int | None = None
    company_id: int | None = None
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def entries(self, before: int | None = None, at_most: int = 50) -> Iterable[OperatorEntry]:
        """The newest first, those before the one numbered `before`."""
        query = sa.select(OperatorEntry).where(*self._wanted).order_by(OperatorEntry.seq.desc()).limit(at_most)
        return list(db.session.scalars(query if before is None else query.where(OperatorEntry.seq < before)))

    @property
    def _wanted(self) -> list:
        wanted = [
            OperatorEntry.operator_id == self.operator_id if self.operator_id is not None else None,
            OperatorEntry.company_id == self.company_id if self.company_id is not None else None,
            OperatorEntry.action == self.action if self.action else None,
            OperatorEntry.at >= self.since if self.since else None,
            OperatorEntry.at < self.until if self.until else None,
        ]
        return [one for one in wanted if one is not None]


def note(action: str, by: Operator | None, company=None, subject: str = "", reason: str = "", **details) -> None:
    """Write a deed down in the running transaction.

    `action` is a key of ACTIONS such as "company.suspended", `subject` is "voucher_batch:7", `details` plain values.
    """
    ip = (request.remote_addr or "") if has_request_context() else ""
    entry = OperatorEntry(action=action, subject=subject, reason=reason, details=details, ip=ip)
    entry.operator_id, entry.company_id = by.id if by else None, company.id if company else None
    # Last of all: who adds to the chain makes every other operator wait who wants to, until his commit.
    at_last(lambda: OperatorHead.locked().append(entry), turn=_TURN)


def verify(marks: dict[int, str] | None = None) -> Verdict:
    """Walk the whole chain, compare its end with all that were kept of it, and with `marks` (number → hash) from a log."""
    kept = {anchor.seq: anchor.hash for anchor in db.session.scalars(sa.select(OperatorAnchor))}
    return Walk(OperatorEntry, OperatorHead, kept | (marks or {})).verdict()


def anchor_operators() -> None:
    """Keep the end of the operators' chain, here and in the process's log.  Running it again does nothing."""
    with transaction():
        head = OperatorHead.current()
        if head.seq:
            anchor = insert(OperatorAnchor).values(seq=head.seq, hash=head.hash, at=now())
            if db.session.scalar(anchor.on_conflict_do_nothing().returning(OperatorAnchor.seq)):
                log.info("operators' log ends seq=%s hash=%s", head.seq, head.hash)
