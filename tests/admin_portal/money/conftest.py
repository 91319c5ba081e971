import pytest
from correcting import Correction
from stripe_fixtures import double, stripe  # noqa: F401 - fixtures

from billing.accounts import BillingAccount
from billing.purses import GIVEN, Purse
from billing.wallet_purchases import buy_from_wallet
from core.db import transaction


@pytest.fixture
def correct():
    """`correct(browser, "adjust_sms", direction="in", credits=50)` is a form filled in, not sent yet."""
    return lambda browser, deed, company="acme", **typed: Correction(browser, deed, typed, company)


@pytest.fixture
def finance(cast, portal):
    return portal("finance")


@pytest.fixture
def colleague(cast, portal):
    """A second person who may approve."""
    return portal("finance", "boss")


@pytest.fixture
def wallet(cast) -> Purse:
    """Acme's wallet with 1,000 yuan in it."""
    with transaction():
        BillingAccount.of(cast.acme).pay_in("CNY")
        Purse.wallet(cast.acme.id, "CNY").receive(1000_00, GIVEN, "first", "adjustment")
    return Purse.wallet(cast.acme.id, "CNY")


@pytest.fixture
def bought(cast, wallet):
    """An order of two things, paid from the wallet."""
    with transaction():
        return buy_from_wallet(cast.acme, {"feature:custom_logo": 1, "sms:100": 1}, key="form")
