"""What the platform earned: revenue, trials and SMS, each as rows from one query; a chart, a table and a file show the same.

Revenue is what stands in the ledger's book of that name: what was bought by card, app or from a wallet, less what went
back.  A top-up is none, it is still the company's money; nor is anything given for free.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from billing.accounts import BillingAccount
from billing.ledger import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.money import CURRENCIES, SMS, split
from billing.orders import Order, OrderLine, OrderReturn
from billing.plans import PROFESSIONAL_TRIAL
from billing.products import Product
from billing.purses import REVENUE, SMS_SOLD, SMS_USED
from billing.spans import Span
from core.clock import now
from core.db import db
from tenants.rights.entitlements import Grant

SUBSCRIPTION = "subscription"


class Revenue(NamedTuple):
    """What one kind of product brought in a step, in minor units."""

    begins: date
    kind: str
    sold: int
    refunded: int
    disputed: int

    @property
    def net(self) -> int:
        return self.sold - self.refunded - self.disputed


class Trials(NamedTuple):
    """The trials that began in a step, and what has become of them until now."""

    begins: date
    begun: int
    bought: int
    running: int

    @property
    def share(self) -> float | None:
        """Who bought, of those whose trial is decided."""
        return self.bought / (self.begun - self.running) if self.begun > self.running else None


class SmsSold(NamedTuple):
    """Credits sold less returned, what was paid for them in minor units, and how many were used."""

    begins: date
    sold: int
    value: int
    used: int

    @property
    def each(self) -> float | None:
        """What one credit brought, in minor units."""
        return self.value / self.sold if self.sold > 0 else None


def revenue_in(span: Span, currency: str) -> list[Revenue]:
    """Steps and kinds of product that had any, earliest first."""
    sold = _sum_up(db.session.execute(_bought(span, currency)), db.session.execute(_invoiced(span, currency)))
    refunded, disputed = (_sum_up(rows) for rows in _returned(span, currency))
    keys = sorted(sold.keys() | refunded.keys() | disputed.keys())
    return [Revenue(*key, sold[key], refunded[key], disputed[key]) for key in keys]


def trials_in(span: Span) -> list[Trials]:
    """Each step of a span, those without a trial too."""
    bought = sa.exists().where(Order.company_id == Grant.company_id, Order.purpose == "plan", Order.paid_at >= Grant.valid_from)
    begins = span.step_of(Grant.valid_from).label("begins")
    query = sa.select(
        begins,
        sa.func.count(),
        sa.func.count().filter(bought),
        sa.func.count().filter(~bought, Grant.valid_until > now()),
    )
    query = query.where(Grant.reason == PROFESSIONAL_TRIAL.code, span.holds(Grant.valid_from)).group_by(begins)
    found = {row[0]: Trials(*row) for row in db.session.execute(query)}
    return [found.get(step, Trials(step, 0, 0, 0)) for step in span.steps()]


def sms_in(span: Span, currency: str, revenue: Iterable[Revenue]) -> list[SmsSold]:
    """Each step of a span; what was paid is taken from its revenue."""
    value = _sum_up([(row.begins, "", row.net) for row in revenue if row.kind == "sms"])
    ordered = _credits(span, SMS_SOLD).join(Order, Order.order_no == LedgerTransaction.order_no)
    used = _credits(span, SMS_USED).join(BillingAccount, BillingAccount.company_id == LedgerTransaction.company_id)
    sold = dict(tuple(row) for row in db.session.execute(ordered.where(Order.currency == currency)))
    spent = dict(tuple(row) for row in db.session.execute(used.where(pays_in(currency))))
    return [SmsSold(step, -int(sold.get(step, 0)), value[step, ""], int(spent.get(step, 0))) for step in span.steps()]


def currencies_used() -> list[str]:
    """Those something was ever earned in, or those we sell in."""
    ours = sa.select(LedgerAccount.unit).where(LedgerAccount.company_id.is_(None), LedgerAccount.code == REVENUE)
    used = set(db.session.scalars(ours))
    return [currency for currency in CURRENCIES if currency in used or not used] + sorted(used - set(CURRENCIES))


def pays_in(currency: str) -> sa.ColumnElement:
    """Of companies with their billing account, if they have one.  Who has bought nothing yet would begin with the first."""
    return sa.func.coalesce(BillingAccount.currency, CURRENCIES[0]) == currency


def _sum_up(*many: Iterable) -> dict[tuple[date, str], int]:
    sums: dict[tuple[date, str], int] = defaultdict(int)
    for rows in many:
        for begins, kind, amount in rows:
            sums[begins, kind] += int(amount)
    return sums


def _entries(span: Span, unit: str, code: str, *columns) -> sa.Select:
    """Movements of one of the platform's books, by step."""
    begins = span.step_of(LedgerTransaction.created_at)
    query = sa.select(begins, *columns).select_from(LedgerEntry)
    query = query.join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
    book = sa.select(LedgerAccount.id).where(
        LedgerAccount.company_id.is_(None), LedgerAccount.code == code, LedgerAccount.unit == unit
    )
    return query.where(LedgerEntry.account_id == book.scalar_subquery(), span.holds(LedgerTransaction.created_at))


def _bought(span: Span, currency: str) -> sa.Select:
    """Orders, by their lines: what was paid is what they sum to."""
    amount = sa.func.sum(OrderLine.amount)
    query = _entries(span, currency, REVENUE, Product.kind, amount).join(Order, Order.order_no == LedgerTransaction.order_no)
    query = query.join(OrderLine, OrderLine.order_id == Order.id).join(Product, Product.id == OrderLine.product_id)
    return query.where(LedgerTransaction.kind.in_(("purchase", "wallet_purchase"))).group_by(sa.text("1"), Product.kind)


def _invoiced(span: Span, currency: str) -> sa.Select:
    amount = sa.func.sum(LedgerEntry.amount)
    query = _entries(span, currency, REVENUE, sa.literal(SUBSCRIPTION), amount)
    return query.where(LedgerTransaction.kind == "subscription").group_by(sa.text("1"))


def _returned(span: Span, currency: str) -> tuple[list, list]:
    """(step, kind, amount) of refunds, and of disputes that were lost.  What belongs to no order was a subscription's invoice."""
    key = LedgerTransaction.key
    query = _entries(span, currency, REVENUE, key, -LedgerEntry.amount, OrderReturn.id, OrderReturn.order_id)
    query = query.outerjoin(OrderReturn, key == sa.literal("refund:") + OrderReturn.key).where(LedgerEntry.amount < 0)
    found = db.session.execute(query).all()
    shares = _shares({order_id for *_rest, order_id in found if order_id})
    refunded, disputed = [], []
    for begins, transaction_key, amount, return_id, _order_id in found:
        kinds = shares.get(return_id, {SUBSCRIPTION: amount})
        into = disputed if transaction_key.endswith(":lost") else refunded
        into += [(begins, kind, part) for kind, part in kinds.items()]
    return refunded, disputed


def _shares(order_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """What each return of these orders took from which kind of product: told once more as billing/returns.py shared it."""
    lines = sa.select(OrderLine).where(OrderLine.order_id.in_(order_ids)).order_by(OrderLine.id)
    left = {line: line.amount for line in db.session.scalars(lines)}
    returns = sa.select(OrderReturn).where(OrderReturn.order_id.in_(order_ids)).order_by(OrderReturn.id)
    shares: dict[int, dict[str, int]] = {}
    for done in db.session.scalars(returns):
        its = [line for line in left if line.order_id == done.order_id and line.id in done.line_ids]
        kinds = shares.setdefault(done.id, defaultdict(int))
        for line, part in zip(its, split(done.amount, [left[line] for line in its]), strict=True):
            left[line] -= part
            kinds[line.product.kind] += part
    return shares


def _credits(span: Span, code: str) -> sa.Select:
    return _entries(span, SMS, code, sa.func.sum(LedgerEntry.amount)).group_by(sa.text("1"))
