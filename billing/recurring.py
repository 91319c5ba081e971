"""What companies pay every month (MRR): the running subscriptions with all that is billed by them, before tax.

A yearly one counts a twelfth for each month; one whose card failed counts until it ends; what is tried, unpaid, paused or
over counts nothing.  What was paid ahead or once is revenue, and no recurring one.
"""

import sqlalchemy as sa

from billing.accounts import BillingAccount
from billing.money import CURRENCIES
from billing.products import Product
from billing.subscriptions import Subscription
from core.db import db

COUNTED = ("active", "past_due")


def monthly_recurring(company_id: int) -> tuple[int, str]:
    """Minor units, and the currency they are in; nothing is 0 in the currency the company would pay in."""
    each = all_monthly_recurring()
    found = db.session.execute(sa.select(each.c.amount, each.c.currency).where(each.c.company_id == company_id)).first()
    if found is not None:
        return int(found.amount), found.currency
    account = db.session.get(BillingAccount, company_id)
    return 0, (account.currency if account else None) or CURRENCIES[0]


def all_monthly_recurring() -> sa.Subquery:
    """One row for every company that pays: company_id, currency, amount, seats.  To be joined by lists of many companies."""
    price = sa.cast(Product.prices.op("->>")(Subscription.currency), sa.BigInteger)
    # One that was not looked at since its monthly amount is kept costs what it was bought for.
    sold_for = sa.func.round(sa.cast(price * seats_paid(), sa.Numeric) / Product.months)
    a_month = sa.func.coalesce(Subscription.monthly, sold_for)
    query = sa.select(
        Subscription.company_id,
        Subscription.currency,
        sa.cast(sa.func.sum(a_month), sa.BigInteger).label("amount"),
        sa.cast(sa.func.sum(seats_paid()), sa.BigInteger).label("seats"),
    )
    running = query.join(Product, Product.id == Subscription.product_id).where(Subscription.status.in_(COUNTED))
    return running.group_by(Subscription.company_id, Subscription.currency).subquery("recurring")


def seats_paid() -> sa.ColumnElement:
    """As `Subscription.seats`: fewer seats were told the provider ahead, and count only when the period is over."""
    is_kept = sa.and_(Subscription.paid_quantity.is_not(None), Subscription.period_end <= Subscription.pending_at)
    return sa.case((is_kept, Subscription.paid_quantity), else_=Subscription.quantity)
