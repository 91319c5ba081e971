"""Orders, refunds and disputes of all companies: found, looked at, taken away."""

import re
from datetime import timedelta

import pytest

from billing.disputes import Dispute
from billing.orders import place_order
from billing.refunds import Refund
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
