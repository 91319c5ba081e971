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
from billing.purses import SMS_USED, Hold, Purse
from core.clock import now
from core.db import PlatformModel, db, identity, lock, record
from core.errors import Refusal
from core.events import dataclass_event
from core.limits import count_try
from core.tokens import seal, unseal
from sms.credits import warn_when_low
from sms.gateways import gateway
from sms.gateways.gateway import Accepted, Letter, Report
from sms.numbers import country_of
from sms.opt_outs import OptOut
from sms.rates import credits_for
from sms.segments import segments_of
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
TRIES = 6
# A worker that has not come back by now is dead.
STUCK_AFTER = timedelta(minutes=2)
UNCLEAR_AT_MOST = timedelta(hours=24)
_SEALED = "sms text"


class SmsIsOff(Refusal):
    code = "sms_is_off"
    message = _l("SMS cannot be sent here. The platform has no SMS gateway yet.")
    status = 503


@dataclass_event
class SmsWritten:
    sms_id: int


class Sms(PlatformModel):
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
    sealed_text: Mapped[str | None]
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
    def is_charged(self) -> bool:
        return self.state in ("sent", "delivered", "lost")

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

    def accepted(self, answer: Accepted) -> None:
        """The gateway took it: charge what was held, once."""
        if self._hold.capture(self.credits, SMS_USED, "sms", memo=self.purpose):
            self._end("sent", "")
            self.sent_at, self.gateway_id = now(), answer.gateway_id

    def refused(self, reason: str, state: str = "refused") -> None:
        """It was not taken, or nobody can say any more: the credits are free again."""
        if self._hold.release():
            self._end(state, reason)

    def put_off(self, reason: str) -> None:
        """The gateway was not reached: try again later, at most TRIES times."""
        if self.tries >= TRIES:
            self.refused(reason)
        else:
            self.state, self.reason = "written", reason[:300]
            self.due_at = now() + timedelta(seconds=15 * 3 ** (self.tries - 1))

    def unclear(self, reason: str) -> None:
        """Nobody knows: the credits stay held while the gateway is asked; after a day they are free, and we are told."""
        if now() - self.created_at > UNCLEAR_AT_MOST:
            self.refused(reason, state="expired")
        else:
            self.state, self.reason, self.due_at = "unclear", reason[:300], now() + timedelta(minutes=5)

    def reported(self, report: Report) -> None:
        """What the telephone network says.  It was taken, so it is charged, whether or not it arrived."""
        if not self.is_charged and self.state != "expired":
            self.accepted(Accepted(""))
        if self.state in ("sent", "lost"):
            self.state, self.reason = "delivered" if report.delivered else "lost", report.reason

    @property
    def _text(self) -> str | None:
        return unseal(_SEALED, self.sealed_text or "")

    @property
    def _hold(self) -> Hold:
        return db.session.get_one(Hold, self.reference)

    def _end(self, state: str, reason: str) -> None:
        self.state, self.reason, self.ended_at, self.sealed_text = state, reason[:300], now(), None


def _check_may_send(company: Company, number: str) -> None:
    OptOut.check(number)
    blocks().check_number(number)
    for rule in PER_NUMBER:
        count_try(rule, "sms to", company.id, number)
    for rule in (f"{limits()['sms_per_hour']} per hour", f"{limits()['sms_per_day']} per day"):
        count_try(rule, "sms of", company.id)
