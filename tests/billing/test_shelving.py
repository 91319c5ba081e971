"""New versions never touch what was sold; what a provider must know first waits for it."""

import pytest
import sqlalchemy as sa
from books import subscribed
from sqlalchemy.exc import ProgrammingError

from billing import payments
from billing.grants import grants_of
from billing.orders import place_order
from billing.payments import ProviderAway
from billing.products import NotForSale, Product
from billing.reasons import title_of
from billing.shelving import (
    ShelfChanged,
    add_package,
    holders,
    make_ready,
    make_version,
    newest,
    put_back,
    versions_of,
    withdraw,
)
from core.db import db, transaction
from core.errors import Invalid

LOGO, MONTHLY = "feature:custom_logo", "professional:month"


@pytest.fixture
def change(context):
    def change(code: str, after: int = 1, by: str = "fay@laike.example", **different) -> Product:
        with transaction():
            newest(code)
            return make_version(code, after, by, "as a test", **different)

    return change


@pytest.fixture
def provider(app, monkeypatch):
    """Online payment is on; `provider.prices` is what was asked, `provider.away` makes it silent."""

    class Provider:
        prices, away = [], False

        def price(self, key, name, currency, amount, interval):
            if self.away:
                raise ProviderAway
            self.prices.append((key, currency, amount, interval))
            return {"id": f"price_{key}"}

    provider = Provider()
    provider.prices = []
    monkeypatch.setattr(payments, "are_on", lambda: True)
    monkeypatch.setattr(payments, "price", provider.price)
    return provider


def test_who_bought_a_version_keeps_it(acme, buy, change):
    order = buy(acme, {LOGO: 1})

    made = change(LOGO, prices={"CNY": 1_00}, rights={"flags": ["reports"]})

    db.session.refresh(order)
    assert (made.version, made.made_by, made.reason) == (2, "fay@laike.example", "as a test")
    assert order.lines[0].product.price_in("CNY") == 198_00
    assert [grant.rights for grant in grants_of(acme, product=LOGO)] == [{"flags": ["custom_logo"]}]
    assert {version.version: holders(versions_of(LOGO)).get(version.id, 0) for version in versions_of(LOGO)} == {1: 1, 2: 0}


def test_a_version_that_was_made_can_never_be_rewritten(change):
    change(LOGO, prices={"CNY": 1_00})

    for column in ("prices", "names", "rights", "made_by", "reason"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction():
            db.session.execute(sa.update(Product).values({column: getattr(Product, column)}))


def test_of_two_who_change_it_at_once_the_second_is_told(acme, together):
    with transaction():
        newest(LOGO)

    def change(number: int) -> int:
        return make_version(LOGO, 1, f"{number}@laike.example", "at once", prices={"CNY": 100_00 + number}).version

    answers = together(2, change)

    assert sorted(answers, key=str)[1] == 2 or 2 in answers
    assert sum(isinstance(answer, ShelfChanged) for answer in answers) == 1


def test_the_same_form_sent_twice_makes_one_version(change):
    first, second = (change(LOGO, prices={"CNY": 1_00}).id for _ in range(2))

    assert first == second


def test_nothing_different_and_no_price_are_refused(change):
    with pytest.raises(Invalid, match="fields"):
        change(LOGO, prices={"CNY": 198_00, "USD": 29_00})
    with pytest.raises(Invalid):
        change(LOGO, prices={})
    with pytest.raises(Invalid):
        change(LOGO, prices={"CNY": 0})


def test_what_is_withdrawn_is_not_sold_until_it_is_put_back(acme, change):
    change(LOGO, prices={"CNY": 1_00})
    with transaction():
        withdraw(LOGO, 2)
    with pytest.raises(NotForSale), transaction():
        place_order(acme, {LOGO: 1}, "CNY")
    with pytest.raises(ShelfChanged), transaction():
        put_back(LOGO, 1)

    with transaction():
        put_back(LOGO, 2)

    with transaction():
        assert place_order(acme, {LOGO: 1}, "CNY").total == 1_00


def test_a_subscriptions_version_is_sold_once_the_provider_knows_its_price(acme, change, provider):
    provider.away = True
    change(MONTHLY, prices={"CNY": 199_00, "USD": 29_00})
    before = Product.on_sale(MONTHLY).version

    provider.away = False
    make_ready()
    make_ready()

    assert (before, Product.on_sale(MONTHLY).version) == (1, 2)
    assert provider.prices == [
        ("professional_month_v2_cny", "CNY", 199_00, "month"),
        ("professional_month_v2_usd", "USD", 29_00, "month"),
    ]


def test_a_version_that_waits_goes_off_sale_with_the_one_before(acme, change, provider):
    provider.away = True
    change(MONTHLY, prices={"CNY": 199_00})
    with transaction():
        withdraw(MONTHLY, 2)

    provider.away = False
    make_ready()

    assert provider.prices == []
    with pytest.raises(NotForSale):
        Product.on_sale(MONTHLY)


def test_running_subscriptions_hold_their_version(acme, change):
    with transaction():
        subscribed(acme, MONTHLY, 3)
    change(MONTHLY, prices={"CNY": 1_00})

    assert [holders(versions_of(MONTHLY)).get(version.id, 0) for version in versions_of(MONTHLY)] == [0, 1]


def test_a_bundle_gives_its_rights_for_its_months_and_longer_when_bought_again(acme, buy):
    about = {"name": "Autumn offer", "names": {"zh_Hans": "秋季套餐"}, "prices": {"CNY": 300_00}, "months": 6}
    with transaction():
        add_package("bundle:autumn", "fay@laike.example", "season", rights={"more_seats": 2, "flags": ["custom_logo"]}, **about)
    before = acme.entitlements.seats

    buy(acme, {"bundle:autumn": 2})

    (grant,) = grants_of(acme, product="bundle:autumn")
    db.session.refresh(acme)
    assert acme.entitlements.seats == before + 2
    assert round((grant.valid_until - grant.valid_from).days / 30.4) == 12
    assert title_of(grant) == "Autumn offer"
    with pytest.raises(Invalid), transaction():
        add_package("bundle:autumn", "other@laike.example", "season", rights={"more_seats": 1}, **about)
