"""Vouchers: codes that are handed out, and those that lie in a company's drawer because it bought them (F-10, Y-02).

A code is shown once, when its batch is made; we keep its hash.  Whoever types one in learns that it works or that it
does not, never why: unknown, expired, void, used and somebody else's look the same.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from billing.accounts import BillingAccount
from billing.grants import grant, revoke
from billing.ledger import BY_LAW
from billing.purses import GIVEN, Purse
from billing.styles import VOUCHER_MONTHS, StyleTerm, add_term
from billing.terms import months_later
from core.clock import now
from core.db import PlatformModel, db, identity
from core.errors import NotFound, Refusal
from core.limits import count_try
from tenants.companies.company import Company

# No letters that look alike; 16 of them are 80 bits.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 16
TRIES, TRIES_A_DAY = "10 per 10 minutes", "50 per day"
DRAWER_LASTS = timedelta(days=365)
STYLE = {"style_months": VOUCHER_MONTHS}


class VoucherRefused(Refusal):
    code = "voucher_refused"
    message = _l("This code cannot be redeemed. Check it for typing errors, or ask whoever gave it to you.")


class NeedsStyle(Refusal):
    code = "needs_style"
    message = _l("This is a style voucher. Choose the style it is for.")


class Voucher(PlatformModel):
    """issued → redeemed or void.  Its time being over is no state: it is read from the clock.

    `gives` is {"style_months": n}, {"rights": {…}, "days": n}, the same with "months", or {"SMS": n}.
    """

    __tablename__ = "voucher"
    __table_args__ = (
        sa.CheckConstraint("code_hash IS NOT NULL OR company_id IS NOT NULL", name="reachable"),
        sa.CheckConstraint("redeemed_at IS NULL OR voided_at IS NULL", name="state"),
        sa.CheckConstraint("(redeemed_at IS NULL) = (redeemed_by_id IS NULL)", name="redeemed"),
        sa.Index("ix_voucher_drawer", "company_id", postgresql_where=sa.text("redeemed_at IS NULL AND voided_at IS NULL")),
    )
    kept_at_erasure = BY_LAW

    id: Mapped[int] = identity()
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.voucher_batch.id"), index=True)
    order_line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.order_line.id"), index=True)
    company_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.company.id"))
    code_hash: Mapped[str | None] = mapped_column(unique=True)
    gives: Mapped[dict] = mapped_column(JSONB)
    expires_at: Mapped[datetime]
    issued_at: Mapped[datetime] = mapped_column(default=now)
    redeemed_at: Mapped[datetime | None]
    redeemed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.company.id"), index=True)
    redeemed_for_style: Mapped[int | None]
    # Redeemed, and what it gave was taken back.
    taken_back_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]

    @classmethod
    def in_drawer_of(cls, company: Company) -> "list[Voucher]":
        """What a company can still redeem without a code, the first to expire first."""
        mine = sa.select(cls).where(cls.company_id == company.id, cls.code_hash.is_(None), *_redeemable())
        return list(db.session.scalars(mine.order_by(cls.expires_at, cls.id)))

    @classmethod
    def put_in_drawer(cls, company: Company, count: int, gives: dict, **origin: int) -> None:
        """Give a company vouchers it can use without a code.  `origin`: batch_id or order_line_id."""
        expires_at = now() + DRAWER_LASTS
        drawn = [cls(company_id=company.id, gives=gives, expires_at=expires_at, **origin) for _ in range(count)]
        db.session.add_all(drawn)
        db.session.flush()

    @property
    def state(self) -> str:
        """What the drawer and support show: issued, redeemed, taken_back, void, expired."""
        if self.redeemed_at is not None:
            return "taken_back" if self.taken_back_at else "redeemed"
        if self.voided_at is not None:
            return "void"
        return "issued" if now() < self.expires_at else "expired"

    @property
    def is_for_style(self) -> bool:
        return "style_months" in self.gives

    @property
    def reason(self) -> str:
        return f"voucher:{self.id}"

    def void(self) -> bool:
        """Nobody can redeem it any more.  False if somebody has, or it was void before."""
        statement = sa.update(Voucher).where(Voucher.id == self.id, Voucher.redeemed_at.is_(None), Voucher.voided_at.is_(None))
        won = db.session.scalar(statement.values(voided_at=now()).returning(Voucher.id)) is not None
        db.session.refresh(self)
        return won

    def take_back(self) -> None:
        """Undo what it gave, or keep it from giving anything.  Done again, it changes nothing."""
        if not self.void() and self.state == "redeemed":
            self.taken_back_at = now()
            company = db.session.get_one(Company, self.redeemed_by_id)
            revoke(company, self.reason)
            term = sa.select(StyleTerm).where(StyleTerm.company_id == company.id, StyleTerm.reason == self.reason)
            for each in db.session.scalars(term.where(StyleTerm.revoked_at.is_(None))):
                each.revoke(company)
            if "SMS" in self.gives:
                Purse.sms(company.id).give_back(self.gives["SMS"], GIVEN, f"{self.reason}:taken_back", "voucher")


def redeem_code(company: Company, code: str, style_id: int | None = None) -> Voucher:
    """Redeem a typed code, once among all who try.  Raises VoucherRefused, NeedsStyle, TooManyTries."""
    count_try(TRIES, "voucher", company.id)
    count_try(TRIES_A_DAY, "vouchers a day", company.id)
    return _redeem(company, Voucher.code_hash == hash_of(code), style_id)


def redeem_from_drawer(company: Company, voucher_id: int, style_id: int | None = None) -> Voucher:
    """Redeem a voucher the company owns.  Raises VoucherRefused, NeedsStyle."""
    mine = sa.and_(Voucher.id == voucher_id, Voucher.company_id == company.id, Voucher.code_hash.is_(None))
    return _redeem(company, mine, style_id)


def voucher_for_operators(id: int) -> Voucher:
    """Raises NotFound."""
    voucher = db.session.get(Voucher, id)
    if voucher is None:
        raise NotFound
    return voucher


def new_code() -> str:
    """Four groups of four: "7KQ4-…"."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, LENGTH, 4))


def hash_of(code: str) -> str:
    """The same for small letters, spaces and missing hyphens."""
    letters = "".join(character for character in code.upper() if character.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()


def _redeemable() -> tuple:
    return Voucher.redeemed_at.is_(None), Voucher.voided_at.is_(None), Voucher.expires_at > now()


def _redeem(company: Company, which, style_id: int | None) -> Voucher:
    BillingAccount.locked(company)
    may = sa.or_(Voucher.company_id.is_(None), Voucher.company_id == company.id)
    found = db.session.scalar(sa.select(Voucher).where(which, may, *_redeemable()))
    if found is None:
        raise VoucherRefused
    if found.is_for_style and style_id is None:
        raise NeedsStyle
    # The condition is asked again by the UPDATE: of twenty who found it a moment ago, one wins.
    taken = sa.update(Voucher).where(Voucher.id == found.id, *_redeemable())
    taken = taken.values(redeemed_at=now(), redeemed_by_id=company.id, redeemed_for_style=style_id).returning(Voucher.id)
    if db.session.scalar(taken.execution_options(synchronize_session=False)) is None:
        raise VoucherRefused
    db.session.refresh(found)
    _give(company, found)
    return found


def _give(company: Company, voucher: Voucher) -> None:
    gives = voucher.gives
    if voucher.is_for_style:
        add_term(company, voucher.redeemed_for_style, voucher.reason, gives["style_months"])
    if "rights" in gives:
        grant(company, voucher.reason, gives["rights"], until=_end_of(gives))
    if "SMS" in gives:
        Purse.sms(company.id).receive(gives["SMS"], GIVEN, voucher.reason, "voucher")


def _end_of(gives: dict) -> datetime:
    return months_later(now(), gives["months"]) if "months" in gives else now() + timedelta(days=gives["days"])
