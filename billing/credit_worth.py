"""What an SMS credit had brought when it was used.

The average of all that the company had got by the end of that day (in UTC): bought ones at what was paid for them and
has not gone back, those we gave for nothing.  Ones that were taken back again brought nothing and count for nothing.
"""

import sqlalchemy as sa

from billing.ledger import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.money import SMS
from billing.orders import Order, OrderLine
from billing.products import Product
from billing.purses import GIVEN


def worth_on(days: sa.FromClause) -> sa.Subquery:
    """(company_id, day, worth) of each (company_id, day) in `days`: of one credit, in minor units, not rounded."""
    got = sa.union_all(_bought(), _given()).subquery("got")
    credits = sa.func.greatest(sa.func.sum(got.c.credits), 0)
    worth = sa.func.coalesce(sa.func.sum(got.c.paid) / sa.func.nullif(credits, 0), 0).label("worth")
    until_then = sa.and_(got.c.company_id == days.c.company_id, got.c.day <= days.c.day)
    query = sa.select(days.c.company_id, days.c.day, worth).select_from(days).outerjoin(got, until_then)
    return query.group_by(days.c.company_id, days.c.day).subquery("worth")


def _bought() -> sa.Select:
    credits = sa.cast(Product.gives[SMS].astext, sa.BigInteger) * OrderLine.quantity
    query = sa.select(
        Order.company_id,
        _day_of(Order.paid_at).label("day"),
        credits.label("credits"),
        (OrderLine.amount - OrderLine.returned).label("paid"),
    )
    query = query.join(OrderLine, OrderLine.order_id == Order.id).join(Product, Product.id == OrderLine.product_id)
    return query.where(Product.kind == "sms", Order.paid_at.is_not(None), OrderLine.taken_back_at.is_(None))


def _given() -> sa.Select:
    """Gifts, vouchers and corrections, upwards and downwards."""
    book = sa.select(LedgerAccount.id).where(
        LedgerAccount.company_id.is_(None), LedgerAccount.code == GIVEN, LedgerAccount.unit == SMS
    )
    query = sa.select(
        LedgerTransaction.company_id,
        _day_of(LedgerTransaction.created_at),
        -LedgerEntry.amount,
        sa.literal(0, sa.BigInteger),
    )
    query = query.join(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
    return query.where(LedgerEntry.account_id == book.scalar_subquery())


def _day_of(moment: sa.ColumnElement) -> sa.ColumnElement:
    return sa.cast(sa.func.timezone("UTC", moment), sa.Date)
