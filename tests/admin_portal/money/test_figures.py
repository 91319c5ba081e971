"""Chart, table and file of each figure are the same rows."""

import csv
import io
import json
import re
from datetime import date
from html import unescape

import pytest
from books import subscribed

from admin_portal.money.figure_tables import FIGURES
from billing.recurring_changes import note_recurring
from core.db import db, transaction
from sms.costs import Costs, changes_to
from sms.counts import SmsCount

PAGE = "/operator/figures"


@pytest.fixture
def page(cast, finance, bought) -> str:
    """With something of everything in it."""
    subscribed(cast.acme, quantity=3)
    with transaction():
        bought.reverse("re_1", 8_00)
        SmsCount.add(cast.acme.id, "CN", "twilio", segments=30, credits=30)
        SmsCount.add(cast.acme.id, "JP", "mitake", segments=4, credits=16)
        known = {("twilio", "", "CNY"): 54_000, ("mitake", "JP", "TWD"): 850_000}
        db.session.add_all(changes_to(Costs.known(), known, date(2026, 1, 1), "Fay", "invoice"))
    note_recurring()
    db.session.rollback()
    return finance.get(PAGE).text


def section(page: str, name: str) -> tuple[dict, list[list[str]]]:
    """The chart of a figure, and the rows of its table."""
    [part] = [one for one in page.split('<section class="card figure"')[1:] if f'aria-labelledby="{name}"' in one[:40]]
    chart = json.loads(unescape(re.search(r'data-chart="([^"]*)"', part)[1]))
    body = re.search(r"<tbody>(.*?)</tbody>", part, re.DOTALL)[1]
    return chart, [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in body.split("</tr>")[:-1]]


def number(text: str) -> float | None:
    digits = unescape(text).replace("CN¥", "").replace(",", "")
    return None if digits == "–" else float(digits[:-1]) / 100 if digits.endswith("%") else float(digits)


@pytest.mark.parametrize("name", FIGURES)
def test_chart_table_and_file_show_the_same(finance, page, name):
    chart, table = section(page, name)
    file = [*csv.reader(io.StringIO(finance.get(f"{PAGE}/{name}.csv").text.lstrip("\ufeff")))]
    figure = FIGURES[name]

    assert table
    assert len(file) - 1 == len(table)
    for row, line in zip(table, file[1:], strict=True):
        for column, shown, taken in zip(figure.columns, row, line, strict=True):
            if column.is_number:
                assert number(shown) == pytest.approx(float(taken), abs=0.0006) if taken else shown == "–"
    for one, drawn in zip(chart["series"], figure.lines * len(chart["series"]), strict=False):
        column = [number(row[drawn.column]) for row in table if figure.split_by is None or row[figure.split_by] == one["name"]]
        assert sum(value or 0 for value in one["values"]) == pytest.approx(
            drawn.sign * sum(value or 0 for value in column), abs=0.006
        )


def test_adds_up_to_what_was_bought(page):
    chart, table = section(page, "revenue")

    assert sum(number(row[5]) for row in table) == 208.00 - 8.00
    assert {one["name"] for one in chart["series"]} == {"Features", "SMS credits"}
    assert {one["stack"] for one in chart["series"]} == {"net"}
    assert "CN¥297.00" in page


def test_the_period_and_the_currency_are_kept_for_the_files(finance, page):
    shown = finance.get(f"{PAGE}?since=2026-01-01&until=2026-01-31&currency=CNY").text

    assert f"{PAGE}/revenue.csv" not in shown
    assert f"{PAGE}/recurring.csv?since=2026-01-01&amp;until=2026-01-31&amp;currency=CNY" in shown
    assert section(shown, "recurring")[0]["step"] == "day"
    assert "Enter a date like 2026-12-31." in finance.get(f"{PAGE}?since=soon").text
    assert "not before the first" in finance.get(f"{PAGE}?since=2026-02-01&until=2026-01-01").text


@pytest.mark.parametrize("role", ["support", "operations"])
def test_not_for_everybody(cast, portal, role):
    assert portal(role).get(PAGE).status_code == 403
