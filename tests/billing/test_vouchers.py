"""A voucher works once, adds exactly what it says, and a refusal tells nothing."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from books import faults

from billing.grants import grants_of
from billing.purses import Purse
from billing.styles import NeedsVoucher, StyleTerm, add_term, style_valid_until, try_first_style
from billing.terms import months_later
from billing.voucher_batches import VoucherBatch
from billing.vouchers import (
    STYLE,
    NeedsStyle,
    Voucher,
    VoucherRefused,
    hash_of,
    redeem_code,
    redeem_from_drawer,
)
from core.clock import now
from core.db import db, transaction
from core.limits import TooManyTries
from tenants.companies.company import Company

SOON = timedelta(days=30)


@pytest.fixture
def codes(context):
    """`codes(3)` are three codes of a new batch of style vouchers."""

    def make(count: int, gives: dict = STYLE, expires_at: datetime | None = None, company: Company | None = None) -> list[str]:
        with transaction():
            return VoucherBatch.make("spring", gives, count, expires_at or now() + SOON, company)[1]

    return make


def test_codes_are_kept_as_hashes_only(codes):
    [code] = codes(1)

    voucher = db.session.scalars(db.select(Voucher)).one()

    assert voucher.code_hash == hash_of(code.lower().replace("-", " "))
    assert code not in str(vars(voucher))


def test_11_of_twenty_companies_with_one_code_one_wins(cast, codes, together):
    [code] = codes(1)
    companies = [cast.acme.id, cast.globex.id]

    answers = together(20, lambda n: redeem_code(db.session.get_one(Company, companies[n % 2]), code, style_id=n).id)

    assert sum(isinstance(answer, int) for answer in answers) == 1
    assert {type(answer) for answer in answers} <= {int, VoucherRefused, TooManyTries}
    assert db.session.scalar(db.select(db.func.count()).select_from(StyleTerm)) == 1


def test_11_five_vouchers_on_one_style_are_five_years(cast, codes, together):
    five, before = codes(5), now()

    together(5, lambda n: redeem_code(db.session.get_one(Company, cast.acme.id), five[n], style_id=1).id)

    terms = StyleTerm.of(cast.acme, 1)
    assert [term.starts_at for term in terms[1:]] == [term.ends_at for term in terms[:-1]]
    assert timedelta() <= style_valid_until(cast.acme, 1) - months_later(before, 60) < timedelta(minutes=1)
    db.session.refresh(cast.acme)
    assert cast.acme.entitlements.styles == 5 + 1


def test_25_all_refusals_look_the_same(cast, codes):
    [used, void, foreign, expired] = codes(4)
    [bound] = codes(1, company=cast.globex)
    with transaction():
        redeem_code(cast.globex, used, style_id=1)
        redeem_code(cast.globex, foreign, style_id=2)
        db.session.scalars(db.select(Voucher).where(Voucher.code_hash == hash_of(void))).one().void()
        late = db.session.scalars(db.select(Voucher).where(Voucher.code_hash == hash_of(expired))).one()
        late.expires_at = now()

    told = set()
    for code in (used, void, foreign, expired, bound, "7777-7777-7777-7777", ""):
        with pytest.raises(VoucherRefused) as refusal, transaction():
            redeem_code(cast.acme, code, style_id=1)
        told.add((str(refusal.value), refusal.value.code, refusal.value.status))

    assert len(told) == 1


def test_25_expires_at_the_very_second(cast, codes):
    midnight = datetime(now().year + 1, 1, 1, tzinfo=UTC)
    first, second = codes(2, expires_at=midnight)

    with time_machine.travel(midnight - timedelta(seconds=1), tick=False), transaction():
        redeem_code(cast.acme, first, style_id=1)
    with time_machine.travel(midnight, tick=False), pytest.raises(VoucherRefused), transaction():
        redeem_code(cast.acme, second, style_id=1)


def test_25_guessing_is_throttled(cast):
    for _ in range(10):
        with pytest.raises(VoucherRefused), transaction():
            redeem_code(cast.acme, "7777-7777-7777-7777", style_id=1)

    with pytest.raises(TooManyTries), transaction():
        redeem_code(cast.acme, "7777-7777-7777-7777", style_id=1)


def test_a_code_may_give_rights_or_credits(cast, codes):
    [rights] = codes(1, gives={"rights": {"more_seats": 2}, "days": 10})
    [credits] = codes(1, gives={"SMS": 50})
    before = cast.acme.entitlements.seats
    with transaction():
        redeem_code(cast.acme, rights)
        redeem_code(cast.acme, credits)

    assert cast.acme.entitlements.seats == before + 2
    assert Purse.sms(cast.acme.id).balance == 50
    assert faults() == {}


def test_a_style_voucher_asks_for_a_style(cast, codes):
    [code] = codes(1)

    with pytest.raises(NeedsStyle), transaction():
        redeem_code(cast.acme, code)


def test_the_drawer_needs_no_code_and_opens_for_its_company_only(cast):
    with transaction():
        Voucher.put_in_drawer(cast.acme, 2, STYLE)
    one, two = Voucher.in_drawer_of(cast.acme)

    with cast.globex.entered() as globex, pytest.raises(VoucherRefused), transaction():
        redeem_from_drawer(globex, one.id, style_id=1)
    with transaction():
        redeem_from_drawer(cast.acme, one.id, style_id=1)

    assert Voucher.in_drawer_of(cast.acme) == [two]


def test_the_first_style_may_be_tried_once(cast, together):
    answers = together(5, lambda n: try_first_style(db.session.get_one(Company, cast.acme.id), n).id)

    assert sorted(type(answer).__name__ for answer in answers) == ["NeedsVoucher"] * 4 + ["int"]
    term = db.session.scalars(db.select(StyleTerm)).one()
    assert term.ends_at - term.starts_at == timedelta(days=7)
    with time_machine.travel(now() + timedelta(days=8)):
        assert style_valid_until(cast.acme, term.style_id) is None
        with pytest.raises(NeedsVoucher), transaction():
            try_first_style(cast.acme, 99)


def test_a_voucher_makes_a_year_of_the_trial(cast, codes):
    [code] = codes(1)
    with transaction():
        tried = try_first_style(cast.acme, 1)
        redeem_code(cast.acme, code, style_id=1)

    assert style_valid_until(cast.acme, 1) == months_later(tried.ends_at, 12)


def test_taking_a_redeemed_voucher_back_takes_its_year(cast, codes):
    [code] = codes(1)
    with transaction():
        voucher = redeem_code(cast.acme, code, style_id=1)
    with transaction():
        voucher.take_back()

    assert style_valid_until(cast.acme, 1) is None
    assert grants_of(cast.acme, reasons="style:") == []


@pytest.mark.parametrize(
    ("begins", "months", "ends"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-03-31", 12, "2027-03-31"),
    ],
)
def test_22_months_end_where_they_can(begins, months, ends):
    assert months_later(datetime.fromisoformat(begins), months) == datetime.fromisoformat(ends)


def test_a_gap_ends_a_style(cast):
    with transaction():
        add_term(cast.acme, 1, "operator:1")

    with time_machine.travel(now() + timedelta(days=370)):
        assert style_valid_until(cast.acme, 1) is None
