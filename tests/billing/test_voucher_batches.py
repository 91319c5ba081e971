"""Codes are seen once; a batch is known by its counts, and taken back as a whole."""

from datetime import timedelta

import pytest
import time_machine

from billing.purses import Purse
from billing.voucher_batches import PRINT_AGAIN, PRINT_WITHIN, PrintedBefore, VoucherBatch, counts_of, find_code, forget_codes
from billing.vouchers import STYLE, Voucher, VoucherRefused, redeem_code
from core.clock import now
from core.db import db, transaction
from tenants.companies.company import Company


@pytest.fixture
def batch(context) -> VoucherBatch:
    return make()


def make(count: int = 3, gives: dict = STYLE, **about) -> VoucherBatch:
    with transaction():
        return VoucherBatch.make("Fair", gives, count, now() + timedelta(days=30), **about)[0]


def printed(batch: VoucherBatch, key: str = "form") -> list[str]:
    with transaction():
        return batch.print_codes(key, "Fay")


def test_codes_wait_sealed_and_are_printed_once(batch):
    codes = printed(batch)

    assert len(set(codes)) == 3
    assert not any(code in (batch.sealed_codes or "") for code in codes)
    with pytest.raises(PrintedBefore):
        printed(batch, "another form")


def test_a_double_click_on_print_loses_nothing(batch):
    assert printed(batch) == printed(batch)

    with time_machine.travel(now() + PRINT_AGAIN + timedelta(seconds=1)), pytest.raises(PrintedBefore):
        printed(batch)


def test_of_two_who_print_at_once_one_gets_the_codes(batch, together):
    answers = together(2, lambda number: db.session.get_one(VoucherBatch, batch.id).print_codes(str(number), "Fay"))

    assert sum(isinstance(answer, list) for answer in answers) == 1
    assert sum(isinstance(answer, PrintedBefore) for answer in answers) == 1


def test_after_printing_or_a_day_only_hashes_are_left(batch):
    other = make()
    (code, *_) = printed(batch)
    with time_machine.travel(now() + PRINT_AGAIN + timedelta(seconds=1)):
        forget_codes()
    db.session.refresh(batch)
    db.session.refresh(other)
    assert (batch.sealed_codes, other.sealed_codes is None) == (None, False)
    assert find_code(code.lower()).batch_id == batch.id

    with time_machine.travel(now() + PRINT_WITHIN + timedelta(seconds=1)):
        forget_codes()
        db.session.refresh(other)
        assert not other.may_be_printed


def test_is_counted_by_state(cast, batch):
    first, second, third = printed(batch)
    with transaction():
        redeem_code(cast.acme, first, style_id=1)
        redeem_code(cast.globex, second, style_id=2)
        find_code(second).take_back()
        find_code(third).void()

    assert counts_of([batch.id]) == {batch.id: {"redeemed": 1, "taken_back": 1, "void": 1}}
    assert [voucher.redeemed_by_id for voucher in batch.redeemed(10)] == [cast.globex.id, cast.acme.id]


def test_voiding_takes_what_nobody_redeemed(cast, batch):
    first, second, _third = printed(batch)
    with transaction():
        redeem_code(cast.acme, first, style_id=1)

    with transaction():
        assert batch.void_unredeemed() == 2
    with pytest.raises(VoucherRefused), transaction():
        redeem_code(cast.globex, second, style_id=1)

    assert counts_of([batch.id]) == {batch.id: {"redeemed": 1, "void": 2}}


def test_voiding_and_redeeming_at_once_leave_no_voucher_both(cast, batch, together):
    codes = printed(batch)

    def deed(number: int):
        if number == 3:
            return db.session.get_one(VoucherBatch, batch.id).void_unredeemed()
        return redeem_code(db.session.get_one(Company, cast.acme.id), codes[number], style_id=1).id

    answers = together(4, deed)

    redeemed = sum(isinstance(answer, int) for answer in answers[:3])
    counts = counts_of([batch.id])[batch.id]
    assert (counts.get("redeemed", 0), counts.get("void", 0)) == (redeemed, 3 - redeemed)
    assert answers[3] == 3 - redeemed


@pytest.mark.parametrize("term", [{"days": 10}, {"months": 1}])
def test_rights_last_as_long_as_the_voucher_says(cast, term):
    (code,) = printed(make(1, {"rights": {"more_seats": 2}} | term))
    before = cast.acme.entitlements.seats
    with transaction():
        redeem_code(cast.acme, code)
    assert cast.acme.entitlements.seats == before + 2

    with time_machine.travel(now() + timedelta(days=32)):
        assert cast.acme.entitlements.seats < before + 2


def test_credits_are_taken_back_too_and_what_was_spent_is_owed(cast):
    (code,) = printed(make(1, {"SMS": 50}))
    with transaction():
        redeem_code(cast.acme, code)
        Purse.sms(cast.acme.id).spend(20, "sms_used", "hold:1", "sms")
    with transaction():
        voucher = find_code(code)
        voucher.take_back()
        voucher.take_back()

    assert (Purse.sms(cast.acme.id).balance, Purse.sms(cast.acme.id).debt) == (0, 20)
    assert db.session.get_one(Voucher, voucher.id).state == "taken_back"
