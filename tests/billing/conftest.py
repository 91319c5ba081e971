import threading

import pytest
from stripe_fixtures import double, stripe  # noqa: F401 - fixtures

from billing.accounts import BillingAccount
from billing.orders import place_order
from billing.purses import GIVEN, Purse
from core.db import transaction
from tenants.companies.company import Company


@pytest.fixture
def acme(cast) -> Company:
    return cast.acme


@pytest.fixture
def together(app):
    """`together(20, f)` calls f(0)…f(19) at the same moment, each in a transaction of its own.  Answers and refusals come back."""

    def at_once(count: int, function) -> list:
        start, answers = threading.Barrier(count), [None] * count

        def run(index: int) -> None:
            with app.app_context():
                start.wait()
                try:
                    with transaction():
                        answers[index] = function(index)
                except Exception as error:
                    answers[index] = error

        threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        return answers

    return at_once


@pytest.fixture
def buy():
    """`buy(acme, {"sms:100": 1})` places an order and pays it as the provider would."""

    def buy(company: Company, cart: dict, payment: str = "pi_1", currency: str = "CNY"):
        with transaction():
            order = place_order(company, cart, currency)
            order.fulfil(payment)
        return order

    return buy


@pytest.fixture
def credits(acme) -> Purse:
    """Acme's SMS credits: ten."""
    with transaction():
        Purse.sms(acme.id).receive(10, GIVEN, "gift", "adjustment")
    return Purse.sms(acme.id)


@pytest.fixture
def wallet(acme) -> Purse:
    """Acme's wallet with 1,000 yuan in it."""
    with transaction():
        BillingAccount.of(acme).pay_in("CNY")
        Purse.wallet(acme.id, "CNY").receive(1000_00, GIVEN, "first", "adjustment")
    return Purse.wallet(acme.id, "CNY")
