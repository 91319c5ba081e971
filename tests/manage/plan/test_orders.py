"""Buying: the amount is ours, one click is one order, and what comes back from the payment page proves nothing."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from cast import count
from stripe_fixtures import away, in_parallel

from billing.accounts import BillingAccount
from billing.checkouts import Checkout
from billing.documents import Document
from billing.orders import Order
from billing.products import Product
from billing.purses import GIVEN, Purse
from billing.subscriptions import Subscription
from core.clock import now
from core.db import db, transaction
from tenants.audit.audit import AuditEntry
from tenants.companies.company import Company
from tenants.signing_in.current import cookie_name

LOGO = "/manage/plan/orders/new?product=feature:custom_logo&currency=USD"


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def wallet(cast) -> Purse:
    """A hundred dollars."""
    with transaction():
        BillingAccount.of(cast.acme).pay_in("USD")
        Purse.wallet(cast.acme.id, "USD").receive(100_00, GIVEN, "first", "adjustment")
    return Purse.wallet(cast.acme.id, "USD")


def offer_on(page) -> str:
    return re.search(r'name="offer" value="([^"]+)"', page.text)[1]


def agree(browser, address=LOGO, pay="online", **more):
    return browser.post("/manage/plan/orders", data={"offer": offer_on(browser.get(address)), "pay": pay} | more)


def the_order() -> Order:
    db.session.commit()
    db.session.expire_all()
    return db.session.scalars(sa.select(Order).order_by(Order.id.desc())).first()


def path_of(visit: Checkout) -> str:
    return f"/manage/plan/payment?session={visit.stripe_session_id}"


def test_shows_the_exact_amount_before_anybody_agrees(cast, olga):
    page = olga.get("/manage/plan/orders/new?product=seats:1&quantity=7&currency=USD").text

    assert "$105.00" in page
    assert count(Order) == 0


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "1000000000", "１２", "x", "1e3", " "])
def test_18_an_odd_quantity_gets_no_offer(cast, olga, quantity):
    page = olga.get(f"/manage/plan/orders/new?product=seats:1&currency=USD&quantity={quantity}").text

    if quantity.strip():
        assert 'id="quantity-fault"' in page
        assert 'name="offer"' not in page
    else:
        assert "$15.00" in page


@pytest.mark.parametrize("product", ["", "nothing", "feature:reports", "feature:custom_logo' OR 1=1"])
def test_what_is_not_for_sale_is_not_found(cast, olga, product):
    assert olga.get("/manage/plan/orders/new", query_string={"product": product}).status_code == 404


def test_18_prices_and_quantities_from_the_browser_are_ignored(cast, olga, wallet):
    forged = {"total": "1", "price": "1", "quantity": "1000", "currency": "CNY", "product": "sms:2000", "unit_amount": "0"}

    agree(olga, pay="wallet", **forged)

    order = the_order()
    assert (order.total, order.currency, order.lines[0].quantity) == (29_00, "USD", 1)
    assert [line.product.code for line in order.lines] == ["feature:custom_logo"]
    assert wallet.balance == 71_00


@pytest.mark.parametrize("forge", [lambda token: token[:-2] + "xx", lambda token: "", lambda token: "x.y.z"])
def test_18_a_forged_offer_is_refused(cast, olga, wallet, forge):
    token = offer_on(olga.get(LOGO))

    response = olga.post("/manage/plan/orders", data={"offer": forge(token), "pay": "wallet"}, follow_redirects=True)

    assert "The price has changed meanwhile" in response.text
    assert count(Order) == 0
    assert wallet.balance == 100_00


def test_another_companys_offer_is_refused(cast, olga, signed_in):
    eves = offer_on(signed_in(cast.eve).get(LOGO))

    signed_in(cast.olga).post("/manage/plan/orders", data={"offer": eves, "pay": "wallet"})

    assert count(Order) == 0


def test_an_offer_of_some_hours_ago_is_too_old(cast, olga, wallet):
    token = offer_on(olga.get(LOGO))
    with time_machine.travel(now() + timedelta(hours=2)):
        olga.post("/manage/plan/orders", data={"offer": token, "pay": "wallet"})

    assert count(Order) == 0


def test_24_a_price_that_changed_between_page_and_click_is_shown_anew(cast, olga, wallet):
    token = offer_on(olga.get(LOGO))
    with transaction():
        Product.change("feature:custom_logo", prices={"USD": 30_00, "CNY": 200_00})

    response = olga.post("/manage/plan/orders", data={"offer": token, "pay": "wallet"})

    assert response.status_code == 409
    assert "$30.00" in response.text
    assert wallet.balance == 100_00
    assert count(Order) == 0


def test_14_a_second_click_buys_nothing_more(cast, olga, wallet):
    token = offer_on(olga.get(LOGO))

    first = olga.post("/manage/plan/orders", data={"offer": token, "pay": "wallet"})
    second = olga.post("/manage/plan/orders", data={"offer": token, "pay": "wallet"})

    assert first.location == second.location
    assert wallet.balance == 71_00
    assert (count(Order), count(Document)) == (1, 1)


def test_14_many_clicks_at_once_buy_once(app, cast, olga, wallet):
    token = offer_on(olga.get(LOGO))
    name, cookies = cookie_name(), [cast.cookie_of(cast.olga) for _ in range(5)]

    def click(cookie: str):
        def post():
            browser = app.test_client()
            browser.set_cookie(name, cookie, domain="localhost")
            return browser.post("/manage/plan/orders", data={"offer": token, "pay": "wallet"}).status_code

        return post

    answers = in_parallel([click(cookie) for cookie in cookies])

    assert answers == [302] * 5
    assert wallet.balance == 71_00
    assert (count(Order), count(Document)) == (1, 1)


def test_an_order_left_unpaid_can_be_paid_from_the_wallet(cast, olga, wallet, stripe):
    agree(olga)
    order = the_order()

    page = olga.post(f"/manage/plan/orders/{order.order_no}/payment", data={"pay": "wallet"}, follow_redirects=True).text

    assert "Paid from the wallet." in page
    assert "Download receipt" in page
    assert wallet.balance == 71_00


def test_a_wallet_that_is_too_small_loses_nothing_typed(cast, olga, wallet):
    response = agree(olga, f"{LOGO}&quantity=4", pay="wallet")

    assert response.status_code == 409
    assert "This takes $116.00, and $100.00 are there." in response.text
    assert 'value="4"' in response.text
    assert count(Order) == 0


def test_a_topup_cannot_be_paid_from_the_wallet(cast, olga, wallet):
    response = agree(olga, "/manage/plan/orders/new?product=topup:small", pay="wallet")

    assert response.status_code == 422
    assert wallet.balance == 100_00


@pytest.mark.parametrize("way", ["", "credit", "wallet "])
def test_who_chose_no_way_to_pay_is_asked(cast, olga, wallet, way):
    response = agree(olga, pay=way)

    assert "Choose how you want to pay." in response.text
    assert count(Order) == 0


def test_paying_online_where_it_is_off_is_refused_with_a_reason(cast, olga):
    response = agree(olga)

    assert "Online payment is not set up here." in response.text
    assert count(Order) == 0


def test_who_bought_stands_in_the_audit_log(cast, olga, wallet):
    agree(olga, pay="wallet")

    db.session.expire_all()
    [entry] = AuditEntry.before(None, "order.paid_from_wallet")
    assert entry.member_id == cast.olga.id
    assert entry.details == {"order_no": the_order().order_no, "total": "$29.00"}


def test_a_card_pays_and_the_page_one_comes_back_to_shows_the_receipt(cast, olga, stripe):
    paying = agree(olga).location
    stripe.pay(paying)

    page = olga.get(path_of(the_visit())).text

    assert "Paid. Thank you." in page
    assert "Download receipt" in page
    assert "custom_logo" in fresh(cast.acme).entitlements.flags


def test_a_second_click_opens_the_same_payment_page(cast, olga, stripe):
    token = offer_on(olga.get(LOGO))
    twice = [olga.post("/manage/plan/orders", data={"offer": token, "pay": "online"}).location for _ in range(2)]

    assert twice[0] == twice[1]
    assert (count(Order), count(Checkout)) == (1, 1)


def test_a_click_after_the_payment_leads_to_the_order(cast, olga, stripe):
    token = offer_on(olga.get(LOGO))
    stripe.pay(olga.post("/manage/plan/orders", data={"offer": token, "pay": "online"}).location)
    stripe.tell()

    response = olga.post("/manage/plan/orders", data={"offer": token, "pay": "online"})

    assert response.location.endswith(the_order().order_no)


def test_who_comes_back_too_early_sees_that_it_is_processed(cast, olga, stripe):
    agree(olga)

    page = olga.get(path_of(the_visit())).text

    assert "Processing your payment" in page
    assert 'hx-trigger="every 2s"' in page


def test_32_wechat_that_pays_later_is_waited_for(cast, olga, stripe):
    stripe.pay(agree(olga).location, method="wechat_pay", action="later")
    waiting = olga.get(path_of(the_visit())).text

    stripe.pass_time(minutes=11)
    paid = olga.get(path_of(the_visit())).text

    assert "Waiting for your payment" in waiting
    assert "Paid. Thank you." in paid


def test_a_payment_that_came_to_nothing_offers_another_try(cast, olga, stripe):
    agree(olga)
    visit = the_visit()
    stripe.api.checkout.sessions.expire(visit.stripe_session_id)

    page = olga.get(path_of(visit)).text
    order = olga.get(f"/manage/plan/orders/{the_order().order_no}").text

    assert "Nothing was charged" in page
    assert "Order it again" in order


def test_who_went_back_goes_on_paying_the_same_order(cast, olga, stripe):
    first = agree(olga).location
    order = the_order()

    again = olga.post(f"/manage/plan/orders/{order.order_no}/payment", data={"pay": "online"})

    assert again.location == first


def test_17_another_companys_session_order_and_receipt_are_not_found(cast, olga, stripe, signed_in):
    stripe.pay(agree(olga).location)
    stripe.tell()
    visit, order = the_visit(), the_order()
    [document] = db.session.scalars(sa.select(Document)).all()
    addresses = [path_of(visit), f"/manage/plan/orders/{order.order_no}", f"/manage/plan/documents/{document.id}.pdf"]

    eve = signed_in(cast.eve)

    assert [eve.get(address).status_code for address in addresses] == [404, 404, 404]
    assert eve.post(f"/manage/plan/orders/{order.order_no}/payment", data={"pay": "wallet"}).status_code == 404


@pytest.mark.parametrize("session", ["", "cs_test_unknown", "cs_test_" + "x" * 5000, "'; DROP TABLE checkout"])
def test_a_made_up_session_is_not_found(cast, olga, session):
    assert olga.get("/manage/plan/payment", query_string={"session": session}).status_code == 404


def test_41_with_the_provider_away_the_wallet_still_pays(cast, olga, stripe, wallet):
    with away(stripe):
        refused = agree(olga)
        paid = agree(olga, pay="wallet")

    assert refused.status_code == 503
    assert "The payment service does not answer right now." in refused.text
    assert paid.status_code == 302
    assert wallet.balance == 71_00


def test_41_who_comes_back_while_the_provider_is_away_is_told_to_wait(cast, olga, stripe):
    agree(olga)
    with away(stripe):
        assert "Processing your payment" in olga.get(path_of(the_visit())).text


def test_subscribing_during_the_trial_may_wait_for_its_end(cast, olga, stripe):
    address = "/manage/plan/orders/new?product=professional:month&quantity=3&currency=USD"
    stripe.pay(agree(olga, address, after_trial="yes").location)

    page = olga.get(path_of(the_visit())).text

    assert "Your subscription is set up" in page
    assert Subscription.running_of(cast.acme.id).status == "trialing"


def test_the_receipt_is_a_pdf_with_its_number_as_name(cast, olga, wallet):
    agree(olga, pay="wallet")
    [document] = db.session.scalars(sa.select(Document)).all()

    response = olga.get(f"/manage/plan/documents/{document.id}.pdf")

    assert response.data.startswith(b"%PDF-")
    assert f'filename="{document.name}.pdf"' in response.headers["Content-Disposition"]


def test_lists_orders_and_documents(cast, olga, wallet):
    agree(olga, pay="wallet")

    assert the_order().order_no in olga.get("/manage/plan/orders").text
    assert db.session.scalars(sa.select(Document)).one().name in olga.get("/manage/plan/documents").text


def the_visit() -> Checkout:
    db.session.commit()
    db.session.expire_all()
    return db.session.scalars(sa.select(Checkout).order_by(Checkout.opened_at.desc())).first()


def fresh(company: Company) -> Company:
    db.session.commit()
    db.session.expire_all()
    return db.session.get_one(Company, company.id)
