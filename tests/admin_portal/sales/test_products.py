"""Operators see what a change does before they make it, and never change what was sold."""

from html import unescape
from io import BytesIO

import pytest
from flask_babel import force_locale

from billing.orders import place_order
from billing.products import Product
from core.db import db, transaction
from operators.audit import OperatorEntry
from sms.costs import SmsCost
from sms.counts import SmsCount
from sms.rates import SmsRate, credits_for

LOGO = "/operator/products/feature:custom_logo"
CHANGE = {"after": "1", "price_CNY": "250", "price_USD": "35.50", "months": "12", "reason": "dearer gateway"}


@pytest.fixture
def owner(cast, portal):
    return portal("owner")


@pytest.fixture
def sold(cast):
    with transaction():
        place_order(cast.acme, {"feature:custom_logo": 1}, "CNY").fulfil("pi_1")


def test_lists_everything_as_people_buy(owner, sold):
    page = owner.get("/operator/products").text
    file = owner.get("/operator/products/export.csv").text

    for word in (
        "Professional, monthly",
        "One more seat",
        "Your own logo",
        "Brand package",
        "Style voucher",
        "500 SMS credits",
    ):
        assert word in page
    assert 'feature:custom_logo,Your own logo,1,on sale,"Your own logo, for 12 months",198.00,29.00,1' in file


def test_shows_the_effect_then_makes_the_version(owner, sold):
    preview = owner.post(LOGO, data=CHANGE).text
    assert "¥250.00" in preview
    assert "1 company holds version 1; it keeps it." in preview
    assert Product.on_sale("feature:custom_logo").version == 1

    done = owner.post(LOGO, data=CHANGE | {"confirmed": "yes"})

    product = Product.on_sale("feature:custom_logo")
    entry = db.session.scalars(db.select(OperatorEntry).where(OperatorEntry.action == "product.changed")).one()
    assert done.status_code == 302
    assert (product.version, product.prices, product.made_by) == (2, {"CNY": 250_00, "USD": 35_50}, "owner@laike.example")
    assert (entry.reason, entry.details["version"]) == ("dearer gateway", 2)
    assert "dearer gateway" in owner.get(LOGO).text


def test_a_colleague_who_was_quicker_is_told(owner, portal):
    owner.get(LOGO)
    owner.post(LOGO, data=CHANGE | {"confirmed": "yes"})

    late = portal("owner", name="olga").post(LOGO, data=CHANGE | {"price_CNY": "1", "confirmed": "yes"})

    assert late.status_code == 409
    assert "A colleague has made another version meanwhile" in late.text
    assert Product.on_sale("feature:custom_logo").prices["CNY"] == 250_00


@pytest.mark.parametrize(
    ("odd", "fault"),
    [({"price_CNY": "2,5"}, "price_CNY-fault"), ({"price_CNY": "-1"}, "price_CNY-fault"), ({"reason": ""}, "reason-fault"),
     ({"months": "0"}, "months-fault"), ({"price_CNY": "", "price_USD": ""}, "at least one currency")],
)  # fmt: skip
def test_says_what_is_wrong(owner, odd, fault):
    owner.get(LOGO)

    answer = owner.post(LOGO, data=CHANGE | odd)

    assert answer.status_code == 422
    assert fault in answer.text


def test_adds_a_package_that_companies_can_buy(owner, cast, signed_in):
    form = {
        "code": "autumn", "name": "Autumn offer", "name_zh_Hans": "秋季套餐", "name_zh_Hant": "秋季套餐", "months": "6",
        "flags": ["custom_logo", "reports"], "more_seats": "2", "price_USD": "99", "price_CNY": "690", "reason": "season",
    }  # fmt: skip

    owner.post("/operator/bundles", data=form)

    prices = signed_in(cast.olga).get("/manage/plan/prices").text
    assert "Autumn offer" in prices
    assert "2 more seats" in prices
    with force_locale("zh_Hans"):
        assert Product.on_sale("bundle:autumn").title == "秋季套餐"


def test_adds_a_package_of_other_products_that_companies_can_buy(owner, cast, signed_in):
    form = {
        "of": "package", "code": "winter", "name": "Winter offer", "name_zh_Hans": "冬季套餐", "name_zh_Hant": "冬季套餐",
        "price_USD": "60", "reason": "season", "part_feature:custom_logo": "1", "part_sms:100": "2",
    }  # fmt: skip
    without = {name: value for name, value in form.items() if not name.startswith("part_")}

    assert "Choose at least one thing that it gives." in owner.post("/operator/bundles", data=without).text
    nested = owner.post("/operator/bundles", data=form | {"part_package:brand": "1"})
    assert nested.status_code == 422
    owner.post("/operator/bundles", data=form)

    assert "Winter offer" in owner.get("/operator/products/package:winter/edit").text
    assert "Winter offer" in signed_in(cast.olga).get("/manage/plan/prices").text
    with transaction():
        placed = place_order(cast.acme, {"package:winter": 1}, "USD")
    assert (placed.total, sorted(line.quantity for line in placed.lines)) == (60_00, [1, 2])


def test_takes_off_sale_and_puts_back_with_a_reason(owner):
    owner.get(LOGO)
    owner.post(f"{LOGO}/withdrawal", data={"version": "1"})
    assert Product.on_sale("feature:custom_logo")

    owner.post(f"{LOGO}/withdrawal", data={"version": "1", "reason": "broken"})
    assert "not on sale" in owner.get(LOGO).text
    owner.post(f"{LOGO}/withdrawal/end", data={"version": "1", "reason": "mended"})

    assert Product.on_sale("feature:custom_logo").version == 1


def test_each_kind_has_its_form(owner):
    for product in (
        "professional:month",
        "professional:term:3",
        "seats:1",
        "package:brand",
        "sms:100",
        "topup:small",
        "style_voucher",
    ):
        assert owner.get(f"/operator/products/{product}/edit").status_code == 200


def test_sms_prices_are_shown_changed_and_read_from_a_file(owner):
    page = "/operator/sms-rates"
    file = owner.get(f"{page}/export.csv").data.replace(b"CN,1", b"CN,2")
    form = {"form_key": "k", "reason": "gateway"}
    preview = owner.post(page, data=form | {"file": (BytesIO(file), "rates.csv")})
    assert "China" in preview.text
    assert "7 prices stay as they are" in preview.text

    owner.post(page, data=form | {"rates": file.decode("utf-8-sig"), "confirmed": "yes"})
    owner.post(page, data=form | {"rates": file.decode("utf-8-sig"), "confirmed": "yes"})

    assert credits_for("CN", 1) == 2
    assert len(SmsRate.of("CN")) == 2
    odd = owner.post(page, data=form | {"rates": "country,credits\nXX,1"})
    assert "Line 2: XX is no country." in odd.text


def test_sms_costs_are_shown_corrected_for_the_past_and_read_from_a_file(cast, owner, portal):
    page, form = "/operator/sms-costs", {"form_key": "k", "reason": "invoice", "valid_from": "2026-01-01"}
    with transaction():
        SmsCount.add(cast.acme.id, "JP", "mitake", segments=3, credits=3)
    typed = form | {"gateway": "twilio", "country": "cn", "currency": "USD", "cost": "0.0075"}

    assert "3 parts by mitake" in owner.get(page).text
    assert "Nothing that was sent already is told anew." in owner.post(page, data=typed).text
    for _ in range(2):
        owner.post(page, data=typed | {"confirmed": "yes"})
    file = owner.get(f"{page}/export.csv").data + b"mitake,*,TWD,0.85\n"
    preview = owner.post(page, data=form | {"form_key": "f", "file": (BytesIO(file), "costs.csv")})
    assert "1 cost stays as it is." in preview.text
    assert "The figures tell the cost of 3 parts anew" in preview.text
    owner.post(page, data=form | {"form_key": "f", "costs": file.decode("utf-8-sig"), "confirmed": "yes"})

    shown = owner.get(page).text
    assert "$0.0075" in shown
    assert "NT$0.85" in shown
    assert "at a cost nobody knows" not in shown
    assert [cost.reason for cost in SmsCost.versions("twilio", "CN")] == ["invoice"]
    assert "invoice" in owner.get(f"{page}/twilio/CN").text
    for odd, said in (
        ("fax,CN,USD,1", "fax is no gateway"),
        ("x" * 150_000, "This is no CSV file."),
        ("twilio,CN,XXX,1", "XXX is no currency"),
        ("twilio,CN,USD,1.5x", "1.5x is no cost"),
    ):
        assert said in unescape(owner.post(page, data=form | {"costs": odd}).text)
    assert portal("support").get(page).status_code == 403
