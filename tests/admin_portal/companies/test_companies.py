import csv
import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from billing.orders import place_order
from chat.styles.sites import Site
from core.clock import now
from core.db import db, transaction
from operators.audit import OperatorEntry

LIST = "/operator/companies"


def found(browser, **asked) -> list[str]:
    """The company IDs of a page, in its order."""
    page = browser.get(LIST, query_string=asked, headers={"HX-Target": "companies"})
    assert page.status_code == 200
    return re.findall(r'<td class="cards__title">\s*<a href="/operator/companies/([^"]+)"', page.text)


@pytest.fixture
def browser(cast, portal):
    return portal("owner")


@pytest.fixture
def three(listed):
    """Initech, Umbrella and Hooli, each at another end of something."""
    listed("initech", plan="professional", mrr=9900, currency="CNY", agents_online=3, seats=5, conversations=8, days=3,
           last_activity_at=now() - timedelta(days=1), trial_ends_at=now() + timedelta(days=2))  # fmt: skip
    listed("umbrella", plan="free", agents_online=1, seats=3, conversations=40, days=9, last_activity_at=now(),
           troubles=["failed_payment"], burden=8)  # fmt: skip
    listed("hooli", plan="professional", mrr=15000, currency="CNY", seats=9, conversations=1, days=6, status="suspended",
           last_activity_at=now() - timedelta(days=30))  # fmt: skip


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("company", "acme"),
        ("-company", "umbrella"),
        ("-online", "initech"),
        ("-chats", "umbrella"),
        ("-mrr", "hooli"),
        ("-activity", "umbrella"),
        ("activity", "hooli"),
        ("-health", "umbrella"),
        ("opened", "umbrella"),
    ],
)
def test_is_sorted_by_the_server(browser, three, order, first):
    assert found(browser, order=order)[0] == first


def test_newest_first_and_what_was_never_measured_last(browser, three):
    assert found(browser)[2:] == ["initech", "hooli", "umbrella"]
    assert set(found(browser, order="-chats")[3:]) == {"acme", "globex"}
    assert set(found(browser, order="chats")[3:]) == {"acme", "globex"}


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({"status": "suspended"}, {"hooli"}),
        ({"plan": "professional"}, {"initech", "hooli"}),
        ({"plan": "professional", "status": "open"}, {"initech"}),
        ({"health": "failed_payment"}, {"umbrella"}),
        ({"health": "troubled"}, {"umbrella"}),
        ({"health": "well", "status": "suspended"}, {"hooli"}),
        ({"trial": "running"}, {"initech"}),
        ({"status": "nonsense", "plan": "free"}, {"umbrella"}),
    ],
)
def test_is_filtered_by_the_server(browser, three, asked, ids):
    assert set(found(browser, **asked)) == ids


def test_finds_by_every_key(browser, cast, listed):
    other = listed("initech", "Initech Büro 北京")
    with transaction():
        Site.all()[0].allow(["https://www.cups.example:8443", "*.mugs.example"])
        order = place_order(cast.acme, {"style_voucher": 1}, "CNY")
        key = Site.all()[0].key

    for text in ("acme", "ACM", "https://www.cups.example/page?x=1", "cups.example", "shop.mugs.example", key, order.order_no,
                 "olga@acme.example", " Olga@Acme.example ", str(cast.acme.id), f"#{cast.acme.id}", cast.acme.schema.name):  # fmt: skip
        assert found(browser, search=text) == ["acme"], text
    for text in ("büro", "北京", "Initech B", str(other.id)):
        assert found(browser, search=text) == ["initech"], text
    assert found(browser, search="nobody@acme.example") == []


def test_says_by_what_it_was_found(browser, cast):
    page = browser.get(LIST, query_string={"search": "acme"}).text

    assert "Found by company ID, name" in page


@pytest.mark.parametrize("wildcard", ["%", "_", "a%e", "a_me", "\\", "/"])
def test_wildcards_are_plain_text(browser, cast, listed, wildcard):
    listed("initech", f"So {wildcard} said")

    assert found(browser, search=wildcard) == ["initech"]


def test_what_is_nearer_to_the_text_comes_first(browser, listed):
    for company_id, name in (("the-shop", "One"), ("shop-two", "Two"), ("shop", "Three"), ("four", "My shop")):
        listed(company_id, name)

    assert found(browser, search="shop") == ["shop", "shop-two", "the-shop", "four"]


def test_a_key_that_nobody_shares_leads_to_the_company(browser, cast):
    for text in (Site.all()[0].key, "olga@acme.example"):
        assert browser.get(LIST, query_string={"search": text}).location == "/operator/companies/acme"
    assert browser.get(LIST, query_string={"search": "acme"}).status_code == 200


def test_an_address_of_two_companies_leads_to_a_choice(browser, cast):
    with transaction():
        from tenants.companies.company import Address

        Address.enter("olga@acme.example", cast.globex)

    assert set(found(browser, search="olga@acme.example")) == {"acme", "globex"}
    assert browser.get(LIST, query_string={"search": "olga@acme.example"}).status_code == 200


def test_companies_in_every_state_but_erased_are_there(browser, listed):
    for status in ("opening", "suspended", "closing", "erased"):
        listed(f"was-{status}", status=status)

    assert {"was-opening", "was-suspended", "was-closing"} < set(found(browser))
    assert "was-erased" not in found(browser, search="was-erased")


def test_a_schema_behind_is_seen_at_once(browser, listed):
    listed("initech", revision="2026_11_22_begin")

    assert found(browser, health="behind") == ["initech"]
    assert found(browser, order="-health")[0] == "initech"
    assert "initech" not in found(browser, health="well")


def test_the_file_is_the_list_on_all_its_pages(browser, three, listed):
    for number in range(55):
        listed(f"shop-{number:02}", name=f"=Shop {number:02}", plan="free")
    asked = {"plan": "free", "order": "company"}
    pages = [*found(browser, **asked), *found(browser, page=2, **asked)]

    file = browser.get(f"{LIST}/export.csv", query_string=asked)
    rows = list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))

    assert [row[0] for row in rows[1:]] == pages
    assert len(pages) == 56
    assert rows[1][1].startswith("'=Shop")
    assert rows[0][-2:] == ["MRR", "Currency"]
    assert "56 companies" in browser.get(LIST, query_string=asked).text
    noted = db.session.scalars(sa.select(OperatorEntry).where(OperatorEntry.action == "companies.listed")).one()
    assert (noted.details["rows"], noted.details["plan"]) == (56, "free")


def test_who_may_not_see_money_sees_no_revenue(portal, three):
    support = portal("support")

    page = support.get(LIST, query_string={"order": "-mrr"}).text
    file = support.get(f"{LIST}/export.csv").text

    assert "MRR" not in page
    assert "150.00" not in page
    assert "MRR" not in file
    assert "MRR" in portal("finance").get(LIST).text


def test_a_page_takes_few_queries_however_many_there_are(browser, listed, queries):
    for number in range(50):
        listed(f"shop-{number:02}", plan="free")
    browser.get(LIST)

    with queries() as asked:
        browser.get(LIST, query_string={"search": "shop", "health": "well"})

    about_companies = [statement for statement in asked if "company_standing" in statement]
    assert len(about_companies) == 2
    assert len(asked) <= 8
