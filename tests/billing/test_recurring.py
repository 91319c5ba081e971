"""What comes every month, of one company and of all."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from books import subscribed

from billing.accounts import BillingAccount
from billing.products import Product
from billing.recurring import all_monthly_recurring, monthly_recurring
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


def test_many_companies_are_one_query(cast):
    subscribed(cast.acme, "professional:month", 3)
    subscribed(cast.globex, "professional:year", 2, currency="USD")

    rows = db.session.execute(sa.select(all_monthly_recurring()).order_by("company_id")).all()

    assert rows == [(cast.acme.id, "CNY", 297_00, 3), (cast.globex.id, "USD", 25_00, 2)]
