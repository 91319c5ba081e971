"""Changing a subscription: more seats at once and paid, fewer at renewal, the other rhythm, the end and its undoing.

Who wants more sees the exact amount first, and pays that very amount: the second for which it was worked out travels in
a signed token, together with what the seats were then.  No money, no seats.
"""

import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from billing import payments
from billing.accounts import BillingAccount
from billing.money import spoken
from billing.payments import Gone
from billing.products import Product
from billing.subscriptions import Subscription, follow_card, sync_subscription
from core import tokens
from core.clock import now
from core.db import db, transaction
from core.errors import Invalid, Refusal
from tenants.companies.company import Company
from tenants.platform.settings import limits
from tenants.platform.switches import need

PURPOSE = "subscription change"
# Stripe wants the second that was previewed; the person should still know what he saw.
OFFER_LASTS = timedelta(minutes=15)
# Fewer seats are told the provider so long before the renewal, so that a bad day does not charge too many.
TELL_BEFORE = timedelta(hours=24)


class ChangedMeanwhile(Refusal):
    code = "changed_meanwhile"
    message = _l("The subscription was changed meanwhile, or this offer is too old. Look at the new amount and confirm again.")


class PayFirst(Refusal):
    code = "pay_first"
    message = _l("An invoice is still open. Pay it first, then change the seats.")


class FewerSeatsWait(Refusal):
    code = "fewer_seats_wait"
    message = _l("At the next renewal you will have {seats} seats. Take that back first, then choose more.")


class NotNow(Refusal):
    code = "not_before_renewal"
    message = _l("From a year to months you change when the year is over: end the subscription, and begin a monthly one then.")


@dataclass(frozen=True)
class Change:
    """What somebody is asked to confirm.  `amount` is charged at once; nothing for what comes at renewal."""

    subscription: str
    seats: int
    seats_before: int
    product: int
    product_before: int
    at: int
    amount: int
    currency: str
    nonce: str

    @property
    def is_at_once(self) -> bool:
        return self.seats > self.seats_before or self.product != self.product_before

    @property
    def token(self) -> str:
        """For the form that confirms it."""
        return tokens.sign(PURPOSE, asdict(self))

    @property
    def spoken_amount(self) -> str:
        return spoken(self.amount, self.currency)


def preview_change(company: Company, seats: int, product_code: str | None = None) -> Change:
    """What it would cost to have so many seats (and the yearly rhythm instead).

    Raises NotSubscribed, PayFirst, FewerSeatsWait, NotNow, Invalid, ProviderAway.
    """
    most = limits()["most_in_order"]
    if type(seats) is not int or not 1 <= seats <= most:
        raise Invalid(seats=_("Choose a whole number from 1 to %(most)s.", most=most))
    subscription = _changeable(company)
    product = Product.on_sale(product_code) if product_code else subscription.product
    if product.months < subscription.product.months:
        raise NotNow
    at = int(now().timestamp())
    change = Change(
        subscription=subscription.stripe_id, seats=seats, seats_before=subscription.seats, product=product.id,
        product_before=subscription.product_id, at=at, amount=0, currency=subscription.currency, nonce=uuid.uuid4().hex,
    )  # fmt: skip
    if not change.is_at_once:
        return change
    if subscription.pending_quantity is not None:
        raise FewerSeatsWait(seats=subscription.pending_quantity)
    invoice = payments.preview(subscription.stripe_id, _items(subscription, product, seats), at)
    return Change(**asdict(change) | {"amount": max(invoice["amount_due"], 0)})


def confirm_change(company: Company, token: str) -> Subscription:
    """Do what was confirmed.  Doing it twice does it once.

    Raises ChangedMeanwhile, CardDeclined (nothing is changed then), NotSubscribed, PayFirst, ProviderAway, SwitchedOff.
    """
    need("payments", company.id)
    meant = tokens.read_signed(PURPOSE, token, max_age=int(OFFER_LASTS.total_seconds()))
    subscription = Subscription.needed_of(company)
    if meant is None or meant["subscription"] != subscription.stripe_id:
        raise ChangedMeanwhile
    change = Change(**meant)
    subscription = sync_subscription(subscription.stripe_id)
    if (subscription.seats, subscription.product_id) == (change.seats, change.product):
        _keep_seats(subscription)
        return subscription
    if (subscription.seats, subscription.product_id) != (change.seats_before, change.product_before):
        raise ChangedMeanwhile
    return _change_now(subscription, change) if change.is_at_once else _change_at_renewal(subscription, change.seats)


def keep_seats(company: Company) -> Subscription:
    """Think better of fewer seats."""
    subscription = sync_subscription(Subscription.needed_of(company).stripe_id)
    _keep_seats(subscription)
    return subscription


def cancel(company: Company) -> Subscription:
    """End it when the paid period ends.  Raises NotSubscribed, ProviderAway."""
    return _ask(Subscription.needed_of(company), cancel_at_period_end=True)


def keep_on(company: Company) -> Subscription:
    """Take the cancellation back."""
    return _ask(Subscription.needed_of(company), cancel_at_period_end=False)


def pay_open_invoice(company: Company) -> Subscription:
    """Try the card once more.  Raises CardDeclined, BankAsks (then `invoice_url` is where the person pays himself)."""
    subscription = sync_subscription(Subscription.needed_of(company).stripe_id)
    if subscription.invoice_id is not None:
        follow_card(subscription.customer_id)
        payments.pay_invoice(subscription.invoice_id, f"pay:{subscription.invoice_id}:{uuid.uuid4().hex}")
    return sync_subscription(subscription.stripe_id)


def card_page(company: Company, return_url: str, language: str) -> str:
    """Where the company changes its card.  Raises NotSubscribed, ProviderAway."""
    return payments.portal(Subscription.needed_of(company).customer_id, return_url, language)


def leave_provider(company: Company) -> None:
    """The company goes for good: nothing is charged any more, and the provider forgets who it was.

    Raises PaymentsOff, ProviderAway: then it must not go yet.
    """
    account = db.session.get(BillingAccount, company.id)
    if account is None or account.stripe_customer_id is None:
        return
    with suppress(Gone):
        payments.delete_customer(account.stripe_customer_id)
    for subscription in db.session.scalars(sa.select(Subscription).where(Subscription.company_id == company.id)):
        sync_subscription(subscription.stripe_id)
    account.stripe_customer_id = None


def tell_pending_changes() -> None:
    """Tell the provider of fewer seats before it makes the next invoice.  By the schedule; each in its own transaction."""
    soon = sa.select(Subscription.stripe_id).where(
        Subscription.pending_at <= now() + TELL_BEFORE,
        Subscription.pending_told_at.is_(None),
        Subscription.status.in_(("active", "trialing")),
    )
    with transaction():
        ids = list(db.session.scalars(soon)) if payments.are_on() else []
    for id in ids:
        with transaction():
            _tell(sync_subscription(id))


def _changeable(company: Company) -> Subscription:
    subscription = Subscription.needed_of(company)
    if not subscription.is_paid_up:
        raise PayFirst
    return subscription


def _items(subscription: Subscription, product: Product, seats: int) -> list[dict]:
    item = {"id": subscription.item_id, "quantity": seats}
    if product.id != subscription.product_id:
        amount = product.price_in(subscription.currency)
        key = product.lookup_key(subscription.currency)
        item["price"] = payments.price(key, product.title, subscription.currency, amount, product.interval)["id"]
    return [item]


def _change_now(subscription: Subscription, change: Change) -> Subscription:
    if not subscription.is_paid_up:
        raise PayFirst
    if subscription.pending_quantity is not None:
        raise ChangedMeanwhile
    product = db.session.get_one(Product, change.product)
    follow_card(subscription.customer_id)
    payments.change_subscription(
        subscription.stripe_id,
        f"change:{change.nonce}",
        items=_items(subscription, product, change.seats),
        proration_behavior="always_invoice",
        payment_behavior="error_if_incomplete",
        proration_date=change.at,
    )
    return sync_subscription(subscription.stripe_id)


def _change_at_renewal(subscription: Subscription, seats: int) -> Subscription:
    _keep_seats(subscription)
    subscription.pending_quantity, subscription.pending_at = seats, subscription.period_end
    return subscription


def _keep_seats(subscription: Subscription) -> None:
    """No change waits any more.  One the provider was told of is taken back there: its seats are paid for."""
    if subscription.pending_told_at is not None and subscription.quantity != subscription.seats:
        _set_quantity(subscription, subscription.seats)
        subscription.quantity = subscription.seats
    subscription.forget_pending()


def _tell(subscription: Subscription | None) -> None:
    if subscription is None or subscription.pending_quantity is None or not subscription.is_paid_up:
        return
    subscription.paid_quantity, subscription.pending_told_at = subscription.quantity, now()
    _set_quantity(subscription, subscription.pending_quantity)
    sync_subscription(subscription.stripe_id)


def _set_quantity(subscription: Subscription, seats: int) -> None:
    """Without any money: this period's seats are paid for."""
    items = [{"id": subscription.item_id, "quantity": seats}]
    payments.change_subscription(subscription.stripe_id, None, items=items, proration_behavior="none")


def _ask(subscription: Subscription, **asked) -> Subscription:
    sync_subscription(subscription.stripe_id)
    payments.change_subscription(subscription.stripe_id, None, **asked)
    return sync_subscription(subscription.stripe_id)
