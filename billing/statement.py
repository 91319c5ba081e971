"""The statement (F-04): every income and expense with its kind, order number, amount, and the balance after it.

What was paid by card or app for something stands in it too, with no balance: it never was in the wallet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from billing.ledger import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.money import SMS, as_decimal
from billing.purses import REVENUE
from core.db import db
from tenants.companies.company import Company

KINDS = {
    "topup": _l("Top-up"),
    "topup_returned": _l("Top-up returned"),
    "wallet_purchase": _l("Bought from the wallet"),
    "purchase": _l("Bought by card or app"),
    "subscription": _l("Subscription invoice"),
    "refund": _l("Refund"),
    "sms_credits": _l("SMS credits bought"),
    "sms_credits_returned": _l("SMS credits returned"),
    "sms": _l("SMS sent"),
    "voucher": _l("Voucher redeemed"),
    "adjustment": _l("Adjusted by the operator"),
}
PURSES = {"wallet": _l("Wallet"), "sms": _l("SMS credits"), "debt": _l("Owed"), REVENUE: _l("Paid directly")}
HEADS = (_l("Time"), _l("Type"), _l("Order number"), _l("Account"), _l("Amount"), _l("Unit"), _l("Balance after"), _l("Note"))
MOST_ROWS = 100_000


@dataclass(frozen=True)
class Row:
    """One line of the statement.  Positive is income, for debts too: repaying one is positive."""

    id: int
    at: datetime
    kind: str
    order_no: str
    purse: str
    amount: int
    unit: str
    balance_after: int | None
    memo: str

    @property
    def title(self) -> str:
        return str(KINDS.get(self.kind, self.kind))

    @property
    def purse_title(self) -> str:
        return str(PURSES[self.purse])

    @property
    def cells(self) -> list:
        """As an export shows it, amounts as exact decimals."""
        after = None if self.balance_after is None else as_decimal(self.balance_after, self.unit)
        amount = as_decimal(self.amount, self.unit)
        return [self.at, self.title, self.order_no, self.purse_title, amount, self.unit, after, self.memo]


@dataclass(frozen=True)
class Filter:
    """What to show; an empty field shows all.  `until` is not included."""

    kind: str = ""
    unit: str = ""
    since: datetime | None = None
    until: datetime | None = None
    order_no: str = ""

    def narrow(self, query: sa.Select) -> sa.Select:
        if self.kind:
            query = query.where(LedgerTransaction.kind == self.kind)
        if self.unit:
            query = query.where(LedgerEntry.unit == self.unit)
        if self.since:
            query = query.where(LedgerTransaction.created_at >= self.since)
        if self.until:
            query = query.where(LedgerTransaction.created_at < self.until)
        if self.order_no:
            query = query.where(LedgerTransaction.order_no == self.order_no)
        return query


EVERYTHING = Filter()


def rows_of(company: Company, only: Filter = EVERYTHING, before: int | None = None, at_most: int = 50) -> list[Row]:
    """Newest first; `before` is the id of the last row of the page before."""
    query = only.narrow(_query(company)).order_by(LedgerTransaction.id.desc(), LedgerEntry.account_id)
    if before is not None:
        query = query.where(LedgerTransaction.id < before)
    return [Row(*found) for found in db.session.execute(query.limit(at_most))]


def export_rows(company: Company, only: Filter = EVERYTHING) -> Iterable[list]:
    """All of it, as cells for `core.tables`."""
    return (row.cells for row in rows_of(company, only, at_most=MOST_ROWS))


def chart_of(
    company: Company, unit: str, since: datetime, until: datetime, time_zone: str = "UTC"
) -> list[tuple[date, int, int]]:
    """Income and expense (both positive) of each day that had any, earliest first; days as they are in that time zone."""
    day = sa.func.date(sa.func.timezone(time_zone, LedgerTransaction.created_at))
    income = sa.func.coalesce(sa.func.sum(_amount()).filter(_amount() > 0), 0)
    expense = sa.func.coalesce(-sa.func.sum(_amount()).filter(_amount() < 0), 0)
    query = _query(company).with_only_columns(day, income, expense).group_by(day).order_by(day)
    found = db.session.execute(Filter(unit=unit, since=since, until=until).narrow(query))
    return [(when, int(came), int(went)) for when, came, went in found]


def units_of(company: Company) -> list[str]:
    """The units a company has ever used, its currency first."""
    units = set(db.session.scalars(sa.select(LedgerAccount.unit).where(LedgerAccount.company_id == company.id)))
    return sorted(units - {SMS}) + [SMS] * (SMS in units)


def _amount():
    # Seen from the company, what it paid us directly is an expense.
    return sa.case((LedgerAccount.company_id.is_(None), -LedgerEntry.amount), else_=LedgerEntry.amount)


def _query(company: Company) -> sa.Select:
    transaction, entry, account = LedgerTransaction, LedgerEntry, LedgerAccount
    columns = (
        transaction.id, transaction.created_at, transaction.kind, transaction.order_no,
        account.code, _amount(), entry.unit, entry.balance_after, transaction.memo,
    )  # fmt: skip
    # Beside a purse, the platform's side of a movement only says the same once more.
    beside = sa.orm.aliased(LedgerEntry)
    touches_purse = sa.exists().where(beside.transaction_id == transaction.id, beside.balance_after.is_not(None))
    directly = sa.and_(account.company_id.is_(None), account.code == REVENUE, ~touches_purse)
    query = (
        sa.select(*columns).join(entry, entry.transaction_id == transaction.id).join(account, account.id == entry.account_id)
    )
    return query.where(transaction.company_id == company.id, sa.or_(account.company_id == company.id, directly))
