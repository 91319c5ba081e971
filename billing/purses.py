"""A company's purses: its wallet in one currency, and its SMS credits.  Both know the same verbs.

What is taken back after it was spent becomes a debt, which the next income repays first: a purse is never negative, and
nothing is silently forgiven.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from billing.ledger import BY_LAW, Book, LedgerAccount, LedgerTransaction, lock_purses, numbers_of
from billing.money import SMS, spoken
from core.clock import now
from core.db import PlatformModel, db
from core.errors import Refusal

# Where money and credits come from and go to, on the platform's side.
PROVIDER, REVENUE, GIVEN, SMS_SOLD, SMS_USED = "stripe_clearing", "revenue", "promotion", "sms_sold", "sms_used"


class NotEnough(Refusal):
    code = "not_enough_money"
    message = _l("This takes {needed}, and {available} are there. Top up first.")


@dataclass(frozen=True)
class Purse:
    """`Purse.wallet(company_id, "CNY")` or `Purse.sms(company_id)`."""

    company_id: int
    code: str
    unit: str

    @classmethod
    def wallet(cls, company_id: int, currency: str) -> "Purse":
        return cls(company_id, "wallet", currency)

    @classmethod
    def sms(cls, company_id: int) -> "Purse":
        return cls(company_id, "sms", SMS)

    @property
    def balance(self) -> int:
        return self._read(LedgerAccount.balance, self.book)

    @property
    def held(self) -> int:
        return self._read(LedgerAccount.held, self.book)

    @property
    def available(self) -> int:
        return self._read(LedgerAccount.balance - LedgerAccount.held, self.book)

    @property
    def debt(self) -> int:
        """What the company owes, as a positive number."""
        return -self._read(LedgerAccount.balance, self._debt)

    def receive(self, amount: int, source: str, key: str, kind: str, **about) -> LedgerTransaction:
        """Put something in, after what is owed has been repaid.  `about`: order_no, actor, memo."""
        transaction, is_new = self._begin(key, kind, {"in": amount, "from": source}, about)
        if is_new:
            owed = -lock_purses(self.book, self._debt)[self._debt].balance
            repaid = min(owed, amount)
            transaction.post({self.book: amount - repaid, self._debt: repaid, Book(source, self.unit): -amount})
        return transaction

    def spend(self, amount: int, into: str, key: str, kind: str, **about) -> LedgerTransaction:
        """Take something out.  Raises NotEnough."""
        transaction, is_new = self._begin(key, kind, {"out": amount, "to": into}, about)
        if is_new:
            purse = lock_purses(self.book)[self.book]
            if purse.balance - purse.held < amount:
                raise self._not_enough(amount, purse.balance - purse.held)
            transaction.post({self.book: -amount, Book(into, self.unit): amount})
        return transaction

    def give_back(self, amount: int, into: str, key: str, kind: str, **about) -> LedgerTransaction:
        """Somebody takes back what he paid in: from what is there, and the rest becomes a debt."""
        transaction, is_new = self._begin(key, kind, {"back": amount, "to": into}, about)
        if is_new:
            purse = lock_purses(self.book, self._debt)[self.book]
            taken = min(purse.balance - purse.held, amount)
            transaction.post({self.book: -taken, self._debt: taken - amount, Book(into, self.unit): amount})
        return transaction

    def hold(self, id: uuid.UUID, amount: int, lasts: timedelta, purpose: str = "") -> "Hold":
        """Set something aside until it is captured, released or expires.  The same id holds once.  Raises NotEnough."""
        account = numbers_of([self.book])[self.book]
        values = {
            "id": id, "account_id": account, "amount": amount, "purpose": purpose, "status": "held",
            "expires_at": now() + lasts, "created_at": now(),
        }  # fmt: skip
        statement = insert(Hold).values(values).on_conflict_do_nothing().returning(Hold.id)
        if db.session.scalar(statement) is not None and not _set_aside(account, amount):
            db.session.execute(sa.delete(Hold).where(Hold.id == id).execution_options(synchronize_session=False))
            raise self._not_enough(amount, self.available)
        return db.session.get_one(Hold, id)

    @property
    def book(self) -> Book:
        return Book(self.code, self.unit, self.company_id)

    @property
    def _debt(self) -> Book:
        return Book("debt", self.unit, self.company_id)

    def _begin(self, key: str, kind: str, asked: dict, about: dict) -> tuple[LedgerTransaction, bool]:
        return LedgerTransaction.begin(key, kind, self.company_id, asked | {"purse": self.code, "unit": self.unit}, **about)

    def _not_enough(self, needed: int, available: int) -> NotEnough:
        return NotEnough(needed=spoken(needed, self.unit), available=spoken(available, self.unit))

    @staticmethod
    def _read(column, book: Book) -> int:
        named = (LedgerAccount.code == book.code, LedgerAccount.unit == book.unit, LedgerAccount.company_id == book.company_id)
        return db.session.scalar(sa.select(column).where(*named)) or 0


class Hold(PlatformModel):
    """Something set aside in a purse: for an SMS on its way, or while a payment is disputed."""

    __tablename__ = "ledger_hold"
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("status IN ('held', 'captured', 'released', 'expired')", name="status"),
        sa.Index("ix_ledger_hold_open", "expires_at", postgresql_where=sa.text("status = 'held'")),
    )
    kept_at_erasure = BY_LAW

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.ledger_account.id"))
    amount: Mapped[int]
    captured: Mapped[int | None]
    status: Mapped[str] = mapped_column(default="held")
    purpose: Mapped[str] = mapped_column(default="")
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(default=now)
    settled_at: Mapped[datetime | None]

    @classmethod
    def overdue(cls) -> "list[Hold]":
        """What should have been settled by now.  The caller knows what became of it."""
        return list(db.session.scalars(sa.select(cls).where(cls.status == "held", cls.expires_at <= now()).limit(500)))

    def capture(self, amount: int, into: str, kind: str, **about) -> bool:
        """Spend up to what was held; the rest is free again.  False if somebody settled it before."""
        if amount > self.amount:
            raise ValueError(f"hold {self.id}: {amount} captured of {self.amount}")
        if not self._settle("captured", amount):
            return False
        account = db.session.get_one(LedgerAccount, self.account_id)
        purse = Purse(account.company_id, account.code, account.unit)
        purse.spend(amount, into, f"hold:{self.id}", kind, **about)
        return True

    def release(self) -> bool:
        """Free it.  False if somebody settled it before."""
        return self._settle("released", 0)

    def expire(self) -> bool:
        """Free it because nobody knows any more what became of it.  False if somebody settled it before."""
        return self._settle("expired", 0)

    def _settle(self, status: str, captured: int) -> bool:
        open_now = sa.update(Hold).where(Hold.id == self.id, Hold.status == "held")
        settled = open_now.values(status=status, captured=captured, settled_at=now()).returning(Hold.id)
        won = db.session.scalar(settled.execution_options(synchronize_session=False)) is not None
        if won:
            freed = sa.update(LedgerAccount).where(LedgerAccount.id == self.account_id)
            freed = freed.values(held=LedgerAccount.held - self.amount)
            db.session.execute(freed.execution_options(synchronize_session=False))
        db.session.refresh(self)
        return won


def _set_aside(account_id: int, amount: int) -> bool:
    # One conditional UPDATE is the whole admission: fifty at once cannot all find the last credit.
    there = LedgerAccount.balance - LedgerAccount.held >= amount
    statement = sa.update(LedgerAccount).where(LedgerAccount.id == account_id, there)
    statement = statement.values(held=LedgerAccount.held + amount).returning(LedgerAccount.id)
    return db.session.scalar(statement.execution_options(synchronize_session=False)) is not None
