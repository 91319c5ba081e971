"""The professional plan, paid by card month after month: a copy of what the provider says, and never ahead of it.

A request that asks the provider for a change does not write here what it asked for.  It asks, then reads, like the
webhook does (billing.md §3.1).
"""

import logging
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from billing import payments
from billing.accounts import BillingAccount
from billing.checkouts import Checkout, return_second_payment
from billing.differences import Difference
from billing.grants import SubscriptionState, grant_from_subscription
from billing.ledger import BY_LAW
from billing.money import CURRENCIES
from billing.orders import PaidTwice
from billing.payments import Gone
from billing.products import Product
from billing.subscription_invoices import note_paid
from billing.subscription_price import monthly_of, own_item
from billing.trials import note_signs
from core.clock import now
from core.db import PlatformModel, db
from core.errors import Refusal
from tenants.abuse.signals import Signal
from tenants.companies.company import Company

log = logging.getLogger(__name__)

ENDED = ("canceled", "incomplete_expired")
STATUSES = ("incomplete", "incomplete_expired", "trialing", "active", "past_due", "canceled", "unpaid", "paused")


class NotSubscribed(Refusal):
    code = "not_subscribed"
    message = _l("Your company has no running subscription. Choose a plan first.")


class Subscription(PlatformModel):
    """One subscription at the provider, as it was when we last asked."""

    __tablename__ = "subscription"
    __table_args__ = (
        sa.CheckConstraint(f"status IN {STATUSES}", name="status"),
        sa.Index(
            "ix_subscription_one_running", "company_id", unique=True,
            postgresql_where=sa.text("status NOT IN ('canceled', 'incomplete_expired')"),
        ),
    )  # fmt: skip
    kept_at_erasure = BY_LAW

    stripe_id: Mapped[str] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), index=True)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.product.id"))
    customer_id: Mapped[str]
    item_id: Mapped[str]
    price_id: Mapped[str]
    currency: Mapped[str]
    quantity: Mapped[int]
    status: Mapped[str]
    started_at: Mapped[datetime]
    period_end: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    past_due_since: Mapped[datetime | None]
    # What is still to be paid, and where; whether the bank wants the person to be there.
    invoice_id: Mapped[str | None]
    invoice_url: Mapped[str | None]
    invoice_due: Mapped[int | None]
    asks_person: Mapped[bool] = mapped_column(default=False)
    # Fewer seats from the next period on.  They are told the provider shortly before; what is paid for stays until then.
    pending_quantity: Mapped[int | None]
    pending_at: Mapped[datetime | None]
    pending_told_at: Mapped[datetime | None]
    paid_quantity: Mapped[int | None]
    # What it brings each month, minor units: all its items and discounts (billing/subscription_price.py).
    monthly: Mapped[int | None]
    synced_at: Mapped[datetime] = mapped_column(default=now)

    product: Mapped[Product] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def running_of(cls, company_id: int) -> "Subscription | None":
        """The one that has not ended, in whatever trouble it is."""
        return db.session.scalar(sa.select(cls).where(cls.company_id == company_id, cls.status.not_in(ENDED)))

    @classmethod
    def needed_of(cls, company: Company) -> "Subscription":
        """The same.  Raises NotSubscribed."""
        found = cls.running_of(company.id)
        if found is None:
            raise NotSubscribed
        return found

    @property
    def is_running(self) -> bool:
        return self.status not in ENDED

    @property
    def is_paid_up(self) -> bool:
        return self.status in ("active", "trialing")

    @property
    def seats(self) -> int:
        """How many are paid for now."""
        keeps = self.paid_quantity is not None and self.pending_at is not None and self.period_end <= self.pending_at
        return self.paid_quantity if keeps else self.quantity

    @property
    def state(self) -> SubscriptionState:
        return SubscriptionState(
            id=self.stripe_id,
            status=self.status,
            rights=self.product.rights_for(max(self.seats, 1)),
            product=self.product.code,
            started_at=self.started_at,
            period_end=self.period_end,
            past_due_since=self.past_due_since,
        )

    def forget_pending(self) -> None:
        self.pending_quantity = self.pending_at = self.pending_told_at = self.paid_quantity = None


def sync_subscription(id: str, company_id: int | None = None) -> Subscription | None:
    """Bring our copy, the rights and the first order to what the provider says now.

    `company_id` is whose checkout began it; else our copy or the customer tells.  None when it is nobody's.
    Raises ProviderAway.
    """
    company_id = company_id or _owner(id)
    if company_id is None:
        return None
    # First the lock, then the look: what was fetched before waiting may be older than what somebody wrote meanwhile.
    BillingAccount.locked(company_id)
    db.session.flush()
    known = db.session.get(Subscription, id, populate_existing=True)
    try:
        said = payments.subscription(id)
    except Gone:
        return _lost(known)
    if known is None:
        visit = _visit_that_began(id)
        if said["status"] not in ENDED and not _may_begin(said, company_id, visit):
            said = payments.subscription(id)
    return _written(said, known, company_id)


def sync_invoice(id: str) -> Subscription | None:
    """An invoice was paid, or not: bring its subscription up to date, and post what was paid, once."""
    said = payments.invoice(id)
    subscription_id = payments.subscription_of_invoice(said)
    if subscription_id is None:
        return None
    subscription = sync_subscription(subscription_id)
    if subscription is not None:
        _post(subscription, said)
    return subscription


def sync_customer(customer_id: str) -> None:
    """Somebody changed or deleted the customer at the provider: look at what he had."""
    mine = sa.select(Subscription.stripe_id).where(Subscription.customer_id == customer_id, Subscription.status.not_in(ENDED))
    for id in list(db.session.scalars(mine)):
        sync_subscription(id)


def follow_card(customer_id: str) -> None:
    """The company has another card now: its subscription, which keeps the card it was bought with, takes that one too."""
    card = (payments.customer(customer_id).get("invoice_settings") or {}).get("default_payment_method")
    mine = sa.select(Subscription).where(Subscription.customer_id == customer_id, Subscription.status.not_in(ENDED))
    subscription = db.session.scalar(mine)
    if card is None or subscription is None:
        return
    _note_card(subscription.company_id, card)
    if payments.subscription(subscription.stripe_id)["default_payment_method"] != card:
        payments.change_subscription(subscription.stripe_id, None, default_payment_method=card)


def _owner(id: str) -> int | None:
    """From our own rows only: what is written at the provider may have been written by anybody there."""
    known = db.session.scalar(sa.select(Subscription.company_id).where(Subscription.stripe_id == id))
    if known is not None:
        return known
    said = payments.subscription(id)
    account = BillingAccount.of_stripe_customer(said["customer"])
    if account is None and said["status"] not in ENDED:
        Difference.note("orphan", id, theirs={"customer": said["customer"], "status": said["status"]})
    return account.company_id if account else None


def _visit_that_began(id: str) -> Checkout | None:
    """The visit it came from, also when the subscription is told of first."""
    session = payments.session_of(subscription=id)
    visit = Checkout.of_session(session["id"]) if session else None
    if visit is not None:
        visit.stripe_subscription_id = id
        db.session.flush()
    return visit


def _may_begin(said: dict, company_id: int, visit: Checkout | None) -> bool:
    """A company has one.  If another is running truly, this one ends and its money goes back."""
    other = Subscription.running_of(company_id)
    if other is not None:
        # Perhaps it has ended and nobody told us: somebody cancelled and came back the same day.
        other = sync_subscription(other.stripe_id)
    if other is None or not other.is_running:
        return True
    log.error("second subscription ended company=%s kept=%s ended=%s", company_id, other.stripe_id, said["id"])
    payments.end_subscription(said["id"])
    Difference.note("double_subscription", said["id"], company_id, ours={"kept": other.stripe_id})
    paid = payments.payment_of_invoice(payments.invoice(said["latest_invoice"]["id"]))
    if paid:
        return_second_payment(paid, company_id, visit.order.order_no if visit else "")
    if visit is not None:
        visit.payment = paid
        visit.settle("returned")
    return False


def _written(said: dict, known: Subscription | None, company_id: int) -> Subscription | None:
    product = _product(said, known)
    if product is None:
        Difference.note("unknown_price", said["id"], company_id, theirs={"price": own_item(said, None)["price"]["id"]})
        return None
    subscription = known or Subscription(stripe_id=said["id"], company_id=company_id, asks_person=False)
    _copy(subscription, said, product)
    db.session.add(subscription)
    db.session.flush()
    if known is None and said["default_payment_method"]:
        _note_card(company_id, said["default_payment_method"])
    grant_from_subscription(db.session.get_one(Company, company_id), subscription.state)
    _look_at_invoice(subscription, said["latest_invoice"])
    db.session.flush()
    return subscription


def _note_card(company_id: int, card: str) -> None:
    """Remember by which card the company is known: who pays for two with one may have had two trials."""
    note_signs(db.session.get_one(Company, company_id), card=payments.card_fingerprint(card))


def _copy(subscription: Subscription, said: dict, product: Product) -> None:
    item = own_item(said, subscription.item_id)
    subscription.product, subscription.customer_id = product, said["customer"]
    subscription.item_id, subscription.price_id = item["id"], item["price"]["id"]
    subscription.currency, subscription.quantity = said["currency"].upper(), item["quantity"]
    if said["status"] == "past_due" != subscription.status:
        Signal.note("failed_payments", f"{now():%Y-%m}", subscription.company_id, subscription=subscription.stripe_id)
    subscription.status, subscription.started_at = said["status"], payments.moment(said["start_date"])
    subscription.period_end = payments.moment(min(one["current_period_end"] for one in said["items"]["data"]))
    subscription.ends_at, subscription.ended_at = payments.moment(said["cancel_at"]), payments.moment(said["ended_at"])
    subscription.past_due_since = _past_due_since(subscription, said)
    subscription.synced_at = now()
    if subscription.pending_at is not None and subscription.period_end > subscription.pending_at:
        subscription.forget_pending()
    subscription.monthly = monthly_of(said, item["id"], subscription.seats)


def _past_due_since(subscription: Subscription, said: dict) -> datetime | None:
    """When the first payment failed that is still open: told by the invoice, not by when we heard of it."""
    if said["status"] != "past_due":
        return None
    latest = said["latest_invoice"] or {}
    began = payments.moment((latest.get("status_transitions") or {}).get("finalized_at")) or now()
    return min(began, subscription.past_due_since or began)


def _look_at_invoice(subscription: Subscription, latest: dict | None) -> None:
    """Remember what is to be paid, and post what was."""
    is_open = latest is not None and latest["status"] == "open" and subscription.is_running
    subscription.invoice_id = latest["id"] if is_open else None
    subscription.invoice_url = latest["hosted_invoice_url"] if is_open else None
    subscription.invoice_due = latest["amount_remaining"] if is_open else None
    subscription.asks_person = is_open and _asks_person(latest["id"])
    if latest is not None and latest["status"] == "paid":
        _post(subscription, payments.invoice(latest["id"]))


def _asks_person(invoice_id: str) -> bool:
    tries = payments.invoice(invoice_id)["payments"]["data"]
    intent = tries[-1]["payment"].get("payment_intent") if tries else None
    return intent is not None and payments.payment(intent)["status"] == "requires_action"


def _post(subscription: Subscription, said: dict) -> None:
    """Money for an invoice is noted once; the first also pays the order with which all began."""
    if said["status"] != "paid" or not said["amount_paid"]:
        return
    paid, visit = payments.payment_of_invoice(said), Checkout.of_subscription(subscription.stripe_id)
    order_no = visit.order.order_no if visit and not visit.order.is_paid else ""
    note_paid(subscription.stripe_id, subscription.company_id, said, paid, order_no)
    if visit is not None and not visit.is_settled:
        _pay_order(visit, paid or said["id"])


def _pay_order(visit: Checkout, payment: str) -> None:
    visit.payment = payment
    try:
        visit.order.fulfil(payment)
        visit.settle("paid")
    except PaidTwice:
        payments.end_subscription(visit.stripe_subscription_id)
        return_second_payment(payment, visit.company_id, visit.order.order_no)
        visit.settle("returned")


def _product(said: dict, known: Subscription | None) -> Product | None:
    """What was bought, found by our own price list; one changed by hand at the provider stays what it was."""
    price = own_item(said, known.item_id if known else None)["price"]
    by_key = {
        product.lookup_key(currency): product
        for product in db.session.scalars(sa.select(Product).where(Product.kind == "subscription"))
        for currency in CURRENCIES
    }
    if found := by_key.get(price.get("lookup_key")):
        return found
    same_price = sa.select(Subscription).where(Subscription.price_id == price["id"]).limit(1)
    like = db.session.scalar(same_price) or known
    if like is not None:
        return like.product
    visit = Checkout.of_subscription(said["id"])
    return visit.order.lines[0].product if visit else None


def _lost(known: Subscription | None) -> None:
    """The provider does not know it any more: then it gives no rights."""
    if known is not None and known.is_running:
        Difference.note("orphan", known.stripe_id, known.company_id, ours={"status": known.status})
        known.status, known.ended_at, known.synced_at = "canceled", now(), now()
        grant_from_subscription(db.session.get_one(Company, known.company_id), known.state)
