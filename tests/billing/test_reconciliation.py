import random

import pytest
import sqlalchemy as sa
from cast import count
from stripe_fixtures import away, forget_what_was_read, order

from billing import payments, reconciliation
from billing.accounts import BillingAccount
from billing.checkouts import open_checkout
from billing.differences import Difference, ReconcileRun
from billing.ledger import LedgerTransaction
from billing.payments import ProviderAway
from billing.purses import Purse
from billing.reconciliation import fetch_undelivered, reconcile, reconcile_when_due
from billing.stripe_events import StripeEvent
from billing.subscriptions import Subscription
from core.db import db, transaction
from lifecycle.opening import Opening
from saas.stripe_double.returns import open_dispute
from tenants.companies.company import Company

BACK = {"success_url": "http://localhost/paid", "cancel_url": "http://localhost/plan"}


def buy(stripe, company, cart):
    placed = order(company, cart)
    with transaction():
        visit = open_checkout(company, placed, **BACK)
    stripe.pay(visit.url)
    return placed


@pytest.fixture
def companies(cast, stripe):
    """Six companies that have each bought a subscription or a top-up; nobody has told us yet."""
    more = [
        Opening(f"company-{n}", f"Company {n}", "Olga", f"olga@c{n}.example", "correct horse battery staple").run()[0]
        for n in range(4)
    ]
    for number, company in enumerate([cast.acme, cast.globex, *more]):
        buy(stripe, company, {"professional:month": number + 1} if number % 2 == 0 else {"topup:small": 1})
    return [cast.acme, cast.globex, *more]


def agrees(stripe, companies):
    """Whether what every company has is what Stripe says."""
    forget_what_was_read()
    theirs = {one.id: (one.status, one["items"].data[0].quantity) for one in stripe.api.subscriptions.list({"limit": 100}).data}
    ours = {one.stripe_id: (one.status, one.quantity) for one in db.session.scalars(sa.select(Subscription))}
    wallets = [Purse.wallet(company.id, "USD").balance for company in companies[1::2]]
    return ours == theirs and wallets == [20_00] * 3


# 41. Events that get lost.


@pytest.mark.parametrize("seed", [1, 2])
def test_seventy_percent_of_the_events_lost_and_the_hourly_look_brings_them(stripe, companies, seed):
    lost = round(len(stripe.world.deliveries) * 0.7)
    stripe.tell(order="shuffle", seed=seed, drop=lost)

    assert fetch_undelivered() == lost
    stripe.work(workers=4)

    assert agrees(stripe, companies)
    assert fetch_undelivered() == 0


def test_all_events_lost_and_the_nightly_comparison_repairs_all(stripe, companies):
    stripe.deliver_only(drop=1000)

    run = reconcile()

    assert agrees(stripe, companies)
    assert run.different == run.repaired > 0
    assert Difference.all_open() == []
    assert {one.kind for one in db.session.scalars(sa.select(Difference))} <= {"missing", "stale"}
    again = reconcile()
    assert (again.different, again.looked_at) == (0, run.looked_at)


def test_while_all_is_well_nothing_differs(stripe, companies):
    stripe.tell()
    stripe.pass_time(days=32)
    stripe.tell()

    assert reconcile(is_full=True).different == 0


def test_a_missed_refund_and_dispute_are_found(stripe, companies):
    stripe.tell()
    paid = stripe.api.checkout.sessions.list({"limit": 100}).data
    first, second, _ = [one.payment_intent for one in paid if one.mode == "payment"]
    stripe.api.refunds.create({"payment_intent": first})
    charge = stripe.api.payment_intents.retrieve(second).latest_charge
    open_dispute(stripe.world, stripe.world.objects[charge])
    stripe.deliver_only(drop=100)

    run = reconcile()

    forget_what_was_read()
    assert (run.different, run.repaired) == (2, 2)
    balances = sorted(Purse.wallet(company.id, "USD").available for company in companies[1::2])
    assert balances == [0, 0, 20_00]


def test_a_renewal_nobody_told_us_of_is_posted(stripe, companies):
    stripe.tell()
    before = count(LedgerTransaction)
    stripe.pass_time(days=32)
    stripe.deliver_only(drop=100)

    reconcile()

    forget_what_was_read()
    assert count(LedgerTransaction) == before + 3


def test_a_subscription_of_nobody_stays_for_a_person(cast, stripe):
    customer = stripe.api.customers.create({"email": "x@y.example", "metadata": {"company": str(cast.acme.id)}}).id
    price = payments.price("tea", "Tea", "USD", 100, "month")["id"]
    stripe.api.subscriptions.create({"customer": customer, "items": [{"price": price}]})

    run = reconcile()

    assert (run.different, run.repaired) == (1, 0)
    assert {one.kind for one in Difference.all_open()} == {"orphan"}
    assert count(Subscription) == 0


def test_what_is_repaired_by_a_webhook_before_is_no_difference(stripe, companies):
    stripe.tell(order="shuffle", seed=5)

    assert reconcile().different == 0


def test_a_comparison_that_cannot_reach_stripe_begins_anew_later(stripe, companies):
    stripe.deliver_only(drop=1000)
    with away(stripe), pytest.raises(ProviderAway):
        reconcile()
    assert ReconcileRun.last(is_full=False) is None

    reconcile()

    assert agrees(stripe, companies)


def test_it_compares_once_a_night_and_everything_once_a_week(app, stripe):
    def asked_for():
        jobs = [job for job in app.extensions["queue"].jobs if job.func_name.endswith("reconcile")]
        app.extensions["redis"].flushdb()
        return [job.args[0] for job in jobs]

    reconcile_when_due()
    assert asked_for() == [True]
    reconcile(is_full=True)
    reconcile_when_due()
    assert asked_for() == []
    stripe.pass_time(hours=21)
    reconcile_when_due()
    assert asked_for() == [False]
    stripe.pass_time(days=7)
    reconcile_when_due()
    assert asked_for() == [True]


def test_without_a_key_nothing_is_compared(app, context):
    app.extensions["redis"].flushdb()

    reconcile_when_due()

    assert fetch_undelivered() == 0
    assert app.extensions["queue"].jobs == []


# 41. Stripe cannot be reached for hours.


def test_stripe_away_for_six_hours_stops_nothing_but_paying(cast, stripe, signed_in):
    buy(stripe, cast.acme, {"professional:month": 3})
    stripe.tell()
    buy(stripe, cast.globex, {"topup:small": 1})
    stripe.deliver_only()

    with away(stripe):
        for _ in range(6):
            stripe.pass_time(hours=1)
            stripe.work()
        with transaction():
            cast.acme.take_seat(cast.adam)
        assert signed_in(cast.nina).get("/console").status_code == 200
        assert db.session.get_one(Company, cast.acme.id).entitlements.plan == "professional"
        with pytest.raises(ProviderAway), transaction():
            open_checkout(cast.acme, order(cast.acme, {"topup:small": 1}), **BACK)
    assert set(db.session.scalars(sa.select(StripeEvent.status))) == {"done", "failed"}

    stripe.pass_time(hours=1, minutes=1)
    stripe.work()

    assert set(db.session.scalars(sa.select(StripeEvent.status))) == {"done"}
    assert Purse.wallet(cast.globex.id, "USD").balance == 20_00


# 41. Whatever somebody does at the Dashboard, in whatever order it is told.


@pytest.mark.parametrize("seed", range(3))
def test_a_wild_day_at_the_dashboard_ends_in_stripes_state(cast, stripe, seed):
    buy(stripe, cast.acme, {"professional:month": 3})
    stripe.tell()
    chance = random.Random(seed)
    id = Subscription.running_of(cast.acme.id).stripe_id
    item = Subscription.running_of(cast.acme.id).item_id
    acts = [
        lambda: stripe.api.subscriptions.update(id, {"items": [{"id": item, "quantity": chance.randint(1, 20)}]}),
        lambda: stripe.api.subscriptions.update(id, {"cancel_at_period_end": chance.random() < 0.5}),
        lambda: stripe.pass_time(days=chance.randint(1, 12)),
        lambda: stripe.tell(order="shuffle", seed=seed, drop=chance.randint(0, 2), workers=2),
    ]
    for _ in range(15):
        if stripe.api.subscriptions.retrieve(id).status == "canceled":
            break
        chance.choice(acts)()

    stripe.tell(workers=3, order="shuffle", seed=seed)
    fetch_undelivered()
    stripe.work()
    reconcile(is_full=True)

    forget_what_was_read()
    truth, ours = stripe.api.subscriptions.retrieve(id), db.session.get_one(Subscription, id)
    assert (ours.status, ours.quantity) == (truth.status, truth["items"].data[0].quantity)
    assert reconciliation.reconcile(is_full=True).different == 0


def test_a_deleted_customer_is_noticed_at_night(cast, stripe):
    buy(stripe, cast.acme, {"professional:month": 5})
    stripe.tell()
    stripe.api.customers.delete(BillingAccount.of(cast.acme).stripe_customer_id)
    stripe.deliver_only(drop=100)

    reconcile()

    assert Subscription.running_of(cast.acme.id) is None
