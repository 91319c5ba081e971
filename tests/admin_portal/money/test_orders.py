"""Orders, refunds and disputes of all companies: found, looked at, taken away."""

import re
from datetime import timedelta

import pytest
from correcting import effect

from billing.checkouts import open_checkout
from billing.disputes import Dispute
from billing.orders import place_order
from billing.refunds import Refund
from billing.subscription_invoices import SubscriptionInvoice
from core.clock import now
from core.db import db, transaction

PAGE = "/operator/orders"


@pytest.fixture
def globex_order(cast):
    with transaction():
        order = place_order(cast.globex, {"topup:small": 1}, "USD")
        order.fulfil("pi_globex")
    return order


def shown(response) -> list[str]:
    return re.findall(r">([0-9]{16})</a>", response.text)


def test_finds_orders_of_every_company_and_files_hold_the_same(cast, finance, bought, globex_order):
    ours, theirs = bought.order_no, globex_order.order_no

    for query, expected in (
        ("", [theirs, ours]),
        (f"number={ours}", [ours]),
        (f"number={ours[:8]}", [theirs, ours]),
        ("company=globex", [theirs]),
        ("company=nobody", []),
        ("status=open", []),
        ("of=sms", [ours]),
        ("currency=usd", [theirs]),
        ("until=2001-01-01", []),
    ):
        assert shown(finance.get(f"{PAGE}?{query}")) == expected, query
        rows = finance.get(f"{PAGE}/orders.csv?{query}").text.strip().splitlines()[1:]
        assert [row.split(",")[0] for row in rows] == expected, query


def test_pages_follow_each_other_without_a_gap(cast, finance, monkeypatch):
    monkeypatch.setattr("admin_portal.money.listing.ROWS", 2)
    with transaction():
        placed = [place_order(cast.acme, {"topup:small": 1}, "CNY") for _number in range(5)]
    seen, address = [], f"{PAGE}?company=acme"

    while address:
        page = finance.get(address)
        seen.append(shown(page))
        older = re.search(r'href="([^"]+)">Older', page.text)
        address = older[1].replace("&amp;", "&") if older else None

    assert seen == [[order.order_no for order in pair] for pair in (placed[:2:-1], placed[2:0:-1], placed[:1])]


def test_one_order_with_all_that_became_of_it(cast, finance, globex_order):
    about = {"company_id": cast.globex.id, "order": globex_order, "payment": "pi_globex", "currency": "USD"}
    with transaction():
        refund = Refund(stripe_id="re_1", amount=5_00, status="pending", **about)
        dispute = Dispute(
            stripe_id="du_1", amount=20_00, status="needs_response", reason="fraudulent", opened_at=now(),
            answer_by=now() + timedelta(days=7), **about,
        )  # fmt: skip
        db.session.add_all([refund, dispute])

    page = finance.get(f"{PAGE}/{globex_order.id}").text

    for text in ("Wallet top-up", "re_1", "Under way", "du_1", "Answer by", "Receipt", "/refund/new"):
        assert text in page
    assert "re_1" in finance.get(f"{PAGE}/refunds?status=pending").text
    assert "re_1" not in finance.get(f"{PAGE}/refunds?status=failed").text
    assert "du_1" in finance.get(f"{PAGE}/disputes.csv?company=globex").text
    assert "fraudulent" in finance.get(f"{PAGE}/disputes").text
    assert finance.get(f"{PAGE}/999999").status_code == 404


def test_a_subscriptions_invoice_is_found_by_its_number_and_refunded(cast, portal, correct, stripe):
    with transaction():
        visit = open_checkout(
            cast.acme, place_order(cast.acme, {"professional:month": 3}, "USD"), "http://localhost", "http://localhost"
        )
    stripe.pay(visit.url)
    stripe.pass_time(days=32)
    stripe.tell()
    renewal, first = SubscriptionInvoice.of(cast.acme, 2)
    finance = portal("finance")

    found = finance.get(f"{PAGE}?number={renewal.number.lower()}", follow_redirects=True)
    assert (renewal.number in found.text, first.number in found.text) == (True, False)
    assert f"refund_invoice/new?invoice={renewal.id}" in found.text
    page = finance.get("/operator/companies/acme/money").text
    assert f"refund_invoice/new?invoice={renewal.id}" in page
    assert f"refund_invoice/new?invoice={first.id}" not in page
    other = finance.get("/operator/companies/globex/money/refund_invoice/new", query_string={"invoice": renewal.id})
    assert other.status_code == 404

    form = correct(finance, "refund_invoice", invoice=renewal.id, how="part", amount="40")
    seen = form.look()
    assert effect(seen) == {f"Returned of subscription invoice {renewal.number}": ("$0.00", "$40.00")}
    assert f"the statement of the company say: Refund, −$40.00, {renewal.number}." in seen.text
    assert "Rights do not end by this." in seen.text
    assert "the payment service is asked to return the money" in form.agree().text
    assert "counts once" in form.agree().text
    stripe.tell()

    assert renewal.returned == 40_00
    rows = finance.get(f"{PAGE}/invoices.csv?company=acme").text.strip().splitlines()[1:]
    assert [row.split(",")[5] for row in rows] == ["40.00", "0.00"]
    assert renewal.number in finance.get(f"{PAGE}/refunds").text
    too_much = correct(finance, "refund_invoice", invoice=renewal.id, how="part", amount="5.01").look()
    assert f"At most $5.00 of invoice {renewal.number}" in too_much.text
