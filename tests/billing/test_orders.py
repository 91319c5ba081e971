"""What is bought arrives once, at our prices; what is returned takes exactly that with it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from books import faults

from billing.accounts import BillingAccount, CurrencyIsFixed
from billing.grants import grants_of, start_trial
from billing.ledger import KeyReused
from billing.orders import MoreThanPaid, Order, PaidTwice, order_of, place_order, price_of
from billing.products import NotForSale, Product
from billing.purses import NotEnough, Purse
from billing.vouchers import Voucher
from billing.wallet_purchases import buy_from_wallet
from core.clock import now
from core.db import db, transaction
from core.errors import Invalid, NotFound
from tenants.rights.entitlements import Grant


def test_takes_its_prices_from_us(acme):
    with transaction():
        order = place_order(acme, {"feature:custom_logo": 1, "sms:100": 3}, "CNY")

    assert order.total == 198_00 + 3 * 10_00 == price_of({"feature:custom_logo": 1, "sms:100": 3}, "CNY")


@pytest.mark.parametrize("quantity", [0, -1, 10**9, 1.5, "2", True, None])
def test_18_refuses_odd_quantities(acme, quantity):
    with pytest.raises(Invalid), transaction():
        place_order(acme, {"sms:100": quantity}, "CNY")


def test_what_we_do_not_sell_cannot_be_ordered(acme):
    with pytest.raises(NotForSale), transaction():
        place_order(acme, {"gold": 1}, "CNY")


def test_19_what_was_sold_stays_as_it_was_sold(acme, buy):
    old = buy(acme, {"feature:custom_logo": 1}).lines[0].product
    with transaction():
        Product.change("feature:custom_logo", prices={"CNY": 1_00}, rights={"flags": []})

    assert (old.version, old.price_in("CNY"), Product.on_sale("feature:custom_logo").price_in("CNY")) == (1, 198_00, 1_00)
    assert "custom_logo" in acme.entitlements.flags
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), transaction():
        db.session.execute(sa.update(Product).where(Product.id == old.id).values(prices={"CNY": 0}))


def test_the_first_purchase_fixes_the_currency(acme, buy):
    buy(acme, {"sms:100": 1}, currency="USD")

    with pytest.raises(CurrencyIsFixed, match="USD"), transaction():
        place_order(acme, {"sms:100": 1}, "CNY")


def test_one_open_order_for_each_purpose(acme):
    with transaction():
        first = place_order(acme, {"topup:small": 1}, "CNY")
        extras = place_order(acme, {"sms:100": 1}, "CNY")
        second = place_order(acme, {"topup:large": 1}, "CNY")

    assert (first.status, first.superseded_by, second.status, extras.status) == ("superseded", second, "open", "open")


def test_twenty_who_order_leave_one_open(acme, together):
    answers = together(20, lambda _: place_order(acme, {"topup:small": 1}, "CNY").id)

    statuses = list(db.session.scalars(sa.select(Order.status)))
    assert len(set(answers)) == 20
    assert sorted(statuses) == ["open"] + ["superseded"] * 19


def test_a_payment_told_by_thirty_at_once_arrives_once(acme, together):
    with transaction():
        order = place_order(acme, {"sms:100": 1, "feature:custom_logo": 1, "style_voucher": 2}, "CNY")

    answers = together(30, lambda _: db.session.get_one(Order, order.id).fulfil("pi_1"))

    assert answers.count(True) == 1
    assert answers.count(False) == 29
    assert Purse.sms(acme.id).balance == 100
    assert len(Voucher.in_drawer_of(acme)) == 2
    assert len(grants_of(acme, product="feature:custom_logo")) == 1
    assert faults() == {}


def test_a_second_payment_for_one_order_is_refused(acme, buy):
    order = buy(acme, {"topup:small": 1})

    with pytest.raises(PaidTwice), transaction():
        order.fulfil("pi_2")


def test_of_two_tabs_that_both_pay_the_first_is_honoured(acme):
    with transaction():
        first = place_order(acme, {"topup:small": 1}, "CNY")
        second = place_order(acme, {"topup:small": 1}, "CNY")
    with transaction():
        assert first.fulfil("pi_1")

    with pytest.raises(PaidTwice), transaction():
        second.fulfil("pi_2")
    assert second.status == "superseded"
    assert Purse.wallet(acme.id, "CNY").balance == 100_00


def test_money_that_comes_late_is_honoured(acme):
    with transaction():
        order = place_order(acme, {"topup:small": 1}, "CNY")
        order.expire()
    with transaction():
        order.fulfil("pi_late")

    assert (order.status, Purse.wallet(acme.id, "CNY").balance) == ("paid", 100_00)


def test_14_a_double_click_buys_once(acme, wallet, together):
    answers = together(10, lambda _: buy_from_wallet(acme, {"feature:regional_routing": 1}, key="form-1").order_no)

    assert len(set(answers)) == 1
    assert wallet.balance == 1000_00 - 398_00
    assert len(grants_of(acme, product="feature:regional_routing")) == 1
    assert faults() == {}


def test_14_of_two_purchases_with_money_for_one_one_is_refused_whole(acme, wallet, together):
    answers = together(2, lambda n: buy_from_wallet(acme, {"sms:500": 12}, key=f"form-{n}"))

    assert {type(answer) for answer in answers} == {Order, NotEnough}
    assert Purse.sms(acme.id).balance == 6000
    assert wallet.balance == 1000_00 - 12 * 45_00
    assert faults() == {}


def test_36_parts_of_a_top_up_go_back_and_no_more_than_all(acme, buy):
    order = buy(acme, {"topup:small": 1})
    with transaction():
        order.reverse("re_2", 60_00)
        order.reverse("re_1", 40_00)

    with pytest.raises(MoreThanPaid), transaction():
        order.reverse("re_3", 1)
    with transaction():
        assert order.reverse("re_1", 40_00).amount == 40_00
    assert (order.status, Purse.wallet(acme.id, "CNY").balance, Purse.wallet(acme.id, "CNY").debt) == ("refunded", 0, 0)
    assert faults() == {}


def test_36_a_refund_told_ten_times_at_once_is_one(acme, buy, together):
    order = buy(acme, {"topup:small": 1})

    together(10, lambda _: db.session.get_one(Order, order.id).reverse("re_1", 40_00).id)

    assert Purse.wallet(acme.id, "CNY").balance == 60_00
    with pytest.raises(KeyReused), transaction():
        order.reverse("re_1", 1)


def test_37_sms_credits_that_were_used_are_owed(acme, buy):
    order = buy(acme, {"sms:100": 1})
    with transaction():
        Purse.sms(acme.id).spend(70, "sms_used", "sent", "sms")
        order.reverse("re_1")
    assert (Purse.sms(acme.id).balance, Purse.sms(acme.id).debt) == (0, 70)

    buy(acme, {"sms:100": 1}, payment="pi_2")

    assert (Purse.sms(acme.id).balance, Purse.sms(acme.id).debt) == (30, 0)
    assert faults() == {}


def test_38_a_dispute_freezes_and_winning_it_frees(acme, buy):
    order = buy(acme, {"topup:medium": 1})
    wallet = Purse.wallet(acme.id, "CNY")
    for _ in range(2):
        with transaction():
            order.dispute("du_1", 500_00)

    with pytest.raises(NotEnough), transaction():
        buy_from_wallet(acme, {"sms:100": 1}, key="form")
    with transaction():
        order.win_dispute("du_1")

    assert (wallet.balance, wallet.available) == (500_00, 500_00)
    assert faults() == {}


def test_38_a_lost_dispute_takes_what_is_left_and_a_late_refund_nothing(acme, buy):
    order = buy(acme, {"topup:medium": 1})
    wallet = Purse.wallet(acme.id, "CNY")
    with transaction():
        buy_from_wallet(acme, {"sms:500": 2}, key="form")
        order.reverse("re_1", 100_00)
    with transaction():
        order.dispute("du_1", 400_00)
    with transaction():
        order.lose_dispute("du_1")
        order.lose_dispute("du_1")

    with pytest.raises(MoreThanPaid), transaction():
        order.reverse("re_late", 1_00)
    assert (wallet.balance, wallet.held, wallet.debt, order.status) == (0, 0, 90_00, "refunded")
    assert faults() == {}


def test_39_one_item_of_a_package_goes_back(acme, buy):
    order = buy(acme, {"package:service": 1})
    registration, routing, designated = sorted(order.lines, key=lambda line: line.product.code, reverse=True)
    assert sum(line.amount for line in order.lines) == order.total == 698_00
    fallen = time_machine.travel(now() + timedelta(days=16))

    with transaction():
        done = order.reverse("re_1", lines=[routing])

    assert done.amount == routing.amount
    with fallen:
        assert acme.entitlements.flags == {"visitor_registration", "designated_agents"}
    with transaction():
        order.reverse("re_2")
    with fallen:
        assert acme.entitlements.flags == frozenset()
    assert (registration.returned, designated.returned) == (registration.amount, designated.amount)
    assert faults() == {}


def test_returned_vouchers_are_void(acme, buy):
    order = buy(acme, {"style_voucher": 3})
    with transaction():
        order.reverse("re_1")

    assert Voucher.in_drawer_of(acme) == []


def test_a_feature_bought_again_lasts_longer(acme, buy):
    for n in range(3):
        buy(acme, {"feature:custom_logo": 1}, payment=f"pi_{n}")

    first, second, third = grants_of(acme, product="feature:custom_logo")
    assert (first.valid_until, second.valid_until) == (second.valid_from, third.valid_from)
    assert timedelta(days=3 * 365 - 1) < third.valid_until - now() < timedelta(days=3 * 366)


def test_more_seats_add_to_those_of_the_plan(acme, buy):
    before = acme.entitlements.seats

    buy(acme, {"seats:1": 2})

    assert acme.entitlements.seats == before + 2


def test_what_is_paid_ahead_begins_when_the_trial_ends(acme, buy):
    buy(acme, {"professional:term:1": 5})

    with time_machine.travel(now() + timedelta(days=20)):
        assert (acme.entitlements.plan, acme.entitlements.seats) == ("professional", 5)
    with time_machine.travel(now() + timedelta(days=50)):
        assert (acme.entitlements.plan, acme.entitlements.seats) == ("free", 3)


def test_another_companys_order_is_not_found(cast, acme, buy):
    order = buy(acme, {"sms:100": 1})

    with pytest.raises(NotFound):
        order_of(cast.globex, order.order_no)


def test_the_wallet_pays_no_top_ups(acme, wallet):
    with pytest.raises(Invalid), transaction():
        buy_from_wallet(acme, {"topup:small": 1}, key="form")


def test_a_crash_between_money_and_goods_loses_neither(acme, wallet, monkeypatch):
    monkeypatch.setattr("billing.documents.issue_receipt", lambda order: 1 / 0)

    with pytest.raises(ZeroDivisionError), transaction():
        buy_from_wallet(acme, {"feature:custom_logo": 1}, key="form")

    assert wallet.balance == 1000_00
    assert grants_of(acme, product="feature:custom_logo") == []
    assert BillingAccount.of(acme).currency == "CNY"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Grant).where(Grant.company_id == acme.id)) == 1
    assert not start_trial(acme)
