import pytest
import requests
import sqlalchemy as sa
from cast import count
from stripe_fixtures import (
    DECLINED,
    GOOD,
    away,
    forget_what_was_read,
    in_parallel,
    in_transaction,
    order,
)  # fmt: skip

from billing.accounts import BillingAccount
from billing.checkouts import AlreadySubscribed, Checkout, EarlierPayment, checkout_of, open_checkout, sync_checkout
from billing.differences import Difference
from billing.ledger import LedgerEntry, LedgerTransaction
from billing.orders import Order, place_order
from billing.payments import PaymentsOff, ProviderAway
from billing.purses import REVENUE, Purse
from billing.stripe_events import StripeEvent
from billing.subscriptions import Subscription
from core.db import db, transaction
from core.errors import NotFound
from tenants.companies.company import Company

SEATS = {"professional:month": 3}
BACK = {"success_url": "http://localhost/paid?session={CHECKOUT_SESSION_ID}", "cancel_url": "http://localhost/plan"}


def visit(company, cart=None, **more):
    placed = order(company, cart or {"topup:small": 1})
    with transaction():
        return open_checkout(company, placed, **BACK, **more)


def fresh(company):
    forget_what_was_read()
    return db.session.get_one(Company, company.id)


def wallet(company):
    return Purse.wallet(company.id, "USD").balance


def test_a_paid_top_up_is_in_the_wallet(cast, stripe):
    opened = visit(cast.acme)

    answer = stripe.pay(opened.url)
    assert answer.headers["Location"] == f"http://localhost/paid?session={opened.stripe_session_id}"
    stripe.tell()

    assert wallet(cast.acme) == 20_00
    assert (opened.status, opened.order.status) == ("paid", "paid")
    assert opened.order.payment.startswith("pi_")


def test_the_payment_page_lists_what_is_paid_and_offers_wallets(cast, stripe):
    opened = visit(cast.acme, {"package:service": 1, "sms:100": 2})

    page = requests.get(opened.url, timeout=10).text

    assert "Service package" in page
    assert "SMS credits × 2" in page
    assert "WeChat Pay" in page
    assert "$111.00" in page
    intent = stripe.world.secret(opened.stripe_session_id)["intent_data"]
    assert intent["metadata"]["order_no"] == opened.order.order_no


def test_the_same_order_is_the_same_visit(cast, stripe):
    placed = order(cast.acme, {"topup:small": 1})

    answers = in_parallel([in_transaction(stripe.app, lambda: _open_anew(placed.id))] * 5)

    assert len(set(answers)) == 1
    assert len(stripe.api.checkout.sessions.list().data) == 1


def _open_anew(order_id):
    placed = db.session.get_one(Order, order_id)
    return open_checkout(placed.company, placed, **BACK).stripe_session_id


def test_another_order_closes_the_page_of_the_one_before(cast, stripe):
    first = visit(cast.acme)
    second = visit(cast.acme, {"topup:medium": 1})

    assert requests.get(stripe.address + "/c/pay/" + first.stripe_session_id, timeout=10).status_code == 410
    assert (first.status, second.status) == ("expired", "open")


def test_an_order_just_paid_in_another_tab_is_not_asked_for_again(cast, stripe):
    first = visit(cast.acme)
    stripe.pay(first.url)

    with pytest.raises(EarlierPayment):
        visit(cast.acme, {"topup:medium": 1})
    stripe.tell()

    assert wallet(cast.acme) == 20_00


# 1. Two tabs open checkout and both pay.


def test_two_tabs_that_both_pay_make_one_subscription_and_the_second_is_returned(cast, stripe, monkeypatch):
    first = visit(cast.acme, SEATS)
    # The page of the first tab could not be closed in time.
    monkeypatch.setattr("billing.checkouts._leave_earlier_visits", lambda company, order: None)
    second = visit(cast.acme, SEATS | {"professional:month": 5})
    stripe.pay(first.url)
    stripe.pay(second.url)

    stripe.tell(workers=4, order="shuffle", seed=3)
    stripe.tell(workers=2)
    assert set(db.session.scalars(sa.select(StripeEvent.status))) == {"done"}

    running = Subscription.running_of(cast.acme.id)
    alive = [one for one in stripe.api.subscriptions.list({"status": "all"}).data if one.status == "active"]
    assert [one.id for one in alive] == [running.stripe_id]
    charges = stripe.api.charges.list().data
    assert sorted(charge.refunded for charge in charges) == [False, True]
    assert sorted([first.status, second.status]) == ["paid", "returned"]
    kept = sum(charge.amount - charge.amount_refunded for charge in charges)
    assert db.session.scalar(sa.select(sa.func.sum(LedgerEntry.amount)).where(LedgerEntry.account.has(code=REVENUE))) == kept
    assert {difference.kind for difference in Difference.all_open()} == {"double_subscription", "paid_twice"}
    assert _plan_of(cast.acme) == {f"subscription:{running.stripe_id}"}


def _plan_of(company):
    """The reasons for the plan, but the trial."""
    return {reason for reason in fresh(company).entitlements.because["plan"] if not reason.startswith("trial:")}


def test_one_order_paid_twice_is_returned_once(cast, stripe):
    first = visit(cast.acme)
    with transaction():
        # We believe its page to be closed, and it is not.
        first.settle("expired")
    with transaction():
        second = open_checkout(cast.acme, first.order, **BACK)
    assert (first.order, second.attempt) == (second.order, 2)
    stripe.pay(first.url or f"{stripe.address}/c/pay/{first.stripe_session_id}", method="wechat_pay", action="later")
    stripe.pay(second.url)
    stripe.tell()

    stripe.pass_time(minutes=11)
    stripe.tell(duplicate=3, parallel=4, workers=4)
    stripe.tell(workers=4)

    assert wallet(cast.acme) == 20_00
    assert (first.status, second.status) == ("returned", "paid")
    assert [refund.amount for refund in stripe.api.refunds.list().data] == [20_00]
    assert [difference.kind for difference in Difference.all_open()] == ["paid_twice"]


def test_a_plan_on_its_way_by_phone_is_not_bought_again_by_card(cast, stripe):
    stripe.pay(visit(cast.acme, {"professional:term:1": 3}).url, method="wechat_pay", action="later")
    stripe.tell()

    with pytest.raises(EarlierPayment):
        visit(cast.acme, SEATS)


# 2. The page people come back to, and the webhook, at the same instant.


def test_the_page_and_the_webhook_at_once_deliver_once(cast, stripe):
    opened = visit(cast.acme, {"sms:100": 1})
    session = opened.stripe_session_id
    stripe.pay(opened.url)
    stripe.deliver_only()
    company = cast.acme.id

    def come_back():
        return sync_checkout(db.session.get_one(Company, company), session).status

    answers = in_parallel([in_transaction(stripe.app, come_back)] * 4 + [lambda: stripe._work()] * 4)
    forget_what_was_read()

    assert answers[:4] == ["paid"] * 4
    assert Purse.sms(company).balance == 100
    assert count(LedgerTransaction) == 2


def test_the_page_alone_is_enough(cast, stripe):
    opened = visit(cast.acme, SEATS)
    stripe.pay(opened.url)

    with transaction():
        assert sync_checkout(cast.acme, opened.stripe_session_id).status == "paid"

    assert fresh(cast.acme).entitlements.plan == "professional"


# 15. A lost answer, and storms of refusals.


def test_a_lost_answer_does_not_make_a_second_page(cast, stripe):
    placed = order(cast.acme, {"topup:small": 1})
    stripe.world.lost = 1

    with transaction():
        opened = open_checkout(cast.acme, placed, **BACK)
    stripe.pay(opened.url)
    stripe.tell()

    assert len(stripe.api.checkout.sessions.list().data) == 1
    assert wallet(cast.acme) == 20_00


@pytest.mark.parametrize("status", [409, 429, 500, 503])
def test_a_storm_of_refusals_leaves_nothing_behind_and_later_all_is_well(cast, stripe, status):
    placed = order(cast.acme, {"topup:small": 1})
    stripe.world.answers = [status] * 6
    with pytest.raises(ProviderAway), transaction():
        open_checkout(cast.acme, placed, **BACK)
    stripe.world.answers = []

    with transaction():
        opened = open_checkout(cast.acme, placed, **BACK)
    stripe.pay(opened.url)
    stripe.tell()

    assert wallet(cast.acme) == 20_00
    assert len(stripe.api.customers.list().data) == 1


# 17. Somebody else's ids, and metadata anybody could have written.


def test_another_companys_session_is_not_found(cast, stripe):
    opened = visit(cast.acme)
    stripe.pay(opened.url)

    with cast.globex.entered() as globex:
        with pytest.raises(NotFound), transaction():
            sync_checkout(globex, opened.stripe_session_id)
        with pytest.raises(NotFound):
            checkout_of(globex, "cs_test_made_up")
    forget_what_was_read()
    assert opened.status == "open"


def test_metadata_of_another_company_moves_nothing(cast, stripe):
    opened = visit(cast.acme)
    stripe.world.objects[opened.stripe_session_id]["metadata"] = {"company": str(cast.globex.id)}
    stripe.pay(opened.url)

    stripe.tell()

    assert wallet(cast.acme) == 20_00
    assert wallet(cast.globex) == 0


def test_a_session_that_is_not_ours_is_left_alone(cast, stripe):
    asked = {"mode": "payment", "success_url": "http://x", "metadata": {"company": str(cast.acme.id)}}
    item = {"price_data": {"currency": "usd", "unit_amount": 5, "product_data": {"name": "Tea"}}, "quantity": 1}
    session = stripe.api.checkout.sessions.create(asked | {"line_items": [item]})
    stripe.pay(session.url)

    stripe.tell()

    assert wallet(cast.acme) == 0
    assert count(LedgerTransaction) == 0


# 18. What was paid must be what was ordered.


def test_a_session_for_another_amount_is_for_a_person_to_look_at(cast, stripe):
    opened = visit(cast.acme)
    stripe.world.objects[opened.stripe_session_id]["amount_total"] = 1
    stripe.pay(opened.url)

    stripe.tell()

    assert wallet(cast.acme) == 0
    assert [difference.kind for difference in Difference.all_open()] == ["amount"]


# 27. A declined card.


def test_a_declined_card_buys_nothing_and_another_one_does(cast, stripe):
    opened = visit(cast.acme, SEATS)

    assert stripe.pay(opened.url, DECLINED).status_code == 402
    stripe.tell()
    assert Subscription.running_of(cast.acme.id) is None
    assert opened.status == "open"
    stripe.pay(opened.url, GOOD)
    stripe.tell()

    assert len(_plan_of(cast.acme)) == 1


# 32. WeChat Pay.


def test_wechat_waits_and_is_paid_ten_minutes_later(cast, stripe):
    opened = visit(cast.acme)
    stripe.pay(opened.url, method="wechat_pay", action="later")
    stripe.tell()
    assert (opened.status, opened.order.status, wallet(cast.acme)) == ("waiting", "waiting_for_payment", 0)

    stripe.pass_time(minutes=11)
    stripe.tell(order="last", duplicate=1)

    assert (opened.status, opened.order.status, wallet(cast.acme)) == ("paid", "paid", 20_00)


def test_wechat_that_is_never_paid_fails_the_order(cast, stripe):
    opened = visit(cast.acme)
    stripe.pay(opened.url, method="wechat_pay", action="later")
    stripe.tell()

    requests.post(
        f"{stripe.address}/_ctl/settle_session", json={"session": opened.stripe_session_id, "paid": False}, timeout=10
    )
    stripe.tell()

    assert (opened.status, opened.order.status, wallet(cast.acme)) == ("failed", "failed", 0)


def test_a_code_nobody_scanned_expires(cast, stripe):
    opened = visit(cast.acme)

    stripe.pass_time(hours=24)
    stripe.tell()

    assert (opened.status, opened.order.status) == ("expired", "expired")


def test_money_that_comes_after_all_is_honoured(cast, stripe):
    opened = visit(cast.acme)
    stripe.pay(opened.url, method="alipay", action="later")
    with transaction():
        opened.settle("failed")
        opened.order.fail()

    stripe.pass_time(minutes=11)
    stripe.tell()

    assert (opened.status, wallet(cast.acme)) == ("paid", 20_00)


def test_alipay_pays_at_once(cast, stripe):
    opened = visit(cast.acme)

    stripe.pay(opened.url, method="alipay")
    stripe.tell()

    assert wallet(cast.acme) == 20_00


# Who may not buy, and when nobody can.


def test_who_has_a_subscription_changes_it_instead(cast, stripe):
    stripe.pay(visit(cast.acme, SEATS).url)
    stripe.tell()

    with pytest.raises(AlreadySubscribed):
        visit(cast.acme, SEATS)


def test_without_a_key_card_payment_is_off(cast):
    placed = order(cast.acme, {"topup:small": 1})

    with pytest.raises(PaymentsOff), transaction():
        open_checkout(cast.acme, placed, **BACK)


def test_while_stripe_is_away_the_order_stays_open(cast, stripe):
    placed = order(cast.acme, {"topup:small": 1})

    with away(stripe), pytest.raises(ProviderAway, match="does not answer"), transaction():
        open_checkout(cast.acme, placed, **BACK)

    forget_what_was_read()
    assert placed.status == "open"
    assert count(Checkout) == 0


def test_a_customer_deleted_in_the_dashboard_is_made_anew(cast, stripe):
    visit(cast.acme)
    before = BillingAccount.of(cast.acme).stripe_customer_id
    stripe.api.customers.delete(before)

    visit(cast.acme, {"topup:medium": 1})

    assert BillingAccount.of(cast.acme).stripe_customer_id not in (None, before)


def test_a_plan_bought_in_the_trial_may_begin_after_it(cast, stripe):
    opened = visit(cast.acme, SEATS, after_trial=True)
    stripe.pay(opened.url)
    stripe.tell()
    running = Subscription.running_of(cast.acme.id)
    assert (running.status, opened.status) == ("trialing", "waiting")
    assert abs(running.period_end - cast.acme.trial_ends_at).total_seconds() < 2

    stripe.pass_time(days=16)
    stripe.tell()

    assert (running.status, opened.status, opened.order.status) == ("active", "paid", "paid")


def test_place_order_believes_no_price_of_the_browser(cast):
    with transaction():
        placed = place_order(cast.acme, {"topup:small": 1}, "USD")

    assert placed.total == 20_00
