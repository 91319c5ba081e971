"""Seats and rhythm: what it costs stands there before, a declined card changes nothing, and the end can be taken back."""

import re

import pytest
from stripe_fixtures import DECLINED_LATER, GOOD, away

from billing.checkouts import open_checkout
from billing.orders import place_order
from billing.subscriptions import Subscription
from core.db import db, transaction

CHANGE = "/manage/plan/subscription/change"
BACK = {"success_url": "http://localhost/back", "cancel_url": "http://localhost/back"}


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def subscribe(cast, stripe):
    """`subscribe(3)` has Acme subscribe with so many seats, by a card."""

    def subscribe(seats: int = 3, number: str = GOOD) -> Subscription:
        with transaction():
            visit = open_checkout(cast.acme, place_order(cast.acme, {"professional:month": seats}, "USD"), **BACK)
        stripe.pay(visit.url, number)
        stripe.tell()
        return running(cast)

    return subscribe


def running(cast) -> Subscription:
    db.session.commit()
    db.session.expire_all()
    return Subscription.running_of(cast.acme.id)


def confirm(browser, query: str):
    page = browser.get(f"{CHANGE}?{query}")
    token = re.search(r'name="change" value="([^"]+)"', page.text)[1]
    seats = re.search(r'name="seats" value="(\d+)"', page.text)[1]
    return browser.post("/manage/plan/subscription", data={"change": token, "seats": seats})


def test_without_a_subscription_there_is_the_price_page(cast, olga):
    for page in ("", "/change?seats=3", "/cancellation"):
        assert olga.get(f"/manage/plan/subscription{page}").location == "/manage/plan/prices"


def test_more_seats_cost_what_was_shown_and_come_at_once(cast, olga, subscribe):
    subscribe(3)

    shown = re.search(r"Charged now to your card.*?<strong>(.+?)</strong>", olga.get(f"{CHANGE}?seats=5").text)[1]
    confirm(olga, "seats=5")

    assert shown == "$30.00"
    assert running(cast).seats == 5
    assert "5 seats × $15.00 = $75.00" in olga.get("/manage/plan").text


@pytest.mark.parametrize("seats", ["", "0", "-3", "1001", "abc", "2.5"])
def test_18_an_odd_number_is_refused_beside_its_field(cast, olga, subscribe, seats):
    subscribe(3)

    response = olga.get(CHANGE, query_string={"seats": seats})

    assert response.status_code == 422
    assert 'id="seats-fault"' in response.text
    assert f'value="{seats}"' in response.text


def test_a_declined_card_changes_nothing_and_shows_a_way_on(cast, olga, subscribe, stripe):
    subscribe(3)
    with stripe.world.lock:
        stripe.world.declines.append("generic_decline")

    response = confirm(olga, "seats=5")

    assert response.status_code == 409
    assert "The card was declined, so nothing was changed" in response.text
    assert 'value="5"' in response.text
    assert "/manage/plan/subscription/card" in response.text
    assert running(cast).seats == 3
    assert confirm(olga, "seats=5").status_code == 302
    assert running(cast).seats == 5


def test_13_a_change_that_another_was_quicker_with_is_asked_anew(cast, olga, subscribe):
    subscribe(3)
    page = olga.get(f"{CHANGE}?seats=5").text
    token = re.search(r'name="change" value="([^"]+)"', page)[1]
    confirm(olga, "seats=8")

    response = olga.post("/manage/plan/subscription", data={"change": token, "seats": "5"})

    assert response.status_code == 409
    assert running(cast).seats == 8


@pytest.mark.parametrize("token", ["", "x", "x.y.z"])
def test_18_a_forged_change_is_refused(cast, olga, subscribe, token):
    subscribe(3)

    assert olga.post("/manage/plan/subscription", data={"change": token, "seats": "9"}).status_code == 409
    assert running(cast).seats == 3


def test_fewer_seats_wait_for_the_renewal_and_say_what_is_blocked(cast, olga, subscribe):
    subscribe(5)

    page = olga.get(f"{CHANGE}?seats=4").text
    confirm(olga, "seats=4")

    assert "Agents online at the same time" in page
    assert "All seats stay until" in page
    assert (running(cast).seats, running(cast).pending_quantity) == (5, 4)
    assert "4 seats instead of 5" in olga.get("/manage/plan").text
    olga.post("/manage/plan/subscription/pending/removal")
    assert running(cast).pending_quantity is None


def test_35_cancelling_says_before_what_will_be_blocked_and_can_be_taken_back(cast, olga, subscribe):
    from billing.grants import revoke
    from billing.plans import PROFESSIONAL_TRIAL

    subscribe(5)
    with transaction():
        revoke(cast.acme, PROFESSIONAL_TRIAL.code)

    page = olga.get("/manage/plan/subscription/cancellation").text
    assert "Regional routing" in page
    assert "Nothing is deleted." in page
    assert running(cast).ends_at is None

    olga.post("/manage/plan/subscription/cancellation")
    assert running(cast).ends_at is not None
    assert "Your subscription ends on" in olga.get("/manage/plan").text

    olga.post("/manage/plan/subscription/cancellation/removal")
    assert running(cast).ends_at is None


def test_the_yearly_rhythm_is_offered_and_shown(cast, olga, subscribe):
    subscribe(2)

    confirm(olga, "seats=2&product=professional:year")

    assert running(cast).product.code == "professional:year"
    assert "product" not in re.findall(r'type="radio" name="(\w+)"', olga.get("/manage/plan/subscription").text)


def test_28_a_failed_renewal_shows_everywhere_and_one_click_pays_it(cast, signed_in, subscribe, stripe):
    subscribe(3, DECLINED_LATER)
    stripe.pass_time(days=32)
    stripe.tell()
    olga = signed_in(cast.olga)

    assert "A payment for your subscription failed." in olga.get("/manage").text
    page = olga.get("/manage/plan").text
    assert "A payment of $45.00 failed." in page
    assert "Pay $45.00 now" in page

    again = olga.post("/manage/plan/subscription/payment", follow_redirects=True).text
    assert "The card was declined again." in again

    stripe.pay(olga.post("/manage/plan/subscription/card").location, GOOD)
    paid = olga.post("/manage/plan/subscription/payment", follow_redirects=True).text
    assert "The invoice is paid." in paid
    assert running(cast).status == "active"


def test_41_everything_opens_while_the_provider_is_away(cast, olga, subscribe, stripe):
    subscribe(3)
    pages = ["/manage/plan", "/manage/plan/subscription", "/manage/plan/subscription/cancellation", "/manage/plan/prices",
             "/manage/plan/orders", "/manage/plan/documents", "/manage/plan/statement"]  # fmt: skip

    with away(stripe):
        assert [olga.get(page).status_code for page in pages] == [200] * len(pages)
        assert "cannot be shown" in olga.get("/manage/plan/documents/invoices").text
        assert olga.get(f"{CHANGE}?seats=5").status_code == 503
        answer = olga.post("/manage/plan/subscription/cancellation", follow_redirects=True).text

    assert "The payment service does not answer right now." in answer
    assert running(cast).ends_at is None


def test_links_the_providers_invoices(cast, olga, subscribe):
    subscribe(3)

    assert "$45.00" in olga.get("/manage/plan/documents/invoices").text


def test_another_company_cannot_touch_it(cast, subscribe, signed_in):
    subscribe(3)
    eve = signed_in(cast.eve)

    for action in ("", "/cancellation", "/cancellation/removal", "/pending/removal", "/payment", "/card"):
        eve.post(f"/manage/plan/subscription{action}")

    assert (running(cast).seats, running(cast).ends_at) == (3, None)
