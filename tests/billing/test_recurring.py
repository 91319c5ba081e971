"""What comes every month, of one company and of all."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from books import subscribed
from stripe_fixtures import order

from billing.accounts import BillingAccount
from billing.checkouts import open_checkout
from billing.products import Product
from billing.recurring import all_monthly_recurring, monthly_recurring
from billing.subscription_price import monthly_of
from billing.subscriptions import Subscription
from core.clock import now
from core.db import db, transaction

FEWER = {"paid_quantity": 5, "pending_quantity": 2, "pending_at": now() + timedelta(days=31)}


@pytest.mark.parametrize(
    ("code", "quantity", "how", "amount"),
    [
        ("professional:month", 1, {}, 99_00),
        ("professional:month", 3, {}, 297_00),
        ("professional:year", 7, {}, 577_50),
        ("professional:month", 2, {"status": "past_due"}, 198_00),
        ("professional:month", 2, {"status": "trialing"}, 0),
        ("professional:month", 2, {"status": "unpaid"}, 0),
        ("professional:month", 2, {"status": "canceled"}, 0),
        # Two from the next month on; five are paid for until then.
        ("professional:month", 2, FEWER, 495_00),
    ],
)
def test_counts_what_comes_every_month(acme, code, quantity, how, amount):
    subscribed(acme, code, quantity, **how)

    assert monthly_recurring(acme.id) == (amount, "CNY")


def test_a_company_without_a_subscription_pays_nothing_in_its_own_currency(acme):
    assert monthly_recurring(acme.id) == (0, "CNY")

    with transaction():
        BillingAccount.of(acme).pay_in("USD")

    assert monthly_recurring(acme.id) == (0, "USD")


def test_who_bought_before_a_price_rose_pays_the_old_one(acme):
    subscribed(acme, "professional:month", 1)
    with transaction():
        Product.change("professional:month", prices={"CNY": 199_00, "USD": 29_00})

    assert monthly_recurring(acme.id) == (99_00, "CNY")


def test_counts_every_item_and_discount_the_provider_lists(acme, stripe):
    """We sell one item without a discount; at the Dashboard more may be added."""
    placed = order(acme, {"professional:month": 3})
    with transaction():
        visit = open_checkout(acme, placed, "http://localhost/paid", "http://localhost/plan")
    stripe.pay(visit.url)
    stripe.tell()
    assert monthly_recurring(acme.id) == (45_00, "USD")

    running = Subscription.running_of(acme.id)
    support = {"currency": "usd", "unit_amount": 20_00, "recurring": {"interval": "month"}, "product_data": {"name": "Care"}}
    items = [{"price": stripe.api.prices.create(support).id, "quantity": 2}]
    stripe.api.subscriptions.update(running.stripe_id, {"items": items})
    stripe.tell()
    assert monthly_recurring(acme.id) == (85_00, "USD")

    tenth = stripe.api.coupons.create({"percent_off": 10, "duration": "forever"}).id
    three = stripe.api.coupons.create({"amount_off": 3_00, "currency": "usd", "duration": "forever"}).id
    stripe.api.subscriptions.update(running.stripe_id, {"discounts": [{"coupon": tenth}, {"coupon": three}]})
    stripe.tell()
    assert monthly_recurring(acme.id) == (73_50, "USD")
    # Which is what the renewal costs, but for what the new item cost till then.
    stripe.pass_time(days=32)
    stripe.tell()
    renewal = stripe.api.invoices.list({"subscription": running.stripe_id}).data[0]
    assert sum(line.amount for line in renewal.lines.data if not line.parent.subscription_item_details.proration) == 85_00
    assert sum(off.amount for off in renewal.total_discount_amounts) == 11_50

    stripe.api.subscriptions.update(running.stripe_id, {"discounts": ""})
    stripe.tell()
    assert (monthly_recurring(acme.id), Subscription.running_of(acme.id).seats) == ((85_00, "USD"), 3)


@pytest.mark.parametrize(
    ("of_item", "of_all", "amount"),
    [
        # Two at 120.00 a year, and one at 6.00 every three months.
        ([], [], 22_00),
        ([{"percent_off": 50}], [], 12_00),
        ([], [{"amount_off": 24_00}], 20_00),
        ([], [{"percent_off": 25}, {"amount_off": 12_00}], 15_50),
        ([], [{"amount_off": 999_00}], 0),
        ([], [{"percent_off": 50, "duration": "once"}], 22_00),
        ([{"percent_off": 50, "end": 1}], [], 22_00),
    ],
)
def test_prices_of_any_rhythm_with_what_still_comes_off_them(monkeypatch, of_item, of_all, amount):
    coupons = {}
    monkeypatch.setattr("billing.payments.coupon", coupons.get)

    def discounts(wanted):
        for one in wanted:
            coupon = {"percent_off": None, "amount_off": None, "duration": "forever"} | one
            coupons[name := f"coupon {len(coupons)}"] = coupon
            yield {"end": one.get("end"), "source": {"coupon": name}}

    def item(id, quantity, each, interval, count, off=()):
        price = {"unit_amount": each, "recurring": {"interval": interval, "interval_count": count}}
        return {"id": id, "quantity": quantity, "price": price, "discounts": list(discounts(off))}

    items = [item("si_1", 5, 120_00, "year", 1, of_item), item("si_2", 1, 6_00, "month", 3)]
    said = {"items": {"data": items}, "discounts": list(discounts(of_all))}

    assert monthly_of(said, "si_1", 2) == amount


def test_many_companies_are_one_query(cast):
    subscribed(cast.acme, "professional:month", 3)
    subscribed(cast.globex, "professional:year", 2, currency="USD")

    rows = db.session.execute(sa.select(all_monthly_recurring()).order_by("company_id")).all()

    assert rows == [(cast.acme.id, "CNY", 297_00, 3), (cast.globex.id, "USD", 25_00, 2)]
