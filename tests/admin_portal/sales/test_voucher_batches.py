"""A batch is made once, printed once, found by a code, and voided with its effect shown first."""

import re

import pytest

from billing.voucher_batches import VoucherBatch, counts_of
from billing.vouchers import redeem_code
from core.db import db, transaction
from operators.audit import OperatorEntry

BATCHES = "/operator/voucher-batches"
FORM = {
    "name": "Spring fair", "kind": "style", "style_months": "12", "count": "3", "expires_on": "2099-12-31", "note": "hall 4",
    "price": "150", "currency": "CNY", "form_key": "k1",
}  # fmt: skip


@pytest.fixture
def finance(cast, portal):
    return portal("finance")


@pytest.fixture
def address(finance) -> str:
    return finance.post(BATCHES, data=FORM | {"confirmed": "yes"}).location


def print_at(finance, address: str, key: str = "p1"):
    return finance.post(f"{address}/printout", data={"form_key": key})


def codes_on(page) -> list[str]:
    return re.findall(r"<li>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})</li>", page.text)


def test_shows_what_it_will_be_then_makes_it_once(finance):
    preview = finance.post(BATCHES, data=FORM).text
    assert "¥450.00" in preview
    assert db.session.scalar(db.select(VoucherBatch.id)) is None

    first, second = (finance.post(BATCHES, data=FORM | {"confirmed": "yes"}).location for _ in range(2))

    assert first == second
    batch = db.session.scalars(db.select(VoucherBatch)).one()
    assert (batch.count, batch.price, batch.made_by, batch.note) == (3, 150_00, "Finance", "hall 4")


def test_codes_are_printed_once_with_their_files(finance, address):
    page = print_at(finance, address)
    again, late = print_at(finance, address), print_at(finance, address, "p2")

    assert len(codes_on(page)) == 3
    assert codes_on(again) == codes_on(page)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.text.count('download="vouchers-') == 2
    assert late.status_code == 409
    assert codes_on(late) == []
    assert codes_on(finance.get(address)) == []


def test_a_code_finds_its_voucher(finance, address):
    code, *_rest = codes_on(print_at(finance, address))

    found = finance.post(f"{BATCHES}/search", data={"code": code.lower()})

    assert found.location.startswith(address)
    assert "issued" in finance.get(found.location).text
    assert finance.post(f"{BATCHES}/search", data={"code": "2222-2222-2222-2222"}).location == BATCHES


def test_voids_what_is_left_and_takes_back_what_was_given(finance, address, cast):
    first, *_rest = codes_on(print_at(finance, address))
    with transaction():
        redeem_code(cast.acme, first, style_id=1)
    styles = cast.acme.entitlements.styles
    void = {"reason": "stolen", "takes_back": "yes", "form_key": "v1"}

    preview = finance.post(f"{address}/void", data=void).text
    finance.post(f"{address}/void", data=void | {"confirmed": "yes"})
    finance.post(f"{address}/void", data=void | {"confirmed": "yes"})

    cast.refresh()
    (counts,) = counts_of([int(address.rpartition("/")[2])]).values()
    assert "2 vouchers that nobody has redeemed become worthless" in preview
    assert "What 1 redeemed voucher gave is taken back" in preview
    assert counts == {"taken_back": 1, "void": 2}
    assert cast.acme.entitlements.styles == styles - 1


def test_voids_a_single_one_with_a_reason(finance, address, cast):
    code, *_rest = codes_on(print_at(finance, address))
    found = finance.post(f"{BATCHES}/search", data={"code": code}).location
    number = int(found.rpartition("=")[2])

    finance.post(f"{address}/void/{number}", data={"form_key": "v1"})
    assert "issued" in finance.get(found).text
    finance.post(f"{address}/void/{number}", data={"form_key": "v1", "reason": "lost"})

    assert counts_of([int(address.rpartition("/")[2])])[int(address.rpartition("/")[2])] == {"issued": 2, "void": 1}
    assert db.session.scalars(db.select(OperatorEntry.reason).where(OperatorEntry.action == "voucher.voided")).one() == "lost"


@pytest.mark.parametrize(
    ("more", "gives"),
    [
        ({"kind": "sms", "credits": "50"}, {"SMS": 50}),
        ({"kind": "rights", "flags": ["reports"], "more_seats": "2", "term": "10", "unit": "days"},
         {"rights": {"more_seats": 2, "flags": ["reports"]}, "days": 10}),
    ],
)  # fmt: skip
def test_gives_what_was_chosen_for_one_company(finance, more, gives):
    finance.post(BATCHES, data=FORM | more | {"company": "acme", "confirmed": "yes"})

    batch = db.session.scalars(db.select(VoucherBatch)).one()
    assert (batch.gives, batch.company.company_id) == (gives, "acme")


@pytest.mark.parametrize(
    ("odd", "field"),
    [({"count": "10001"}, "count"), ({"expires_on": "2001-01-01"}, "expires_on"), ({"company": "nobody"}, "company"),
     ({"price": "1,5"}, "price"), ({"kind": "rights"}, "term"), ({"name": ""}, "name")],
)  # fmt: skip
def test_says_what_is_wrong(finance, odd, field):
    answer = finance.post(BATCHES, data=FORM | odd)

    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
