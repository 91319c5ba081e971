"""Plan & account as its pages show it: what a company has and why, what it costs, and who may not see that."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from billing.accounts import BillingAccount
from billing.grants import grant, revoke
from billing.orders import place_order
from billing.plans import PROFESSIONAL_TRIAL
from billing.purses import GIVEN, Purse
from core.clock import now
from core.db import db, transaction
from manage.plan.overview import Overview
from tenants.companies.settings import Settings
from tenants.people.members import Member
from tenants.people.roles import PERMISSIONS, Role

PAGES = [
    "/manage/plan", "/manage/plan/prices", "/manage/plan/orders", "/manage/plan/orders/new?product=feature:custom_logo",
    "/manage/plan/statement", "/manage/plan/documents", "/manage/plan/vouchers", "/manage/plan/account",
]  # fmt: skip


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def manager_without_money(cast, signed_in):
    """May enter the management centre, and not manage money."""
    with transaction():
        role = Role(name="Head of team", permissions=[name for name in PERMISSIONS if name != "billing.manage"])
        db.session.add(role)
        db.session.flush()
        hal = Member.add("Hal", "hal@acme.example", role, password="correct horse battery staple")
    return signed_in(hal)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_without_online_payment(cast, olga, page):
    assert olga.get(page).status_code == 200


def test_says_what_the_company_has_until_when_and_why(cast, olga):
    with transaction():
        revoke(cast.acme, PROFESSIONAL_TRIAL.code)
        grant(cast.acme, "order:2026112200000001/3", {"flags": ["custom_logo"]}, until=now() + timedelta(days=30))

    page = olga.get("/manage/plan").text

    assert "Order 2026112200000001" in page
    assert "Free for ever" in page
    assert "0 of 3" in page


def test_says_how_long_the_trial_lasts(cast, olga):
    page = olga.get("/manage/plan").text

    assert "On trial: 15 days left." in page
    assert "Trial for new companies" in page


def test_adds_up_what_follows_without_a_gap(cast):
    begin, day = now(), timedelta(days=1)
    with transaction():
        revoke(cast.acme, PROFESSIONAL_TRIAL.code)
        for since, until in ((0, 10), (10, 20), (30, 40)):
            rights = {"flags": ["custom_logo"]}
            grant(cast.acme, f"order:1/{since}", rights, since=begin + since * day, until=begin + until * day)

    [logo] = [right for right in Overview(cast.acme).features if right.code == "custom_logo"]

    assert logo.until == begin + 20 * day


def test_who_may_not_manage_money_sees_the_plan_only(cast, manager_without_money):
    with transaction():
        BillingAccount.of(cast.acme).pay_in("CNY")
        Purse.wallet(cast.acme.id, "CNY").receive(12_345_00, GIVEN, "gift", "adjustment")

    page = manager_without_money.get("/manage/plan").text

    assert "On trial" in page
    assert "12,345" not in page
    assert "/manage/plan/prices" not in page


@pytest.mark.parametrize("page", PAGES[1:])
def test_who_may_not_manage_money_is_refused(cast, manager_without_money, page):
    assert manager_without_money.get(page).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_an_agent_stays_outside(cast, signed_in, page):
    assert signed_in(cast.adam).get(page).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_has_to_sign_in(client, page):
    assert "/sign-in" in client.get(page).location


def test_the_price_page_speaks_the_currency_one_chose(cast, olga):
    yuan, dollars = olga.get("/manage/plan/prices?currency=CNY").text, olga.get("/manage/plan/prices?currency=USD").text

    assert "CN¥99.00" in yuan
    assert "$15.00" in dollars
    assert "CN¥" not in dollars


def test_the_first_purchase_fixes_the_currency(cast, olga):
    with transaction():
        place_order(cast.acme, {"topup:small": 1}, "CNY")

    page = olga.get("/manage/plan/prices?currency=USD").text

    assert "Your company pays in CNY." in page
    assert "$" not in page


def test_shows_withdrawn_and_changed_products_as_they_are(cast, olga):
    from billing.products import Product

    with transaction():
        Product.change("feature:custom_logo", prices={"USD": 31_00, "CNY": 200_00})
        Product.change("sms:100").withdrawn_at = now()

    page = olga.get("/manage/plan/prices?currency=USD").text

    assert "$31.00" in page
    assert "100 SMS credits" not in page
    assert "500 SMS credits" in page


def test_is_honest_when_payment_is_off(cast, olga):
    assert "Paying online is not set up here." in olga.get("/manage/plan").text
    page = olga.get("/manage/plan/orders/new?product=feature:custom_logo").text
    assert "Alipay" not in page
    assert "Nothing is in the wallet yet." in page


def test_opens_while_nobody_can_tell_who_is_online(cast, olga, monkeypatch):
    from tenants.people import seats

    def away():
        raise seats.RedisError

    monkeypatch.setattr(seats, "redis", away)

    assert "? of 10" in olga.get("/manage/plan").text


def test_the_first_page_says_that_credits_are_few(cast, olga):
    with transaction():
        Settings.current().sms_passwords = True

    assert "Buy credits" in olga.get("/manage").text


def test_details_stand_on_documents_and_faults_beside_fields(cast, olga):
    typed = {"legal_name": "Acme Ltd", "address": "1 Tea Street\nHangzhou", "tax_id": "DE1", "email": "nowhere"}

    refused = olga.post("/manage/plan/account", data=typed)
    olga.post("/manage/plan/account", data=typed | {"email": "books@acme.example"})

    assert refused.status_code == 422
    assert 'id="email-fault"' in refused.text
    assert "1 Tea Street\nHangzhou" in refused.text
    cast.refresh()
    account = BillingAccount.of(cast.acme)
    assert (account.legal_name, account.tax_id, account.email) == ("Acme Ltd", "DE1", "books@acme.example")


def test_a_locked_feature_says_what_it_does_and_costs(app, cast):
    from flask import g, render_template_string

    piece = '{% from "manage/_locked.html" import locked with context %}{{ locked(flag) }}'
    with transaction():
        revoke(cast.acme, PROFESSIONAL_TRIAL.code)
    with app.test_request_context("/manage/plan"):
        g.company = cast.acme
        alone = render_template_string(piece, company=cast.acme, me=cast.olga, flag="regional_routing")
        in_plan = render_template_string(piece, company=cast.acme, me=cast.adam, flag="reports")
        with transaction():
            grant(cast.acme, "gift", {"flags": ["reports"]})
        unlocked = render_template_string(piece, company=cast.acme, me=cast.olga, flag="reports")

    assert "$59.00 a year" in alone
    assert "/manage/plan/orders/new?product=feature:regional_routing" in alone
    assert "professional edition, $15.00 per seat and month" in in_plan
    assert "Ask an administrator" in in_plan
    assert unlocked.strip() == ""


def test_forms_may_lead_to_the_payment_page_and_nowhere_else(cast, olga):
    elsewhere = olga.get("/manage").headers["Content-Security-Policy"]
    here = olga.get("/manage/plan").headers["Content-Security-Policy"]

    assert "form-action 'self';" in elsewhere
    assert "form-action 'self' https://checkout.stripe.com https://billing.stripe.com https://invoice.stripe.com;" in here


def test_opening_pages_writes_nothing_about_the_company(cast, olga):
    for page in PAGES:
        olga.get(page)

    assert db.session.scalar(sa.select(sa.func.count()).select_from(BillingAccount)) == 0
