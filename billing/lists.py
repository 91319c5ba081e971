"""Orders, subscriptions' invoices, refunds, disputes and operators' actions of all companies, filtered, newest first, page by page.

A page begins after the last row of the one before it, found by an index: the thousandth is as quick as the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from billing.disputes import Dispute
from billing.operator_actions import OperatorAction
from billing.orders import Order, OrderLine
from billing.products import Product
from billing.refunds import Refund
from billing.subscription_invoices import SubscriptionInvoice
from core.db import PlatformModel, db
from tenants.companies.company import Company


@dataclass(frozen=True)
class PlatformList:
    """An empty field shows all; `company` is a company ID, `until` is not included."""

    status: str = ""
    company: str = ""
    currency: str = ""
    since: datetime | None = None
    until: datetime | None = None

    model: ClassVar[type[PlatformModel]]
    # The columns that order the rows, and that say when each of them happened.
    place: ClassVar[str] = "id"
    moment: ClassVar[str]
    loads: ClassVar[Sequence] = ()

    def rows(self, before: int | None = None, at_most: int = 50) -> list:
        """`before` is the place of the last row of the page before."""
        place = getattr(self.model, self.place)
        query = self._narrowed().options(*self.loads).order_by(place.desc()).limit(at_most)
        return list(db.session.scalars(query if before is None else query.where(place < before)))

    def _narrowed(self) -> sa.Select:
        query = sa.select(self.model)
        if self.status:
            query = query.where(self.model.status == self.status)
        if self.company:
            theirs = sa.select(Company.id).where(Company.company_id == self.company)
            query = query.where(self.model.company_id == theirs.scalar_subquery())
        if self.currency:
            query = query.where(self.model.currency == self.currency)
        moment = getattr(self.model, self.moment)
        if self.since:
            query = query.where(moment >= self.since)
        if self.until:
            query = query.where(moment < self.until)
        return query


@dataclass(frozen=True)
class Orders(PlatformList):
    """`number` is an order's number, or how it begins, in digits; `kind` is of a product in it."""

    number: str = ""
    kind: str = ""

    model = Order
    moment = "placed_at"
    loads = (joinedload(Order.company), selectinload(Order.lines).joinedload(OrderLine.package))

    def _narrowed(self) -> sa.Select:
        query = super()._narrowed()
        if self.number:
            # Digits sort alike in every collation, so that the index serves; LIKE could not use it.
            query = query.where(Order.order_no.between(self.number, self.number + "9" * 20))
        if self.kind:
            lines = sa.exists().where(OrderLine.order_id == Order.id, OrderLine.product_id == Product.id)
            query = query.where(lines.where(Product.kind == self.kind))
        return query


@dataclass(frozen=True)
class Invoices(PlatformList):
    """Of subscriptions; `number` is the whole number, in letters of any size."""

    number: str = ""

    model = SubscriptionInvoice
    moment = "paid_at"
    loads = (joinedload(SubscriptionInvoice.company), joinedload(SubscriptionInvoice.order))

    def _narrowed(self) -> sa.Select:
        query = super()._narrowed()
        return query.where(SubscriptionInvoice.number == self.number.upper()) if self.number else query


@dataclass(frozen=True)
class Refunds(PlatformList):
    model = Refund
    moment = "created_at"
    loads = (joinedload(Refund.order), joinedload(Refund.invoice), joinedload(Refund.action), joinedload(Refund.company))


@dataclass(frozen=True)
class Disputes(PlatformList):
    """There are few: a page holds all of them."""

    model = Dispute
    place = "opened_at"
    moment = "opened_at"
    loads = (joinedload(Dispute.order), joinedload(Dispute.invoice), joinedload(Dispute.company))


@dataclass(frozen=True)
class Actions(PlatformList):
    """`action` is one of billing/operator_deeds.py, `operator` an e-mail address: of who asked or who decided."""

    action: str = ""
    operator: str = ""

    model = OperatorAction
    moment = "created_at"
    loads = (joinedload(OperatorAction.company),)

    def _narrowed(self) -> sa.Select:
        query = super()._narrowed()
        if self.action:
            query = query.where(OperatorAction.action == self.action)
        if self.operator:
            query = query.where(sa.or_(OperatorAction.operator == self.operator, OperatorAction.decided_by == self.operator))
        return query


def deciders() -> list[str]:
    """The addresses of everybody who ever asked for an action or decided about one."""
    asked, decided = sa.select(OperatorAction.operator), sa.select(OperatorAction.decided_by)
    both = asked.union(decided.where(OperatorAction.decided_by.is_not(None)))
    return sorted(db.session.scalars(both, bind_arguments={"bind": db.engines["platform"]}))
