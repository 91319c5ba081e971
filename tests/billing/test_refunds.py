import pytest
import requests
import sqlalchemy as sa
from cast import count
from stripe_fixtures import away, forget_what_was_read, in_parallel, order

from billing import refund_actions
from billing.checkouts import open_checkout
from billing.differences import Difference
from billing.disputes import Dispute
from billing.effects import changes, picture, preview
from billing.grants import revoke
from billing.ledger import LedgerEntry, LedgerTransaction
from billing.operator_actions import Deed
from billing.orders import MoreThanPaid, Order, OrderReturn
from billing.purses import GIVEN, Purse
from billing.refund_actions import MoreThanInvoiced, PaymentDisputed, RefundTheOrder
from billing.refunds import Refund, send_wanted_refunds
from billing.subscription_invoices import SubscriptionInvoice
from billing.subscriptions import Subscription
from core.db import db, transaction
from tenants.abuse.signals import signals_of
from tenants.companies.company import Company

BACK = {"success_url": "http://localhost/paid", "cancel_url": "http://localhost/plan"}


@pytest.fixture
def acme(cast, stripe):
    with transaction():
        revoke(cast.acme, "trial:professional")
    return cast.acme


@pytest.fixture
def buy_online(acme, stripe):
    """`buy_online({"sms:100": 1})` orders and pays by card; gives the order."""

    def buy(cart):
        placed = order(acme, cart)
        with transaction():
            visit = open_checkout(acme, placed, **BACK)
        stripe.pay(visit.url)
        stripe.tell()
        return placed

    return buy


@pytest.fixture
def charge_of(stripe):
    return lambda order: stripe.api.payment_intents.retrieve(order.payment).latest_charge


def refund(placed, amount, key="form-1", lines=None):
    with transaction():
        return refund_actions.refund(placed, Deed("olaf@platform.example", "Asked for it", key), amount, lines)


def wallet(company):
    forget_what_was_read()
    return Purse.wallet(company.id, "USD")


def sent_back(stripe):
    return sum(one.amount for one in stripe.api.refunds.list({"limit": 100}).data if one.status == "succeeded")


def control(stripe, what, **wishes):
    return requests.post(f"{stripe.address}/_ctl/{what}", json=wishes, timeout=10).json()


# Refunds.


def test_what_is_shown_before_is_what_there_is_when_the_money_is_back(acme, stripe, buy_online, charge_of):
    placed = buy_online({"package:brand": 1})
    logo = [line for line in placed.lines if line.product.kind == "feature"]
    with transaction():
        shown = preview(refund_actions.refund, placed, Deed("olaf@platform.example", "Asked", "form"), logo[0].amount, logo)
    assert placed.returned == 0

    refund(placed, logo[0].amount, lines=logo)
    stripe.tell()

    forget_what_was_read()
    assert picture(db.session.get_one(Company, acme.id), Order.numbered(placed.order_no)) == shown["after"]
    assert [change.title for change in changes(shown["before"], shown["after"])] == [
        "Your own logo", f"Returned of order {placed.order_no}",
    ]  # fmt: skip


def test_what_is_decided_and_under_way_cannot_be_decided_again(acme, stripe, buy_online):
    placed = buy_online({"feature:custom_logo": 1})
    with away(stripe):
        refund(placed, 20_00, key="a")
        with pytest.raises(MoreThanPaid, match=r"At most \$9.00"):
            refund(placed, 9_01, key="b")
    send_wanted_refunds()
    stripe.tell()
    refund(placed, 9_00, key="c")
    stripe.tell()

    forget_what_was_read()
    assert Order.numbered(placed.order_no).returned == sent_back(stripe) == 29_00


def test_an_operators_refund_goes_to_stripe_first_and_then_into_the_books(acme, stripe, buy_online):
    placed = buy_online({"topup:medium": 1})

    refund(placed, 40_00)
    stripe.tell()

    assert sent_back(stripe) == 40_00
    assert (wallet(acme).balance, placed.returned) == (60_00, 40_00)
    assert db.session.scalars(sa.select(Refund)).one().status == "succeeded"


def test_a_refund_sent_twice_by_double_click_goes_back_once(acme, stripe, buy_online):
    placed = buy_online({"topup:medium": 1})

    refund(placed, 40_00)
    refund(placed, 40_00)
    stripe.tell(duplicate=2)

    assert (sent_back(stripe), wallet(acme).balance) == (40_00, 60_00)


def test_ten_workers_that_hear_of_one_refund_post_it_once(acme, stripe, buy_online):
    placed = buy_online({"topup:medium": 1})
    stripe.api.refunds.create({"payment_intent": placed.payment, "amount": 80_00})

    stripe.deliver_only(duplicate=4, parallel=8)
    stripe.work(workers=8)

    assert wallet(acme).balance == 20_00
    assert count(OrderReturn) == 1


def test_while_stripe_is_away_a_refund_waits_and_is_made_later(acme, stripe, buy_online):
    placed = buy_online({"topup:medium": 1})
    with away(stripe):
        refund(placed, 40_00)
    assert (count(Refund), wallet(acme).balance) == (0, 100_00)

    in_parallel([_in_context(stripe, send_wanted_refunds)] * 3)
    send_wanted_refunds()
    stripe.tell()

    assert (sent_back(stripe), wallet(acme).balance) == (40_00, 60_00)


def _in_context(stripe, function):
    def run():
        with stripe.app.app_context():
            function()

    return run


def test_partial_refunds_told_in_any_order_add_up_and_a_third_is_refused(acme, stripe, buy_online):
    """36."""
    placed = buy_online({"topup:medium": 1})
    refund(placed, 40_00, "a")
    refund(placed, 60_00, "b")
    with pytest.raises(MoreThanPaid):
        refund(placed, 1, "c")

    stripe.tell(order="last", duplicate=1)

    assert (sent_back(stripe), wallet(acme).balance, placed.status) == (100_00, 0, "refunded")


def test_what_a_refund_was_for_is_taken_back(acme, stripe, buy_online):
    placed = buy_online({"package:service": 1})
    line = placed.lines[0]

    refund(placed, line.amount, lines=[line])
    stripe.tell()

    forget_what_was_read()
    assert line.taken_back_at is not None
    assert len([one for one in placed.lines if one.taken_back_at is None]) == 2


def test_a_refund_made_in_the_dashboard_is_followed(acme, stripe, buy_online):
    placed = buy_online({"sms:100": 1})

    stripe.api.refunds.create({"payment_intent": placed.payment})
    stripe.tell()

    assert Purse.sms(acme.id).balance == 0
    assert placed.status == "refunded"


def test_a_refund_is_posted_when_it_has_arrived_and_not_before(acme, stripe, buy_online):
    placed = buy_online({"topup:medium": 1})
    stripe.world.switches.refunds_pend = True
    refund(placed, 40_00)
    stripe.tell()
    assert wallet(acme).balance == 100_00

    control(stripe, "settle_refund", refund=stripe.api.refunds.list().data[0].id, arrives=True)
    stripe.tell()

    assert wallet(acme).balance == 60_00


def test_a_refund_that_comes_back_is_for_a_person(acme, stripe, buy_online):
    placed = buy_online({"topup:medium": 1})
    refund(placed, 40_00)
    stripe.tell()

    control(stripe, "settle_refund", refund=stripe.api.refunds.list().data[0].id, arrives=False)
    stripe.tell()

    assert [one.kind for one in Difference.all_open()] == ["refund_failed"]


def test_a_refund_after_the_money_is_spent_leaves_a_debt(acme, stripe, buy_online):
    """37."""
    placed = buy_online({"topup:medium": 1})
    with transaction():
        Purse.wallet(acme.id, "USD").spend(90_00, "revenue", "spent", "purchase")

    refund(placed, 80_00)
    stripe.tell()
    assert (wallet(acme).balance, wallet(acme).debt) == (0, 70_00)
    buy_online({"topup:medium": 1})

    assert (wallet(acme).balance, wallet(acme).debt) == (30_00, 0)


@pytest.fixture
def renewed(acme, stripe, buy_online):
    """The invoices of three seats bought for $45.00 and renewed: the first, which paid the order, and the renewal."""
    buy_online({"professional:month": 3})
    stripe.pass_time(days=32)
    stripe.tell()
    renewal, first = SubscriptionInvoice.of(acme, 2)
    return first, renewal


def refund_invoice(invoice, amount, key="form-1"):
    with transaction():
        return refund_actions.refund_invoice(invoice, Deed("olaf@platform.example", "Asked for it", key), amount)


def returns_in_the_books():
    forget_what_was_read()
    kinds = LedgerTransaction.kind.in_(("refund", "dispute"))
    entries = sa.select(LedgerEntry.amount).join(LedgerTransaction).where(kinds, LedgerEntry.amount > 0)
    return sorted(db.session.scalars(entries))


def test_a_renewals_invoice_is_refunded_once_and_the_rights_go_on(acme, stripe, renewed):
    first, renewal = renewed
    rights = acme.entitlements
    with transaction():
        shown = preview(refund_actions.refund_invoice, renewal, Deed("olaf@platform.example", "Asked", "form"), 20_00)
    assert changes(shown["before"], shown["after"]) == [
        (f"Returned of subscription invoice {renewal.number}", "$0.00", "$20.00")
    ]  # fmt: skip

    with away(stripe):
        refund_invoice(renewal, 20_00), refund_invoice(renewal, 20_00)
        with pytest.raises(MoreThanInvoiced, match=rf"At most \$25.00 of invoice {renewal.number}"):
            refund_invoice(renewal, 25_01, key="form-2")
    in_parallel([_in_context(stripe, send_wanted_refunds)] * 3)
    stripe.tell(duplicate=2, parallel=4, workers=4)

    assert (sent_back(stripe), returns_in_the_books()) == (20_00, [20_00])
    assert picture(acme, SubscriptionInvoice.paid_by(renewal.payment)) == shown["after"]
    assert acme.entitlements == rights
    # What is left goes back by hand in the Dashboard.
    stripe.api.refunds.create({"payment_intent": renewal.payment})
    stripe.tell()
    assert (renewal.returned, returns_in_the_books()) == (45_00, [20_00, 25_00])
    with pytest.raises(MoreThanInvoiced, match=r"At most \$0.00"):
        refund_invoice(renewal, 1, key="form-3")
    with pytest.raises(RefundTheOrder, match=first.order.order_no):
        refund_invoice(first, 1, key="form-4")
    assert Difference.all_open() == []


def test_a_disputed_invoice_is_not_refunded_and_a_lost_dispute_takes_the_rest(acme, stripe, renewed):
    _first, renewal = renewed
    refund_invoice(renewal, 20_00)
    charge = stripe.api.payment_intents.retrieve(renewal.payment).latest_charge
    dispute = control(stripe, "dispute", charge=charge)
    # The dispute is told first, though the refund came first.
    stripe.tell(order="last")

    with pytest.raises(PaymentDisputed, match=renewal.number):
        refund_invoice(renewal, 25_00, key="form-2")
    control(stripe, "close_dispute", dispute=dispute, won=False)
    stripe.tell(duplicate=1)

    assert (renewal.returned, returns_in_the_books()) == (45_00, [20_00, 25_00])


def test_a_refund_told_before_its_invoice_finds_it(acme, stripe, buy_online):
    buy_online({"professional:month": 3})
    running = Subscription.running_of(acme.id)
    stripe.pass_time(days=32)
    renewal = stripe.api.invoices.list({"subscription": running.stripe_id}).data[0]
    payment = renewal.payments.data[0].payment.payment_intent

    stripe.api.refunds.create({"payment_intent": payment})
    stripe.tell(order="last")

    assert SubscriptionInvoice.paid_by(payment).returned == returns_in_the_books()[0] == 45_00
    assert {one.kind for one in db.session.scalars(sa.select(LedgerTransaction))} == {"subscription", "refund"}
    assert Difference.all_open() == []


def test_a_refund_of_somebody_elses_payment_is_noted_and_moves_nothing(acme, stripe):
    item = {"price_data": {"currency": "usd", "unit_amount": 500, "product_data": {"name": "Tea"}}, "quantity": 1}
    session = stripe.api.checkout.sessions.create({"mode": "payment", "success_url": "http://x", "line_items": [item]})
    stripe.pay(session.url)
    payment = stripe.api.checkout.sessions.retrieve(session.id).payment_intent

    stripe.api.refunds.create({"payment_intent": payment, "metadata": {"company": str(acme.id)}})
    stripe.tell()

    assert [one.kind for one in Difference.all_open()] == ["orphan"]
    assert count(LedgerTransaction) == 0


# 38. Disputes, and refunds that meet them.


def test_an_open_dispute_freezes_what_is_left_and_a_won_one_frees_it(acme, stripe, buy_online, charge_of):
    placed = buy_online({"topup:medium": 1})
    dispute = control(stripe, "dispute", charge=charge_of(placed))
    stripe.tell()
    assert (wallet(acme).balance, wallet(acme).available) == (100_00, 0)

    control(stripe, "close_dispute", dispute=dispute, won=True)
    stripe.tell(order="last", duplicate=1)

    assert (wallet(acme).balance, wallet(acme).available) == (100_00, 100_00)
    assert db.session.get_one(Dispute, dispute).status == "won"
    # However often it is told of, it is one.
    assert [(signal.kind, signal.count) for signal in signals_of(acme.id)] == [("disputes", 1)]


def test_a_lost_dispute_takes_the_money_once_and_the_rest_becomes_a_debt(acme, stripe, buy_online, charge_of):
    placed = buy_online({"topup:medium": 1})
    with transaction():
        Purse.wallet(acme.id, "USD").spend(30_00, "revenue", "spent", "purchase")
    dispute = control(stripe, "dispute", charge=charge_of(placed))
    control(stripe, "close_dispute", dispute=dispute, won=False)

    stripe.tell(order="shuffle", duplicate=3, workers=4)

    assert (wallet(acme).balance, wallet(acme).debt, wallet(acme).held) == (0, 30_00, 0)
    assert placed.left == 0


def test_a_dispute_that_was_lost_before_we_heard_of_it(acme, stripe, buy_online, charge_of):
    placed = buy_online({"topup:medium": 1})
    dispute = control(stripe, "dispute", charge=charge_of(placed))
    stripe.deliver_only(drop=100)
    control(stripe, "close_dispute", dispute=dispute, won=False)

    stripe.tell()

    assert (wallet(acme).balance, wallet(acme).debt, wallet(acme).held) == (0, 0, 0)


def test_a_dispute_after_a_partial_refund_takes_only_the_rest(acme, stripe, buy_online, charge_of):
    placed = buy_online({"topup:medium": 1})
    refund(placed, 40_00)
    stripe.tell()
    dispute = control(stripe, "dispute", charge=charge_of(placed))
    control(stripe, "close_dispute", dispute=dispute, won=False)

    stripe.tell(duplicate=1)

    assert (wallet(acme).balance, wallet(acme).debt, placed.left) == (0, 0, 0)


def test_a_refund_while_disputed_is_refused_and_told(acme, stripe, buy_online, charge_of):
    placed = buy_online({"topup:medium": 1})
    control(stripe, "dispute", charge=charge_of(placed))
    stripe.tell()

    refund(placed, 100_00)

    assert [one.kind for one in Difference.all_open()] == ["refund_failed"]
    assert wallet(acme).balance == 100_00


def test_a_won_dispute_may_be_refunded_later_in_full(acme, stripe, buy_online, charge_of):
    placed = buy_online({"topup:medium": 1})
    dispute = control(stripe, "dispute", charge=charge_of(placed))
    control(stripe, "close_dispute", dispute=dispute, won=True)
    stripe.tell()

    refund(placed, 100_00)
    stripe.tell()

    assert (wallet(acme).balance, wallet(acme).debt, placed.status) == (0, 0, "refunded")


def test_a_lost_dispute_of_a_feature_takes_the_feature(acme, stripe, buy_online, charge_of):
    placed = buy_online({"feature:regional_routing": 1})
    assert "regional_routing" in _flags(acme)
    dispute = control(stripe, "dispute", charge=charge_of(placed))
    stripe.tell()
    assert "regional_routing" in _flags(acme)

    control(stripe, "close_dispute", dispute=dispute, won=False)
    stripe.tell()

    assert "regional_routing" not in _flags(acme)


def _flags(company):
    forget_what_was_read()
    return db.session.get_one(Company, company.id).entitlements.flags


def test_other_money_in_the_wallet_is_not_frozen_below_what_is_there(acme, stripe, buy_online, charge_of):
    placed = buy_online({"topup:small": 1})
    with transaction():
        Purse.wallet(acme.id, "USD").receive(50_00, GIVEN, "gift", "adjustment")

    control(stripe, "dispute", charge=charge_of(placed))
    stripe.tell(duplicate=2)

    assert wallet(acme).available == 50_00


def test_a_warning_of_fraud_reaches_a_person(acme, stripe, buy_online, charge_of):
    placed = buy_online({"topup:small": 1})

    control(stripe, "warn", charge=charge_of(placed))
    stripe.tell()

    (noted,) = Difference.all_open()
    assert (noted.kind, noted.company_id) == ("fraud_warning", acme.id)
