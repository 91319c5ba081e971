"""The statement shows every income and expense, and adds up with everything else we say about money."""

import io
import re
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from books import faults

from billing.documents import documents_of
from billing.ledger import LedgerEntry
from billing.money import as_decimal, split, spoken
from billing.purses import Purse
from billing.statement import HEADS, Filter, chart_of, export_rows, rows_of, units_of
from billing.wallet_purchases import buy_from_wallet
from core.clock import now
from core.db import db, transaction
from core.tables import csv_file, xlsx_file


@pytest.fixture
def year(acme, buy):
    """A top-up, half of it returned, something bought from the wallet, something by card, SMS."""
    topup = buy(acme, {"topup:medium": 1})
    buy(acme, {"feature:custom_logo": 1}, payment="pi_2")
    with transaction():
        buy_from_wallet(acme, {"sms:500": 2}, key="form")
        topup.reverse("re_1", 250_00)
    with transaction():
        Purse.sms(acme.id).spend(7, "sms_used", "sent", "sms")
    return acme


def test_40_everything_sums_to_the_same(year):
    rows = rows_of(year)
    wallet, sms = Purse.wallet(year.id, "CNY"), Purse.sms(year.id)

    assert sum(row.amount for row in rows if row.purse == "wallet") == wallet.balance == 160_00
    assert sum(row.amount for row in rows if row.purse == "sms") == sms.balance == 993
    assert next(row.balance_after for row in rows if row.purse == "wallet") == wallet.balance
    assert sum(document.total for document in documents_of(year)) == (500 + 198 + 90 - 250) * 100
    assert db.session.scalar(sa.select(sa.func.sum(LedgerEntry.amount))) == 0
    assert faults() == {}


def test_shows_types_order_numbers_and_direct_payments(year):
    rows = rows_of(year)

    assert [row.kind for row in rows] == ["sms", "topup_returned", "sms_credits", "wallet_purchase", "purchase", "topup"]
    assert all(row.order_no.isdecimal() for row in rows)
    [direct] = [row for row in rows if row.kind == "purchase"]
    assert (direct.amount, direct.balance_after) == (-198_00, None)


def test_filters_and_turns_pages(year):
    assert [row.kind for row in rows_of(year, Filter(kind="topup"))] == ["topup"]
    assert {row.purse for row in rows_of(year, Filter(unit="SMS"))} == {"sms"}
    assert rows_of(year, Filter(until=now() - timedelta(days=1))) == []
    first = rows_of(year, at_most=2)
    assert [row.kind for row in rows_of(year, before=first[-1].id, at_most=1)] == ["sms_credits"]


def test_40_exports_are_exact(app, year):
    with app.test_request_context():
        text = csv_file("statement.csv", HEADS, export_rows(year)).get_data(as_text=True)
        book = xlsx_file("statement.xlsx", HEADS, export_rows(year)).get_data()

    assert "-198.00" in text
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()
    amounts = re.findall(r'<c r="E\d+"><v>(-?[0-9.]+)</v>', sheet)
    assert sum(map(Decimal, amounts)) == Decimal("160.00") - Decimal("198.00") + 993


def test_the_chart_says_what_came_and_went(year):
    [(_day, income, expense)] = chart_of(year, "CNY", now() - timedelta(days=1), now() + timedelta(days=1))

    assert (income, expense) == (500_00, 250_00 + 90_00 + 198_00)
    assert units_of(year) == ["CNY", "SMS"]


def test_shows_nothing_of_another_company(cast, year):
    assert rows_of(cast.globex) == []


@pytest.mark.parametrize(
    ("amount", "unit", "value"), [(19900, "CNY", "199.00"), (500, "JPY", "500"), (1234, "KWD", "1.234"), (7, "SMS", "7")]
)
def test_40_each_currency_has_its_own_point(app, amount, unit, value):
    assert str(as_decimal(amount, unit)) == value
    with app.test_request_context(), pytest.raises(KeyError):
        spoken(1, "XXX")


@pytest.mark.parametrize(
    ("amount", "weights"), [(100, [1, 1, 1]), (1, [1, 1]), (69800, [29800, 39800, 19800]), (0, [3, 4]), (7, [0, 5])]
)
def test_40_parts_sum_to_the_whole(amount, weights):
    parts = split(amount, weights)

    assert sum(parts) == amount
    assert all(abs(part - amount * weight / sum(weights)) < 1 for part, weight in zip(parts, weights, strict=True))
