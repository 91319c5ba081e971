from datetime import timedelta

import pytest
from cast import count
from stripe_fixtures import (
    ASKS,
    DECLINED_LATER,
    GOOD,
    away,
    forget_what_was_read,
    in_parallel,
    in_transaction,
    order,
)  # fmt: skip

from billing import payments
from billing.accounts import BillingAccount
from billing.checkouts import open_checkout
from billing.grants import GRACE, SLACK, revoke
from billing.ledger import LedgerTransaction
from billing.payments import BankAsks, CardDeclined, ProviderAway
from billing.products import Product
from billing.subscription_changes import (
    ChangedMeanwhile,
    FewerSeatsWait,
    NotNow,
    PayFirst,
    cancel,
    card_page,
    confirm_change,
    keep_on,
    keep_seats,
    pay_open_invoice,
    preview_change,
    tell_pending_changes,
)  # fmt: skip
from billing.subscriptions import NotSubscribed, Subscription
from core.clock import now
from core.db import db, transaction
from core.errors import Invalid
from tenants.companies.company import Company

BACK = {"success_url": "http://localhost/paid", "cancel_url": "http://localhost/plan"}


@pytest.fixture
def acme(cast, stripe):
    """Acme, whose trial is over."""
    with transaction():
        revoke(cast.acme, "trial:professional")
    return cast.acme


@pytest.fixture
def subscribe(acme, stripe):
    """`subscribe()` buys three seats by the month; `subscribe("month", 5, DECLINED_LATER)` something else."""

    def subscribe(rhythm="month", seats=3, card=GOOD):
        placed = order(acme, {f"professional:{rhythm}": seats})
        with transaction():
            visit = open_checkout(acme, placed, **BACK)
        stripe.pay(visit.url, card)
        stripe.tell()
        return Subscription.running_of(acme.id)

    return subscribe


def seats(company):
    forget_what_was_read()
    return db.session.get_one(Company, company.id).entitlements.seats


def state(company):
    forget_what_was_read()
    rights = db.session.get_one(Company, company.id).entitlements
    return rights.plan, rights.state


def change(company, number, product=None):
    with transaction():
        token = preview_change(company, number, product).token
    with transaction():
        return confirm_change(company, token)


def paid(stripe):
    return sum(charge.amount for charge in stripe.api.charges.list({"limit": 100}).data if charge.paid)


# Buying, more and fewer seats.


def test_what_is_paid_for_may_be_used_until_the_period_ends_and_two_days_more(acme, subscribe):
    running = subscribe()

    assert seats(acme) == 3
    assert db.session.get_one(Company, acme.id).entitlements.valid_until == running.period_end + SLACK


def test_more_seats_cost_exactly_what_was_shown(acme, stripe, subscribe):
    running = subscribe()
    stripe.pass_time(days=10)
    before = paid(stripe)

    with transaction():
        shown = preview_change(acme, 5)
    stripe.pass_time(minutes=5)
    with transaction():
        confirm_change(acme, shown.token)

    assert paid(stripe) - before == shown.amount > 0
    assert seats(acme) == 5
    assert running.quantity == 5


def test_confirming_twice_at_once_charges_once(acme, stripe, subscribe):
    subscribe()
    with transaction():
        shown = preview_change(acme, 5)
    before = paid(stripe)

    def confirm():
        return confirm_change(db.session.get_one(Company, acme.id), shown.token).quantity

    assert in_parallel([in_transaction(stripe.app, confirm)] * 4) == [5] * 4

    assert paid(stripe) - before == shown.amount


def test_two_admins_change_seats_at_once(acme, stripe, subscribe):
    """13. From 3 to 5 and from 3 to 8: one happens, the other is asked to look again."""
    subscribe()
    with transaction():
        offers = [preview_change(acme, number) for number in (5, 8)]
    before = paid(stripe)

    def confirm(token):
        return lambda: confirm_change(db.session.get_one(Company, acme.id), token).quantity

    answers = in_parallel([in_transaction(stripe.app, confirm(offer.token)) for offer in offers])

    (done,) = [answer for answer in answers if isinstance(answer, int)]
    assert [type(answer) for answer in answers if not isinstance(answer, int)] == [ChangedMeanwhile]
    assert seats(acme) == done == stripe.api.subscriptions.list().data[0]["items"].data[0].quantity
    assert paid(stripe) - before == next(offer.amount for offer in offers if offer.seats == done)


def test_no_money_no_seats(acme, stripe, subscribe):
    """30. A failed upgrade gives nothing, and charges nothing later either."""
    running = subscribe(card=DECLINED_LATER)

    with pytest.raises(CardDeclined, match="nothing was changed"):
        change(acme, 50)
    stripe.tell()

    assert (seats(acme), running.quantity, running.status) == (3, 3, "active")
    assert stripe.api.subscriptions.retrieve(running.stripe_id)["items"].data[0].quantity == 3


def test_after_a_decline_another_card_and_a_new_try_do_it(acme, stripe, subscribe):
    subscribe(card=DECLINED_LATER)
    with pytest.raises(CardDeclined):
        change(acme, 5)

    stripe.pay(card_page(acme, "http://localhost/plan", "en"), GOOD, action="save")
    change(acme, 5)

    assert seats(acme) == 5


def test_a_bank_that_asks_when_more_seats_are_bought(acme, stripe, subscribe):
    subscribe(card=ASKS)

    with pytest.raises(BankAsks):
        change(acme, 5)

    assert seats(acme) == 3


def test_a_lost_answer_to_a_change_does_not_charge_twice(acme, stripe, subscribe):
    subscribe()
    with transaction():
        shown = preview_change(acme, 5)
    before = paid(stripe)

    with transaction():
        stripe.world.lost = 1
        # The first answer that is lost is that of the look before; the SDK asks again with the same key.
        confirm_change(acme, shown.token)

    assert paid(stripe) - before == shown.amount
    assert seats(acme) == 5


def test_stripe_away_while_confirming_changes_nothing_and_trying_again_does(acme, stripe, subscribe):
    subscribe()
    with transaction():
        shown = preview_change(acme, 5)

    with away(stripe), pytest.raises(ProviderAway), transaction():
        confirm_change(acme, shown.token)
    assert seats(acme) == 3
    with transaction():
        confirm_change(acme, shown.token)

    assert seats(acme) == 5


def test_an_offer_is_not_for_ever_and_not_for_others(cast, acme, stripe, subscribe):
    subscribe()
    with transaction():
        token = preview_change(acme, 5).token

    with pytest.raises(ChangedMeanwhile), transaction():
        confirm_change(acme, token + "x")
    with cast.globex.entered() as globex, pytest.raises(NotSubscribed), transaction():
        confirm_change(globex, token)
    stripe.pass_time(minutes=16)
    with pytest.raises(ChangedMeanwhile), transaction():
        confirm_change(acme, token)

    assert seats(acme) == 3


@pytest.mark.parametrize("odd", [0, -1, 1001, 10**9, 1.5, "3", None, True])
def test_odd_numbers_of_seats_are_refused(acme, subscribe, odd):
    subscribe()

    with pytest.raises(Invalid), transaction():
        preview_change(acme, odd)


def test_fewer_seats_come_at_renewal_and_what_is_paid_for_stays_until_then(acme, stripe, subscribe):
    running = subscribe(seats=5)
    before = paid(stripe)
    change(acme, 3)
    assert (seats(acme), running.pending_quantity, running.pending_at) == (5, 3, running.period_end)

    _until_shortly_before(stripe, running)
    tell_pending_changes()
    stripe.tell()
    assert stripe.api.subscriptions.retrieve(running.stripe_id)["items"].data[0].quantity == 3
    assert (seats(acme), paid(stripe)) == (5, before)
    stripe.pass_time(hours=13)
    stripe.tell()

    assert (seats(acme), running.pending_quantity) == (3, None)
    assert paid(stripe) - before == 3 * 15_00
    assert stripe.api.customers.retrieve(running.customer_id).balance == 0


def test_fewer_seats_may_be_thought_better_of_even_late(acme, stripe, subscribe):
    running = subscribe(seats=5)
    change(acme, 3)
    _until_shortly_before(stripe, running)
    tell_pending_changes()

    with transaction():
        keep_seats(acme)
    stripe.pass_time(hours=13)
    stripe.tell()

    assert (seats(acme), running.quantity, running.pending_at) == (5, 5, None)


def test_more_seats_wait_until_fewer_are_taken_back(acme, subscribe):
    subscribe(seats=5)
    change(acme, 3)

    with pytest.raises(FewerSeatsWait, match="3 seats"), transaction():
        preview_change(acme, 8)


def test_telling_twice_and_late_is_harmless(acme, stripe, subscribe):
    running = subscribe(seats=5)
    change(acme, 3)
    tell_pending_changes()
    assert running.pending_told_at is None
    _until_shortly_before(stripe, running)

    with away(stripe), pytest.raises(ProviderAway):
        tell_pending_changes()
    for _ in range(2):
        tell_pending_changes()

    assert seats(acme) == 5


def _until_shortly_before(stripe, running):
    forget_what_was_read()
    stripe.pass_time(seconds=(running.period_end - now() - timedelta(hours=12)).total_seconds())


def test_to_the_year_at_once_and_not_back_before_it_is_over(acme, stripe, subscribe):
    running = subscribe()
    stripe.pass_time(days=10)
    before = paid(stripe)
    with transaction():
        shown = preview_change(acme, 3, "professional:year")
    with transaction():
        confirm_change(acme, shown.token)

    assert paid(stripe) - before == shown.amount
    assert running.product.code == "professional:year"
    with pytest.raises(NotNow), transaction():
        preview_change(acme, 3, "professional:month")


# 28, 29 and 31: payments that fail.


def test_a_failed_renewal_leads_through_grace_to_free_and_back_with_nothing_lost(acme, stripe, subscribe):
    running = subscribe(card=DECLINED_LATER)
    stripe.world.switches.retries_of_payments = [5 * 86400, 7 * 86400, 7 * 86400]
    _renew(stripe, running)
    assert (running.status, state(acme), seats(acme)) == ("past_due", ("professional", "grace"), 3)
    assert running.invoice_due == 3 * 15_00

    stripe.pass_time(seconds=GRACE.total_seconds() - 3600)
    stripe.tell()
    assert state(acme) == ("professional", "grace")
    stripe.pass_time(hours=2)
    stripe.tell()
    assert state(acme) == ("free", "ok")
    with pytest.raises(PayFirst), transaction():
        preview_change(acme, 5)

    stripe.pay(running.invoice_url, GOOD)
    stripe.tell()

    assert (running.status, state(acme), seats(acme)) == ("active", ("professional", "ok"), 3)
    assert (running.invoice_url, running.past_due_since) == (None, None)


def test_grace_begins_with_the_first_failure_however_late_and_often_it_is_told(acme, stripe, subscribe):
    running = subscribe(card=DECLINED_LATER)
    _renew(stripe, running, tell=False)
    failed_at = running.period_end

    stripe.pass_time(days=3)
    stripe.tell(order="last", duplicate=2)
    stripe.pass_time(days=2, hours=1)
    stripe.tell()

    assert abs(running.past_due_since - failed_at) < timedelta(minutes=1)


def test_who_never_pays_loses_the_plan_and_keeps_the_company(acme, stripe, subscribe):
    running = subscribe(card=DECLINED_LATER)
    _renew(stripe, running)

    stripe.pass_time(days=16)
    stripe.tell()

    assert (running.status, state(acme), seats(acme)) == ("canceled", ("free", "ok"), 3)


@pytest.mark.parametrize("status", ["unpaid", "paused"])
def test_other_states_give_no_plan(acme, stripe, subscribe, status):
    running = subscribe(seats=5)
    stripe.world.objects[running.stripe_id]["status"] = status
    stripe.world.say("customer.subscription.updated", stripe.world.objects[running.stripe_id])

    stripe.tell()

    assert seats(acme) == 3
    assert running.is_running


def test_a_card_that_works_again_pays_the_open_invoice_with_one_click(acme, stripe, subscribe):
    running = subscribe(card=DECLINED_LATER)
    _renew(stripe, running)
    with pytest.raises(CardDeclined), transaction():
        pay_open_invoice(acme)

    stripe.pay(card_page(acme, "http://localhost/plan", "zh_Hans"), GOOD, action="save")
    with transaction():
        pay_open_invoice(acme)

    assert (seats(acme), running.status) == (3, "active")


def test_a_bank_that_asks_at_renewal_is_answered_on_the_invoice_page(acme, stripe, subscribe):
    """29. The person must be there: the link leads to where the bank asks."""
    running = subscribe(card=ASKS)
    _renew(stripe, running)
    assert (running.status, running.asks_person) == ("past_due", True)

    assert "Your bank asks" in stripe.pay(running.invoice_url, ASKS, action="pay").text
    stripe.pay(running.invoice_url, ASKS)
    stripe.tell()

    assert (running.status, running.asks_person, state(acme)) == ("active", False, ("professional", "ok"))


def test_a_first_payment_nobody_finishes_expires_after_23_hours(acme, stripe, subscribe):
    """31. It gives nothing before, and stands in nobody's way after."""
    price = payments.price("professional_month_v1_usd", "Professional", "USD", 15_00, "month")["id"]
    placed = order(acme, {"professional:month": 3})
    with transaction():
        visit = open_checkout(acme, placed, **BACK)
    begun = stripe.api.subscriptions.create({"customer": _customer(acme), "items": [{"price": price, "quantity": 3}]})
    stripe.tell()
    assert (Subscription.running_of(acme.id).status, seats(acme), visit.status) == ("incomplete", 3, "open")
    assert state(acme) == ("free", "ok")

    stripe.pass_time(hours=23, minutes=1)
    stripe.tell()

    assert Subscription.running_of(acme.id) is None
    assert db.session.get_one(Subscription, begun.id).status == "incomplete_expired"
    assert subscribe().status == "active"


def _customer(company):
    return BillingAccount.of(company).stripe_customer_id


def _renew(stripe, running, tell=True):
    forget_what_was_read()
    stripe.pass_time(seconds=(running.period_end - now()).total_seconds() + 5)
    if tell:
        stripe.tell()


def test_renewals_are_posted_once_each(acme, stripe, subscribe):
    running = subscribe()
    for _ in range(2):
        _renew(stripe, running)
        stripe.tell(duplicate=1, even_early=True)

    forget_what_was_read()
    assert count(LedgerTransaction) == 3


# 35. Cancel, think better of it, come back.


def test_cancelled_stays_until_the_period_ends_and_falls_back_to_free(acme, stripe, subscribe):
    running = subscribe(seats=5)
    with transaction():
        cancel(acme)
    assert (seats(acme), running.ends_at) == (5, running.period_end)

    _renew(stripe, running)

    assert (seats(acme), running.status) == (3, "canceled")


def test_a_cancellation_is_taken_back(acme, stripe, subscribe):
    running = subscribe()
    with transaction():
        cancel(acme)
    with transaction():
        keep_on(acme)
    assert running.ends_at is None

    _renew(stripe, running)

    assert (state(acme), running.status) == (("professional", "ok"), "active")


def test_cancelled_and_back_on_the_same_day(acme, stripe, subscribe):
    first = subscribe()
    stripe.api.subscriptions.cancel(first.stripe_id)
    stripe.tell()
    assert state(acme) == ("free", "ok")

    second = subscribe(seats=4)

    assert second.stripe_id != first.stripe_id
    assert (seats(acme), first.status) == (4, "canceled")


def test_back_on_the_same_day_though_the_end_was_never_told(acme, stripe, subscribe, monkeypatch):
    first = subscribe()
    stripe.api.subscriptions.cancel(first.stripe_id)
    stripe.deliver_only(drop=100)
    monkeypatch.setattr("billing.checkouts._refuse_second_subscription", lambda company: None)

    second = subscribe(seats=4)

    assert (first.status, second.status, seats(acme)) == ("canceled", "active", 4)


def test_cancelled_in_the_trial_of_a_plan_bought_ahead(cast, stripe):
    placed = order(cast.acme, {"professional:month": 3})
    with transaction():
        visit = open_checkout(cast.acme, placed, **BACK, after_trial=True)
    stripe.pay(visit.url)
    stripe.tell()

    with transaction():
        cancel(cast.acme)
    stripe.pass_time(days=16)
    stripe.tell()

    assert Subscription.running_of(cast.acme.id) is None
    assert paid(stripe) == 0
    assert state(cast.acme) == ("free", "ok")


# 19 and 41. Prices and subscriptions somebody changed by hand.


def test_an_archived_price_still_bills_and_still_gives_rights(acme, stripe, subscribe):
    running = subscribe(seats=5)
    stripe.api.prices.update(running.price_id, {"active": False})
    with transaction():
        Product.change("professional:month", prices={"USD": 99_00, "CNY": 699_00})
    _renew(stripe, running)

    assert (seats(acme), running.product.version) == (5, 1)
    assert stripe.api.invoices.list().data[0].total == 5 * 15_00


def test_seats_changed_in_the_dashboard_are_followed(acme, stripe, subscribe):
    running = subscribe()
    items = [{"id": running.item_id, "quantity": 7}]

    stripe.api.subscriptions.update(running.stripe_id, {"items": items, "proration_behavior": "none"})
    stripe.tell()

    assert seats(acme) == 7


def test_the_rhythm_changed_in_the_portal_is_followed(acme, stripe, subscribe):
    running = subscribe()
    price = payments.price("professional_year_v1_usd", "Professional", "USD", 150_00, "year")["id"]

    stripe.api.subscriptions.update(running.stripe_id, {"items": [{"id": running.item_id, "price": price}]})
    stripe.tell()

    assert running.product.code == "professional:year"


def test_a_customer_deleted_in_the_dashboard_has_no_plan_and_may_come_back(acme, stripe, subscribe):
    running = subscribe(seats=5)
    stripe.api.customers.delete(running.customer_id)

    stripe.tell(order="last")
    assert (seats(acme), running.status) == (3, "canceled")

    assert subscribe(seats=4).quantity == 4
