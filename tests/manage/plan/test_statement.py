"""The statement as its page shows it: filters that live in the address, whole movements on each page, files to take away."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine

from billing import statement_pages
from billing.accounts import BillingAccount
from billing.orders import place_order
from billing.purses import GIVEN, SMS_USED, Purse
from billing.wallet_purchases import buy_from_wallet
from core.clock import now
from core.db import transaction

PAGE = "/manage/plan/statement"


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def year(cast):
    """A top-up, something bought from it, some SMS."""
    with transaction():
        place_order(cast.acme, {"topup:medium": 1}, "CNY").fulfil("pi_1")
        bought = buy_from_wallet(cast.acme, {"sms:100": 1}, key="form")
        Purse.sms(cast.acme.id).spend(7, SMS_USED, "sent", "sms")
    return bought


def kinds(response) -> list[str]:
    """What the rows are about, from the top."""
    body = response.text.rpartition("<tbody>")[2]
    return [" ".join(cell.split()) for cell in re.findall(r"</time></td>\s*<td>(.*?)(?: <span|</td>)", body)]


def test_shows_everything_newest_first_with_the_balance_after(cast, olga, year):
    response = olga.get(PAGE)

    assert kinds(response) == ["SMS sent", "SMS credits bought", "Bought from the wallet", "Top-up"]
    assert "CN¥490.00" in response.text
    assert "+CN¥500.00" in response.text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("kind=topup", ["Top-up"]),
        ("unit=SMS", ["SMS sent", "SMS credits bought"]),
        ("since=2000-01-01&until=2001-01-01", []),
        ("kind=nonsense&unit=nonsense", ["SMS sent", "SMS credits bought", "Bought from the wallet", "Top-up"]),
    ],
)
def test_filters(cast, olga, year, query, shown):
    assert kinds(olga.get(f"{PAGE}?{query}")) == shown


def test_finds_an_order_by_its_number(cast, olga, year):
    assert kinds(olga.get(f"{PAGE}?order_no={year.order_no}")) == ["SMS credits bought", "Bought from the wallet"]


@pytest.mark.parametrize("day", ["31.12.2026", "2026-13-01", "0001-01-01", "9999-12-31", "x"])
def test_a_day_that_is_none_is_told_beside_its_field(cast, olga, year, day):
    response = olga.get(PAGE, query_string={"until": day})

    assert 'id="until-fault">Enter a date like 2026-12-31.' in response.text
    assert len(kinds(response)) == 4


def test_a_day_is_the_readers_own(cast, signed_in):
    with transaction():
        cast.olga.time_zone = "Asia/Shanghai"
        BillingAccount.of(cast.acme).pay_in("CNY")
    with time_machine.travel("2026-11-21T17:00:00Z", tick=False), transaction():
        Purse.wallet(cast.acme.id, "CNY").receive(5_00, GIVEN, "late", "adjustment")

    with time_machine.travel("2026-11-22T03:00:00Z"):
        olga = signed_in(cast.olga)
        assert kinds(olga.get(f"{PAGE}?since=2026-11-22&until=2026-11-22")) == ["Adjusted by the operator"]
        assert kinds(olga.get(f"{PAGE}?since=2026-11-21&until=2026-11-21")) == []
        assert '"2026-11-22"' in unescape(olga.get(PAGE).text)


def test_a_page_never_tears_a_movement_apart(cast, olga, monkeypatch):
    monkeypatch.setattr(statement_pages, "ROWS", 3)
    wallet = Purse.wallet(cast.acme.id, "CNY")
    with transaction():
        BillingAccount.of(cast.acme).pay_in("CNY")
        wallet.receive(10_00, GIVEN, "first", "adjustment")
        wallet.give_back(30_00, GIVEN, "back", "adjustment")
        for number in range(2):
            wallet.receive(5_00, GIVEN, f"more {number}", "adjustment")

    pages, address = [], PAGE
    while address:
        page = olga.get(address)
        pages.append(len(kinds(page)))
        older = re.search(r'href="([^"]+)">Older', page.text)
        address = unescape(older[1]) if older else None

    assert pages == [2, 3]


def test_filters_stay_in_the_links_to_older_rows_and_files(cast, olga, year, monkeypatch):
    monkeypatch.setattr(statement_pages, "ROWS", 1)

    page = unescape(olga.get(f"{PAGE}?unit=SMS").text)

    assert re.search(r'href="/manage/plan/statement\?before=\d+&unit=SMS">Older', page)
    assert "/manage/plan/statement/statement.csv?unit=SMS" in page


def test_files_hold_what_the_filter_shows(cast, olga, year):
    text = olga.get(f"{PAGE}/statement.csv?unit=SMS").text
    book = olga.get(f"{PAGE}/statement.xlsx?unit=SMS")

    assert len(text.strip().splitlines()) == 3
    assert "-7" in text
    assert book.data.startswith(b"PK")
    assert "acme-statement-" in book.headers["Content-Disposition"]


def test_the_chart_has_the_same_numbers_as_the_table_beside_it(cast, olga, year):
    page = olga.get(PAGE).text

    chart = json.loads(unescape(re.search(r'data-chart="([^"]+)"', page)[1]))

    assert chart["unit"] == "CNY"
    assert [series["values"] for series in chart["series"]] == [[500.0], [10.0]]
    table = page.partition("The numbers as a table")[2].partition("</table>")[0]
    assert "CN¥500.00" in table
    assert "CN¥10.00" in table


def test_says_what_will_stand_here(cast, olga):
    page = olga.get(PAGE).text

    assert "No money has moved yet." in page
    assert "data-chart" not in page


def test_shows_nothing_of_another_company(cast, signed_in, year):
    eve = signed_in(cast.eve)

    assert kinds(eve.get(PAGE)) == []
    assert year.order_no not in eve.get(f"{PAGE}?order_no={year.order_no}").text.partition("<tbody>")[2]
    assert len(eve.get(f"{PAGE}/statement.csv").text.strip().splitlines()) == 1


def test_only_who_manages_money_gets_files(cast, signed_in, year):
    adam = signed_in(cast.adam)

    assert [adam.get(f"{PAGE}/statement.{kind}").status_code for kind in ("csv", "xlsx")] == [403, 403]


def test_old_rows_are_drawn_only_when_asked_for(cast, olga, year):
    later = now() + timedelta(days=200)
    with time_machine.travel(later):
        from tenants.signing_in.current import cookie_name

        olga.set_cookie(cookie_name(), cast.cookie_of(cast.olga), domain="localhost")
        assert "data-chart" not in olga.get(PAGE).text
        assert "data-chart" in olga.get(f"{PAGE}?since={now() - timedelta(days=250):%Y-%m-%d}").text
