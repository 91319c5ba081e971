"""SMS: written and paid for in one transaction, sent by a worker, settled when the gateway has spoken.

written → sending → sent (charged) → delivered or lost
                  → refused (not charged)
                  → unclear (credits stay held; the gateway is asked) → sent, refused, or expired after a day
"""

import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from billing.ledger import new_hold_id
from billing.purses import Purse
from core.clock import now
from core.db import PlatformModel, db, identity, lock, record
from core.errors import Refusal
from core.events import dataclass_event
from core.limits import count_try
from core.tokens import seal, unseal
from sms.credits import warn_when_low
from sms.gateways import gateway
from sms.gateways.gateway import Letter
from sms.numbers import country_of
from sms.opt_outs import OptOut
from sms.rates import credits_for
from sms.segments import segments_of
from sms.settling import Settled
from tenants.abuse.blocks import blocks
from tenants.companies.company import Company
from tenants.platform.settings import limits
from tenants.platform.switches import companies_without, need

PURPOSES = {
    "offline_message": _l("New offline message"),
    "mobile": _l("Check of a mobile number"),
    "password": _l("New password"),
    "trial": _l("Trial SMS"),
}
STATES = {
    "written": _l("waiting"),
    "sending": _l("being sent"),
    "unclear": _l("being looked into"),
    "sent": _l("sent"),
    "delivered": _l("delivered"),
    "lost": _l("not delivered"),
    "refused": _l("refused, not charged"),
    "expired": _l("unknown, not charged"),
}
# What one number may be sent at most.  What a company may, operators choose (tenants/platform/settings.py).
PER_NUMBER = ("6 per hour", "20 per day")
# A worker that has not come back by now is dead.
STUCK_AFTER = timedelta(minutes=2)
_SEALED = "sms text"


class SmsIsOff(Refusal):
    code = "sms_is_off"
    message = _l("SMS cannot be sent here. The platform has no SMS gateway yet.")
    status = 503


@dataclass_event
class SmsWritten:
    sms_id: int


class Sms(Settled, PlatformModel):
    """One SMS of one company.  `shown_text` hides what is secret in it; the whole text is kept sealed until it is sent."""

    __tablename__ = "sms"
    __table_args__ = (
        sa.UniqueConstraint("company_id", "key"),
        sa.CheckConstraint(f"state IN {tuple(STATES)}", name="state"),
        sa.Index("ix_sms_due", "due_at", postgresql_where=sa.text("state IN ('written', 'sending', 'unclear')")),
        sa.Index("ix_sms_of_company", "company_id", "id"),
        sa.Index("ix_sms_created_at", "created_at"),
    )
    emptied_at_erasure = {"number": "", "shown_text": "", "sealed_text": None}

    id: Mapped[int] = identity()
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"))
    key: Mapped[str]
    purpose: Mapped[str]
    number: Mapped[str]
    shown_text: Mapped[str]
    sealed_text: Mapped[str | None] = mapped_column(info={"sealed": _SEALED})
    segments: Mapped[int]
    credits: Mapped[int]
    reference: Mapped[uuid.UUID] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="written")
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=now)
    created_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    gateway_id: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")

    @classmethod
    def write(cls, company: Company, key: str, purpose: str, number: str, text: str, secret: str = "") -> "Sms":
        """Write an SMS and hold its credits; writing the same `key` again is harmless.  `secret` is hidden from every list.

        Raises SmsIsOff, OptedOut, NumberRefused, NotEnough, TooManyTries, SwitchedOff.
        """
        if gateway() is None:
            raise SmsIsOff
        need("sms", company.id)
        written = cls.keyed(company, key)
        if written is not None:
            return written
        _check_may_send(company, number)
        return cls._insert(company, key, purpose, number, text, text.replace(secret, "••••••") if secret else text)

    @classmethod
    def _insert(cls, company: Company, key: str, purpose: str, number: str, text: str, shown: str) -> "Sms":
        segments, reference = segments_of(text), new_hold_id("sms", company.id, key)
        credits = credits_for(country_of(number), segments)
        # First of all: who catches NotEnough goes on with his transaction, and must not leave an SMS nobody pays for.
        Purse.sms(company.id).hold(reference, credits, timedelta(days=2), f"sms:{key}")
        values = {
            "company_id": company.id, "key": key, "purpose": purpose, "number": number, "shown_text": shown,
            "sealed_text": seal(_SEALED, text), "segments": segments, "credits": credits, "reference": reference,
            "state": "written", "tries": 0, "due_at": now(), "created_at": now(), "gateway_id": "", "reason": "",
        }  # fmt: skip
        new_id = db.session.scalar(insert(cls).values(values).on_conflict_do_nothing().returning(cls.id))
        if new_id is not None:
            warn_when_low(company, credits)
            record(SmsWritten(new_id))
        return cls.keyed(company, key)

    @classmethod
    def keyed(cls, company: Company, key: str) -> "Sms | None":
        return db.session.scalar(sa.select(cls).where(cls.company_id == company.id, cls.key == key))

    @classmethod
    def claim_due(cls) -> "Sms | None":
        """The next one to be sent, or asked about, now ours.  One whose worker died is asked about, not sent again."""
        due = sa.and_(cls.state.in_(("written", "sending", "unclear")), cls.due_at <= now())
        due &= cls.company_id.not_in(companies_without("sms"))
        sms = db.session.scalar(sa.select(cls).where(due).order_by(cls.due_at).limit(1).with_for_update(skip_locked=True))
        if sms is not None:
            sms.state = "sending" if sms.state == "written" else "unclear"
            sms.tries, sms.due_at = sms.tries + 1, now() + STUCK_AFTER
        return sms

    @classmethod
    def referred(cls, reference: uuid.UUID) -> "Sms | None":
        """The one with this reference, locked."""
        return db.session.scalar(sa.select(cls).where(cls.reference == reference).with_for_update())

    @classmethod
    def of_company(cls, company: Company, before: int | None = None, at_most: int = 51) -> "list[Sms]":
        """The company's own, newest first (K-03)."""
        query = sa.select(cls).where(cls.company_id == company.id).order_by(cls.id.desc()).limit(at_most)
        return list(db.session.scalars(query.where(cls.id < before) if before else query))

    @classmethod
    def troubled(cls, company: Company | None = None, at_most: int = 200) -> "list[Sms]":
        """Those that were put off or are unclear, and those that were given up within a week, newest first."""
        put_off = cls.state.in_(("written", "unclear")) & (cls.tries > 0)
        given_up = cls.state.in_(("refused", "expired")) & (cls.created_at > now() - timedelta(days=7))
        query = sa.select(cls).where(put_off | given_up).order_by(cls.id.desc()).limit(at_most)
        return list(db.session.scalars(query.where(cls.company_id == company.id) if company else query))

    @property
    def is_open(self) -> bool:
        """Whether it may still be sent, or asked about."""
        return self.ended_at is None and self.state in ("written", "unclear")

    def replay(self, seen: int) -> bool:
        """Send it, or ask about it, now instead of later.  False if somebody was quicker: `seen` is its number of tries."""
        lock(self)
        if not self.is_open or self.tries != seen or self.due_at <= now():
            return False
        self.due_at = now()
        record(SmsWritten(self.id))
        return True

    def discard(self, seen: int) -> bool:
        """Never send it; its credits are free again.  False as with `replay`, and for one that may be on its way."""
        lock(self)
        if self.state != "written" or self.tries != seen:
            return False
        self.refused("given up by an operator")
        return True

    @property
    def obstacle(self) -> str:
        """Why it cannot be sent any more; "" when nothing stands against it.  One that may be on its way is asked about."""
        if self._text is None:
            return "its text cannot be read any more"
        if self.state == "unclear":
            return ""
        # Asked anew for each: who was stopped a moment ago sends nothing more.
        if db.session.scalar(sa.select(Company.status).where(Company.id == self.company_id)) != "open":
            return "the company is suspended"
        return "its number is blocked" if blocks().number(self.number) else ""

    def letter(self, report_to: str) -> Letter:
        """For the gateway, as long as it is readable."""
        return Letter(str(self.reference), self.number, self._text, report_to)

    @property
    def _text(self) -> str | None:
        return unseal(_SEALED, self.sealed_text or "")


def _check_may_send(company: Company, number: str) -> None:
    OptOut.check(number)
    blocks().check_number(number)
    for rule in PER_NUMBER:
        count_try(rule, "sms to", company.id, number)
    for rule in (f"{limits()['sms_per_hour']} per hour", f"{limits()['sms_per_day']} per day"):
        count_try(rule, "sms of", company.id)
