"""The platform's figures against a ledger that was added up by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
import time_machine
from books import faults

from billing.credit_worth import worth_on
from billing.direct_payments import pay_directly, return_directly
from billing.figures import Revenue, SmsSold, Trials, currencies_used, revenue_in, sms_in, trials_in
from billing.ledger import LedgerAccount, LedgerEntry
from billing.orders import place_order
from billing.purses import GIVEN, SMS_USED, Purse
from billing.spans import Span
from billing.wallet_purchases import buy_from_wallet
from core.db import db, transaction
from tenants.rights.entitlements import Grant

MONTHS = SEPTEMBER, OCTOBER, NOVEMBER = [date(2026, month, 1) for month in (9, 10, 11)]
AUTUMN = Span(SEPTEMBER, date(2026, 11, 30))


@pytest.fixture
def at():
    """`at(OCTOBER)` is a block in which it is noon of that day."""
    return lambda day: time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), tick=False)


@pytest.fixture
def autumn(cast, at):
    """Three months of buying, returning and losing: in each, by hand, what stands in the tests."""
    acme, globex = cast.acme, cast.globex
    with at(SEPTEMBER), transaction():
        place_order(acme, {"topup:large": 1}, "CNY").fulfil("pi_topup")
        package = place_order(acme, {"package:brand": 1, "sms:100": 1}, "CNY")
        package.fulfil("pi_package")
        pay_directly(acme.id, "CNY", 297_00, "invoice:in_1", "subscription")
        place_order(globex, {"feature:custom_logo": 1}, "USD").fulfil("pi_dollars")
    with at(OCTOBER), transaction():
        buy_from_wallet(acme, {"sms:500": 2}, key="form")
        Purse.sms(acme.id).spend(130, SMS_USED, "sent", "sms")
        Purse.sms(acme.id).receive(1_000, GIVEN, "gift", "adjustment")
        pay_directly(acme.id, "CNY", 297_00, "invoice:in_2", "subscription")
        return_directly(acme.id, "CNY", 97_00, "refund:re_invoice", "refund")
    with at(NOVEMBER), transaction():
        # A third of the package: shared among its lines, to the last fen.
        package.reverse("re_third", 166_00)
        package.reverse("re_sms", 5_00, [line for line in package.lines if line.product.kind == "sms"])
        place_order(acme, {"feature:regional_routing": 1}, "CNY").fulfil("pi_disputed")
        db.session.flush()
    with at(NOVEMBER), transaction():
        from billing.orders import Order

        Order.paid_by("pi_disputed").lose_dispute("du_1")
    return package


def test_revenue_by_kind_and_month_net_of_what_went_back(autumn):
    # The package of 488.00 is a logo of 198 and two vouchers of 396 at list price: 162.67 and 325.33.
    september = [
        Revenue(SEPTEMBER, "feature", 162_67, 0, 0),
        Revenue(SEPTEMBER, "sms", 10_00, 0, 0),
        Revenue(SEPTEMBER, "style_voucher", 325_33, 0, 0),
        Revenue(SEPTEMBER, "subscription", 297_00, 0, 0),
    ]
    october = [Revenue(OCTOBER, "sms", 90_00, 0, 0), Revenue(OCTOBER, "subscription", 297_00, 97_00, 0)]

    rows = revenue_in(AUTUMN, "CNY")

    assert rows[:6] == september + october
    november = {row.kind: row for row in rows[6:]}
    assert november["feature"].sold == november["feature"].disputed == 398_00
    assert sum(row.refunded for row in rows[6:]) == 171_00
    assert {kind: row.refunded for kind, row in november.items()} == _returned_by_kind(autumn)
    assert sum(row.net for row in rows) == _in_the_book("CNY")
    assert [row.net for row in revenue_in(AUTUMN, "USD")] == [29_00]
    assert faults() == {}


def test_each_currency_is_looked_at_by_itself(autumn):
    assert currencies_used() == ["CNY", "USD"]


def test_a_day_begins_where_the_reader_is(cast, at):
    with time_machine.travel("2026-10-31T17:00:00Z", tick=False), transaction():
        pay_directly(cast.acme.id, "CNY", 99_00, "invoice:in_1", "subscription")

    assert [row.begins for row in revenue_in(AUTUMN, "CNY")] == [OCTOBER]
    assert [row.begins for row in revenue_in(AUTUMN._replace(zone="Asia/Shanghai"), "CNY")] == [NOVEMBER]
    assert revenue_in(Span(date(2026, 10, 31), date(2026, 10, 31)), "CNY")[0].begins == date(2026, 10, 31)


def test_sms_sold_paid_and_used(autumn):
    rows = sms_in(AUTUMN, "CNY", revenue_in(AUTUMN, "CNY"))

    sold = -db.session.scalar(_sum_of("sms_sold", "SMS"))
    # Of the September pack half its money went back in November, and with it all its credits and 2.91 of the package's third.
    assert [row[:2] + row[3:] for row in rows] == [(SEPTEMBER, 100, 0), (OCTOBER, 1000, 130), (NOVEMBER, -100, 0)]
    assert sum(row.sold for row in rows) == sold
    assert rows[1] == SmsSold(OCTOBER, 1000, 90_00, 130)
    assert rows[1].each == 9.0


def test_what_a_used_credit_had_brought(autumn):
    """By what was bought and given until then; what was taken back again in November counts for nothing."""
    each = [
        sa.select(sa.literal(autumn.company_id).label("company_id"), sa.literal(day, sa.Date).label("day")) for day in MONTHS
    ]

    worth = worth_on(sa.union_all(*each).subquery("days"))

    found = db.session.execute(sa.select(worth.c.day, worth.c.worth).order_by(worth.c.day))
    assert [tuple(row) for row in found] == [(SEPTEMBER, 0), (OCTOBER, Decimal("4.5")), (NOVEMBER, Decimal("4.5"))]


def test_trials_and_what_became_of_them(cast, at):
    with transaction():
        db.session.execute(sa.update(Grant).values(valid_from=datetime(2026, 10, 3, tzinfo=UTC)))
        db.session.execute(sa.update(Grant).values(valid_until=datetime(2026, 10, 18, tzinfo=UTC)))
    with at(date(2026, 10, 4)):
        assert trials_in(AUTUMN)[1] == Trials(OCTOBER, 2, 0, 2)
        with transaction():
            place_order(cast.acme, {"professional:term:1": 2}, "CNY").fulfil("pi_1")
            place_order(cast.globex, {"sms:100": 1}, "CNY").fulfil("pi_2")

    rows = trials_in(AUTUMN)

    assert rows == [Trials(SEPTEMBER, 0, 0, 0), Trials(OCTOBER, 2, 1, 0), Trials(NOVEMBER, 0, 0, 0)]
    assert [row.share for row in rows] == [None, 0.5, None]


def test_a_span_is_told_in_days_or_months():
    assert AUTUMN.steps() == [SEPTEMBER, OCTOBER, NOVEMBER]
    assert Span(date(2026, 2, 27), date(2026, 3, 1)).steps() == [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)]
    assert Span.last_months(date(2026, 3, 15)) == Span(date(2025, 4, 1), date(2026, 3, 15))
    assert Span.last_months(date(2026, 12, 31)).since == date(2026, 1, 1)
    assert AUTUMN.ends - AUTUMN.begins == timedelta(days=91)


def _returned_by_kind(order) -> dict[str, int]:
    """As the lines themselves remember it; the dispute's order is another."""
    sums: dict[str, int] = {"feature": 0, "sms": 0, "style_voucher": 0}
    for line in order.lines:
        sums[line.product.kind] += line.returned
    return sums


def _in_the_book(unit: str) -> int:
    return db.session.scalar(_sum_of("revenue", unit))


def _sum_of(code: str, unit: str) -> sa.Select:
    book = sa.and_(LedgerAccount.company_id.is_(None), LedgerAccount.code == code, LedgerAccount.unit == unit)
    return sa.select(sa.func.sum(LedgerEntry.amount)).join(LedgerEntry.account).where(book)
