"""The same scenarios against the double, always, and against Stripe's test mode, where somebody gives a key for it:

    LAIKE_STRIPE_TEST_KEY=sk_test_… make test ARGS=tests/billing/test_with_stripe.py

What Stripe does differently from the double fails here.  Everything that is made there is deleted again.
"""

import os

import pytest
import stripe as sdk
from cast import count
from stripe_fixtures import forget_what_was_read, order

from billing import payments
from billing.accounts import BillingAccount
from billing.checkouts import customer_of, open_checkout, sync_session
from billing.differences import Difference
from billing.grants import revoke
from billing.ledger import LedgerTransaction
from billing.payments import CardDeclined, NotPossibleNow
from billing.products import Product
from billing.refunds import sync_refund
from billing.stripe_events import HANDLERS
from billing.subscription_changes import cancel, confirm_change, keep_on, leave_provider, preview_change
from billing.subscriptions import Subscription, sync_subscription
from core.db import db, transaction
from tenants.companies.company import Company

TEST_KEY = os.environ.get("LAIKE_STRIPE_TEST_KEY", "")
NO_KEY = "set LAIKE_STRIPE_TEST_KEY=sk_test_… to run these against Stripe's test mode"
BACK = {"success_url": "http://localhost/paid", "cancel_url": "http://localhost/plan"}
BOTH = ["double", pytest.param("stripe", marks=pytest.mark.skipif(not TEST_KEY.startswith("sk_test_"), reason=NO_KEY))]


@pytest.fixture(params=BOTH)
def api(request, app, stripe):
    """The SDK as somebody at the Dashboard has it; the app asks the same Stripe."""
    if request.param == "double":
        yield stripe.api
        return
    app.config.update(STRIPE_API_KEY=TEST_KEY, STRIPE_API_BASE="")
    app.extensions.pop("stripe", None)
    yield sdk.StripeClient(TEST_KEY).v1


@pytest.fixture
def acme(cast, api):
    """Acme, whose trial is over, and who is known at Stripe; not any more afterwards."""
    with transaction():
        revoke(cast.acme, "trial:professional")
        BillingAccount.of(cast.acme).pay_in("USD")
        customer_of(cast.acme, BillingAccount.locked(cast.acme))
    yield cast.acme
    with transaction():
        leave_provider(cast.acme)


@pytest.fixture
def subscribe(acme, api):
    """`subscribe("pm_card_visa")` begins a subscription for three seats, without the page."""

    def subscribe(card):
        customer = BillingAccount.of(acme).stripe_customer_id
        kept = api.payment_methods.attach(card, {"customer": customer}).id
        api.customers.update(customer, {"invoice_settings": {"default_payment_method": kept}})
        with transaction():
            product = Product.on_sale("professional:month")
        name, amount = product.lookup_key("USD"), product.price_in("USD")
        price = payments.price(name, "Professional", "USD", amount, "month")["id"]
        begun = api.subscriptions.create({"customer": customer, "items": [{"price": price, "quantity": 3}]})
        with transaction():
            return sync_subscription(begun.id)

    return subscribe


def seats(company):
    forget_what_was_read()
    return db.session.get_one(Company, company.id).entitlements.seats


def test_a_page_is_opened_and_closed(acme, api):
    placed = order(acme, {"topup:small": 1})
    with transaction():
        visit = open_checkout(acme, placed, **BACK)
    session = api.checkout.sessions.retrieve(visit.stripe_session_id)
    assert (session.status, session.amount_total, session.currency) == ("open", 20_00, "usd")
    assert visit.url.startswith("http")

    payments.expire_session(visit.stripe_session_id)
    with pytest.raises(NotPossibleNow):
        payments.expire_session(visit.stripe_session_id)
    with transaction():
        sync_session(visit.stripe_session_id)

    assert (visit.status, visit.order.status) == ("expired", "expired")


def test_a_page_for_a_subscription_is_opened(acme, api):
    placed = order(acme, {"professional:month": 3})

    with transaction():
        visit = open_checkout(acme, placed, **BACK)

    session = api.checkout.sessions.retrieve(visit.stripe_session_id, {"expand": ["line_items"]})
    assert (session.mode, session.amount_total, session.line_items.data[0].quantity) == ("subscription", 45_00, 3)


def test_what_a_change_costs_is_what_was_shown(acme, api, subscribe):
    running = subscribe("pm_card_visa")
    assert (running.status, seats(acme)) == ("active", 3)
    with transaction():
        shown = preview_change(acme, 5)

    with transaction():
        confirm_change(acme, shown.token)

    newest = api.invoices.list({"subscription": running.stripe_id, "limit": 1}).data[0]
    assert newest.amount_paid == shown.amount
    assert seats(acme) == 5


def test_no_money_no_seats(acme, api, subscribe):
    running = subscribe("pm_card_visa")
    customer = BillingAccount.of(acme).stripe_customer_id
    poor = api.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer}).id
    api.customers.update(customer, {"invoice_settings": {"default_payment_method": poor}})
    with transaction():
        token = preview_change(acme, 50).token

    with pytest.raises(CardDeclined), transaction():
        confirm_change(acme, token)

    assert api.subscriptions.retrieve(running.stripe_id)["items"].data[0].quantity == 3
    assert seats(acme) == 3


def test_cancelled_and_taken_back(acme, api, subscribe):
    running = subscribe("pm_card_visa")

    with transaction():
        cancel(acme)
    assert running.ends_at is not None
    with transaction():
        keep_on(acme)

    assert running.ends_at is None


def test_what_is_paid_and_what_goes_back_is_noted_once(acme, api, subscribe):
    running = subscribe("pm_card_visa")
    invoice = api.invoices.list({"subscription": running.stripe_id, "limit": 1}).data[0]
    paid = payments.payment_of_invoice(payments.invoice(invoice.id))

    returned = api.refunds.create({"payment_intent": paid, "amount": 10_00})
    for _ in range(2):
        with transaction():
            sync_refund(returned.id)
        with transaction():
            sync_subscription(running.stripe_id)

    assert count(LedgerTransaction) == 2
    assert Difference.all_open() == []


def test_a_company_that_leaves_pays_no_more(acme, api, subscribe):
    running = subscribe("pm_card_visa")

    with transaction():
        leave_provider(acme)

    assert api.subscriptions.retrieve(running.stripe_id).status == "canceled"
    assert Subscription.running_of(acme.id) is None
    assert seats(acme) == 3


def test_undelivered_events_can_be_listed(acme, subscribe):
    subscribe("pm_card_visa")

    assert {event.type for event in payments.undelivered_events(sorted(HANDLERS))} <= set(HANDLERS)
