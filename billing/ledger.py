"""The ledger: every movement of money and credits, written twice, never rewritten.

A transaction's entries sum to zero for each unit; the database checks it when the transaction commits, refuses every
UPDATE and DELETE, and refuses a purse below what is held in it (migrations/platform, revision "ledger").  Purses belong
to companies and carry a balance.  The platform's own books carry none: one row that every company's payment had to lock
would make all of them wait for each other.

Locks are taken in this order: the company's billing account, an order or voucher, a hold, purses by number, the
company's row (grants change its version), a document's counter.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import PlatformModel, db, identity

BY_LAW = "Records of money are kept by law. They name a number, not a person."


class Book(NamedTuple):
    """An account by its name: a company's ("wallet", "sms", "debt"), or, without a company, the platform's."""

    code: str
    unit: str
    company_id: int | None = None


class KeyReused(RuntimeError):
    """The same key came with other content: a programming error, and money's last defence against it."""


class LedgerAccount(PlatformModel):
    """A purse of a company, or a book of the platform's."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        sa.UniqueConstraint("company_id", "code", "unit", postgresql_nulls_not_distinct=True),
        sa.CheckConstraint("held >= 0", name="held"),
        sa.CheckConstraint("(company_id IS NULL) = (balance IS NULL)", name="balance"),
        sa.CheckConstraint(
            "company_id IS NULL OR CASE code WHEN 'debt' THEN balance <= 0 AND held = 0 ELSE balance >= held END",
            name="never_overspent",
        ),
    )
    kept_at_erasure = BY_LAW

    id: Mapped[int] = identity()
    company_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.company.id"))
    code: Mapped[str]
    unit: Mapped[str]
    balance: Mapped[int | None]
    held: Mapped[int] = mapped_column(default=0, server_default="0")
    version: Mapped[int] = mapped_column(default=0, server_default="0")


class LedgerTransaction(PlatformModel):
    """Why money moved: once for each key, whatever is delivered twice."""

    __tablename__ = "ledger_transaction"
    __table_args__ = (sa.Index("ix_ledger_transaction_created_at", "created_at"),)
    kept_at_erasure = BY_LAW

    id: Mapped[int] = identity()
    key: Mapped[str] = mapped_column(unique=True)
    fingerprint: Mapped[str]
    kind: Mapped[str]
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), index=True)
    order_no: Mapped[str] = mapped_column(index=True)
    actor: Mapped[str]
    memo: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now)

    entries: Mapped[list["LedgerEntry"]] = relationship(back_populates="transaction", viewonly=True)

    @classmethod
    def begin(
        cls, key: str, kind: str, company_id: int, asked: Mapping, order_no: str = "", actor: str = "system", memo: str = ""
    ):
        """Begin a movement, or find the one this key began.  Returns it and whether it is new; post only if it is.

        `asked` is what was asked for, in plain values.  Raises KeyReused when the key came with something else.
        """
        content = json.dumps([kind, company_id, dict(asked)], sort_keys=True)
        values = {
            "key": key, "fingerprint": hashlib.sha256(content.encode()).hexdigest(), "kind": kind, "company_id": company_id,
            "order_no": order_no or new_order_no(), "actor": actor, "memo": memo, "created_at": now(),
        }  # fmt: skip
        # Whoever comes second waits here until the first has committed, and then finds it.
        statement = insert(cls).values(values).on_conflict_do_nothing(index_elements=[cls.key]).returning(cls.id)
        id = db.session.scalar(statement)
        begun = db.session.scalars(sa.select(cls).where(cls.key == key)).one()
        if begun.fingerprint != values["fingerprint"]:
            raise KeyReused(f"{key} was used for something else before")
        return begun, id is not None

    def post(self, changes: Mapping[Book, int]) -> None:
        """Write the entries.  A purse that cannot take its change is refused by the database."""
        numbers = numbers_of(book for book, amount in changes.items() if amount)
        for book in sorted(numbers, key=numbers.get):
            balance = None if book.company_id is None else _change(numbers[book], changes[book])
            entry = LedgerEntry(
                transaction_id=self.id, account_id=numbers[book], amount=changes[book], unit=book.unit, balance_after=balance
            )
            db.session.add(entry)
        db.session.flush()


class LedgerEntry(PlatformModel):
    """One side of a movement."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        sa.CheckConstraint("amount <> 0", name="amount"),
        sa.Index("ix_ledger_entry_account", "account_id", "transaction_id"),
    )
    kept_at_erasure = BY_LAW

    transaction_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.ledger_transaction.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.ledger_account.id"), primary_key=True)
    amount: Mapped[int]
    unit: Mapped[str]
    balance_after: Mapped[int | None]

    transaction: Mapped[LedgerTransaction] = relationship(back_populates="entries", viewonly=True)
    account: Mapped[LedgerAccount] = relationship(viewonly=True)


def numbers_of(books) -> dict[Book, int]:
    """The accounts' numbers; those that are missing are opened."""
    books = list(dict.fromkeys(books))
    found = _find(books)
    missing = [book for book in books if book not in found]
    if missing:
        rows = [book._asdict() | {"balance": None if book.company_id is None else 0} for book in missing]
        db.session.execute(insert(LedgerAccount).on_conflict_do_nothing(), rows)
        found |= _find(missing)
    return found


def lock_purses(*books: Book) -> dict[Book, LedgerAccount]:
    """Lock purses in the order of their numbers, and read them as they are then."""
    numbers = numbers_of(books)
    query = sa.select(LedgerAccount).where(LedgerAccount.id.in_(numbers.values())).order_by(LedgerAccount.id)
    # Not FOR UPDATE: whoever writes a row that refers to the purse shares its key, and each would wait for the other.
    rows = db.session.scalars(query.with_for_update(key_share=True).execution_options(populate_existing=True))
    return {Book(row.code, row.unit, row.company_id): row for row in rows}


def new_order_no() -> str:
    """A number people can read out: the day and eight digits, never twice."""
    drawn = db.session.scalar(sa.select(ORDER_NUMBERS.next_value()), bind_arguments={"bind": db.engines["platform"]})
    return f"{now():%Y%m%d}{drawn:08}"


ORDER_NUMBERS = sa.Sequence("order_number", schema="platform", metadata=PlatformModel.metadata)


def new_hold_id(*parts: object) -> uuid.UUID:
    """The same parts make the same id: asking twice holds once."""
    return uuid.uuid5(uuid.NAMESPACE_OID, ":".join(map(str, parts)))


def _find(books: list[Book]) -> dict[Book, int]:
    mine = LedgerAccount.company_id.in_({book.company_id for book in books if book.company_id is not None})
    platforms = LedgerAccount.company_id.is_(None)
    query = sa.select(LedgerAccount.code, LedgerAccount.unit, LedgerAccount.company_id, LedgerAccount.id)
    query = query.where(mine | platforms, LedgerAccount.code.in_({book.code for book in books}))
    return {book: id for *name, id in db.session.execute(query) if (book := Book(*name)) in books}


def _change(account_id: int, amount: int) -> int:
    statement = sa.update(LedgerAccount).where(LedgerAccount.id == account_id)
    statement = statement.values(balance=LedgerAccount.balance + amount, version=LedgerAccount.version + 1)
    return db.session.scalar(statement.returning(LedgerAccount.balance).execution_options(synchronize_session=False))
