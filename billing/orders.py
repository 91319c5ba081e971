"""An order: what a company wants to buy, at the prices we had then.  The browser names products and numbers, never prices."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from billing.accounts import BillingAccount
from billing.ledger import BY_LAW, new_hold_id, new_order_no
from billing.money import split, spoken
from billing.products import Product
from core.clock import now
from core.db import PlatformModel, db, identity, record
from core.errors import Invalid, NotFound, Refusal
from core.events import dataclass_event
from tenants.abuse.signals import Signal
from tenants.companies.company import Company
from tenants.platform.settings import limits

# One open order for each of these: whoever begins anew leaves the earlier one behind.
PURPOSES = {"subscription": "plan", "term": "plan", "topup": "topup"}
STATUSES = ("open", "waiting_for_payment", "paid", "failed", "expired", "superseded", "refunded")


@dataclass_event
class OrderPaid:
    company_id: int
    order_id: int


class PaidTwice(Refusal):
    """The money has to go back."""

    code = "paid_twice"
    message = _l("Order {order_no} is paid already. The second payment is being returned.")


class MoreThanPaid(Refusal):
    code = "more_than_paid"
    message = _l("At most {left} of order {order_no} can be returned.")


class NotPaid(Refusal):
    code = "not_paid"
    message = _l("Order {order_no} is not paid.")


class Order(PlatformModel):
    """open → waiting_for_payment → paid → refunded; or failed, expired, superseded by a newer one.

    Money that arrives for an order that was given up is honoured, unless its successor is paid.
    """

    __tablename__ = "order"
    __table_args__ = (
        sa.UniqueConstraint("company_id", "key"),
        sa.CheckConstraint(f"status IN {STATUSES}", name="status"),
        sa.CheckConstraint("total >= 0 AND returned BETWEEN 0 AND total", name="total"),
        sa.Index("ix_order_one_open", "company_id", "purpose", unique=True, postgresql_where=sa.text("status = 'open'")),
        sa.Index("ix_order_company", "company_id", "placed_at"),
        sa.Index("ix_order_status", "status", "id"),
        sa.Index("ix_order_placed_at", "placed_at"),
    )
    kept_at_erasure = BY_LAW

    id: Mapped[int] = identity()
    order_no: Mapped[str] = mapped_column(unique=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"))
    key: Mapped[str | None]
    purpose: Mapped[str]
    currency: Mapped[str]
    total: Mapped[int]
    returned: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(default="open")
    payment: Mapped[str | None] = mapped_column(unique=True)
    tax: Mapped[dict] = mapped_column(JSONB, default=dict)
    placed_at: Mapped[datetime] = mapped_column(default=now)
    paid_at: Mapped[datetime | None]
    superseded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.order.id"))

    lines: Mapped[list["OrderLine"]] = relationship(
        order_by="OrderLine.id", cascade="all, delete-orphan", back_populates="order"
    )
    superseded_by: Mapped["Order | None"] = relationship(remote_side=[id])
    company: Mapped[Company] = relationship()

    @classmethod
    def numbered(cls, order_no: str) -> "Order | None":
        return db.session.scalar(sa.select(cls).where(cls.order_no == order_no))

    @classmethod
    def paid_by(cls, payment: str) -> "Order | None":
        """The order a payment ("pi_…") paid."""
        return db.session.scalar(sa.select(cls).where(cls.payment == payment))

    @property
    def left(self) -> int:
        """What has been paid and not returned."""
        return self.total - self.returned if self.is_paid else 0

    @property
    def is_paid(self) -> bool:
        return self.status in ("paid", "refunded")

    @property
    def is_from_wallet(self) -> bool:
        return (self.payment or "").startswith("wallet:")

    @property
    def is_topup(self) -> bool:
        return self.purpose == "topup"

    @property
    def asked_as(self) -> dict:
        """How a refund says what it is of."""
        return {"order_no": self.order_no}

    def lock(self) -> None:
        """Everything of a company that is bought or returned waits for each other; read anew under the lock."""
        BillingAccount.locked(self.company_id)
        db.session.refresh(self)

    def wait(self) -> None:
        """The buyer has agreed and the money is under way (WeChat Pay, Alipay)."""
        self._leave("waiting_for_payment", only_from=("open",))

    def fail(self) -> None:
        if self._leave("failed", only_from=("open", "waiting_for_payment")):
            Signal.note("failed_payments", f"{now():%Y-%m}", self.company_id, order=self.order_no)

    def expire(self) -> None:
        self._leave("expired", only_from=("open", "waiting_for_payment"))

    def fulfil(self, payment: str, tax: Mapping | None = None) -> bool:
        """The money is here: post it and hand over what was bought, all in this transaction, once.

        `payment` is the provider's "pi_…" or "wallet:…".  Returns False when this payment was seen before.
        Raises PaidTwice when another one came first.
        """
        from billing.delivery import deliver  # what is delivered knows its order
        from billing.documents import issue_receipt

        self.lock()
        if self.payment == payment:
            return False
        self._refuse_second_payment()
        self.status, self.payment, self.paid_at, self.tax = "paid", payment, now(), dict(tax or {})
        self._supersede_open_ones()
        deliver(self)
        issue_receipt(self)
        record(OrderPaid(self.company_id, self.id))
        return True

    def reverse(
        self, refund_key: str, amount: int | None = None, lines: "Iterable[OrderLine] | None" = None, actor: str = "system"
    ) -> "OrderReturn":
        """Money went back: post it, and take back what was bought with it.  Once for each refund ("re_…").

        With `lines` (and no amount: what they cost) just these are revoked; without, all of them once the whole order
        has been returned.  Raises MoreThanPaid, NotPaid, KeyReused.
        """
        from billing.returns import take_back

        self.lock()
        return take_back(self, refund_key, amount, None if lines is None else list(lines), actor)

    def dispute(self, dispute_key: str, amount: int) -> None:
        """The buyer's bank has asked for the money back: what a top-up left in the wallet may not be spent meanwhile."""
        from billing.returns import freeze

        self.lock()
        freeze(self, dispute_key, amount)

    def win_dispute(self, dispute_key: str) -> None:
        from billing.returns import unfreeze

        self.lock()
        unfreeze(self, dispute_key)

    def lose_dispute(self, dispute_key: str, amount: int | None = None) -> "OrderReturn":
        """The money is gone: as a refund of all that is left (or `amount`), after what was held is free to be taken."""
        self.win_dispute(dispute_key)
        return self.reverse(f"{dispute_key}:lost", amount)

    def dispute_hold_id(self, dispute_key: str):
        return new_hold_id("dispute", dispute_key)

    def _refuse_second_payment(self) -> None:
        if self.is_paid or (self.superseded_by and self.superseded_by.is_paid):
            raise PaidTwice(order_no=self.order_no)

    def _supersede_open_ones(self) -> None:
        others = sa.select(Order).where(Order.company_id == self.company_id, Order.purpose == self.purpose, Order.id != self.id)
        for other in db.session.scalars(others.where(Order.status == "open")):
            other.status, other.superseded_by_id = "superseded", self.id

    def _leave(self, status: str, only_from: tuple[str, ...]) -> bool:
        self.lock()
        leaves = self.status in only_from
        if leaves:
            self.status = status
        return leaves


class OrderLine(PlatformModel):
    """So many of one version of a product.  A package is the lines it consists of, each with its share of the price."""

    __tablename__ = "order_line"
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("returned BETWEEN 0 AND amount", name="returned"),
    )
    kept_at_erasure = BY_LAW

    id: Mapped[int] = identity()
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.order.id"), index=True)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.product.id"))
    package_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.product.id"))
    quantity: Mapped[int]
    unit_amount: Mapped[int]
    amount: Mapped[int]
    returned: Mapped[int] = mapped_column(default=0)
    taken_back_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship(foreign_keys=[product_id], lazy="joined", innerjoin=True)
    package: Mapped[Product | None] = relationship(foreign_keys=[package_id])

    @property
    def reason(self) -> str:
        """Why the company has what this line gave it."""
        return f"order:{self.order.order_no}/{self.id}"

    @property
    def title(self) -> str:
        return f"{self.package.title}: {self.product.title}" if self.package else self.product.title


class OrderReturn(PlatformModel):
    """Money of an order that went back."""

    __tablename__ = "order_return"
    __table_args__ = (sa.CheckConstraint("amount > 0", name="amount"),)
    kept_at_erasure = BY_LAW

    id: Mapped[int] = identity()
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.order.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    amount: Mapped[int]
    line_ids: Mapped[list] = mapped_column(JSONB, default=list)
    actor: Mapped[str] = mapped_column(default="system")
    returned_at: Mapped[datetime] = mapped_column(default=now)

    order: Mapped[Order] = relationship()


def place_order(company: Company, cart: Mapping[str, int], currency: str, key: str | None = None) -> Order:
    """An open order of `cart` (product code → quantity) at our own prices.

    `key` comes from the form: sent twice, it is the same order.  Raises Invalid, NotForSale, CurrencyIsFixed.
    """
    account = BillingAccount.locked(company)
    placed = key and db.session.scalar(sa.select(Order).where(Order.company_id == company.id, Order.key == key))
    if placed:
        return placed
    products = {Product.on_sale(code): _quantity(quantity) for code, quantity in cart.items()}
    account.pay_in(currency)
    lines = [line for product, quantity in products.items() for line in _lines(product, quantity, currency)]
    order = Order(
        order_no=new_order_no(), company_id=company.id, key=key, purpose=_purpose(products), currency=currency,
        total=sum(line.amount for line in lines), lines=lines, status="open",
    )  # fmt: skip
    _make_way_for(order)
    return order


def order_of(company: Company, order_no: str) -> Order:
    """The company's order.  Raises NotFound, also for another company's."""
    order = Order.numbered(order_no)
    if order is None or order.company_id != company.id:
        raise NotFound
    return order


def orders_of(company: Company, at_most: int = 100) -> list[Order]:
    """What a company bought or began to buy, newest first."""
    newest = sa.select(Order).where(Order.company_id == company.id).order_by(Order.id.desc()).limit(at_most)
    return list(db.session.scalars(newest))


def price_of(cart: Mapping[str, int], currency: str) -> int:
    """What a cart costs, for showing it.  Raises Invalid, NotForSale."""
    return sum(Product.on_sale(code).price_in(currency) * _quantity(quantity) for code, quantity in cart.items())


def refuse_more_than_paid(order: Order, amount: int, lines: Iterable[OrderLine] | None = None) -> None:
    """Raises NotPaid, MoreThanPaid: more than the order has left, or than these lines have."""
    if not order.is_paid:
        raise NotPaid(order_no=order.order_no)
    left = order.left if lines is None else min(order.left, sum(line.amount - line.returned for line in lines))
    if not 0 < amount <= left:
        raise MoreThanPaid(order_no=order.order_no, left=spoken(left, order.currency))


def _quantity(quantity) -> int:
    most = limits()["most_in_order"]
    if type(quantity) is not int or not 1 <= quantity <= most:
        raise Invalid(quantity=_("Choose a whole number from 1 to %(most)s.", most=most))
    return quantity


def _purpose(products: Iterable[Product]) -> str:
    purposes = {PURPOSES.get(product.kind, "extras") for product in products}
    if len(purposes) != 1:
        raise Invalid(cart=_("Buy a plan, a top-up and extras one after another."))
    return purposes.pop()


def _lines(product: Product, quantity: int, currency: str) -> list[OrderLine]:
    price = product.price_in(currency)
    if product.kind != "package":
        return [OrderLine(product=product, quantity=quantity, unit_amount=price, amount=price * quantity)]
    parts = [(Product.on_sale(code), count * quantity) for code, count in product.contents.items()]
    shares = split(price * quantity, [part.price_in(currency) * count for part, count in parts])
    return [
        OrderLine(product=part, package=product, quantity=count, unit_amount=part.price_in(currency), amount=share)
        for (part, count), share in zip(parts, shares, strict=True)
    ]


def _make_way_for(order: Order) -> None:
    """The earlier open order of this purpose must be closed before the new one can be open."""
    open_one = sa.select(Order).where(
        Order.company_id == order.company_id, Order.purpose == order.purpose, Order.status == "open"
    )
    earlier = db.session.scalar(open_one)
    if earlier is not None:
        earlier.status = "superseded"
        db.session.flush()
    db.session.add(order)
    db.session.flush()
    if earlier is not None:
        earlier.superseded_by_id = order.id
        db.session.flush()
