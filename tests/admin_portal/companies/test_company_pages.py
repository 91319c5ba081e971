import csv
import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from billing.grants import grant
from chat.styles.sites import Site
from core.clock import now
from core.db import db, transaction
from operators.audit import OperatorEntry
from saas import standing
from tenants.companies.company import Company
from tenants.companies.standing import CompanyUsage

PAGES = ("", "/usage", "/rights")


@pytest.fixture
def browser(cast, portal):
    return portal("owner")


def test_shows_who_is_online_what_waits_and_where_it_is_embedded(browser, cast, signed_in):
    signed_in(cast.adam)
    with transaction():
        cast.acme.take_seat(cast.adam)
        Site.all()[0].allow(["shop.example"])

    page = browser.get("/operator/companies/acme").text

    for said in ("Adam", "1 / 10", "https://shop.example", cast.site.key, "o•••@acme.example", "Waiting now"):
        assert said in page, said
    assert "olga@acme.example" not in page


def test_full_addresses_are_shown_to_who_says_why_and_noted(portal, cast):
    support = portal("support")
    address = "/operator/companies/acme/contacts"

    silent = support.post(address, data={"reason": " "})
    said = support.post(address, data={"reason": "Ticket 812"})

    assert (silent.status_code, "olga@acme.example" in silent.text) == (422, False)
    assert "olga@acme.example" in said.text
    assert said.headers["Cache-Control"] == "no-store"
    entry = db.session.scalars(sa.select(OperatorEntry).where(OperatorEntry.action == "company.contacts_shown")).one()
    assert (entry.operator_id, entry.company_id, entry.reason) == (support.operator.id, cast.acme.id, "Ticket 812")
    assert portal("finance").post(address, data={"reason": "Curious"}).status_code == 403


def test_an_agents_address_is_never_among_them(portal, cast):
    said = portal("support").post("/operator/companies/acme/contacts", data={"reason": "Ticket 812"}).text

    assert "adam@acme.example" not in said


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("status", ["opening", "open", "suspended", "closing", "erasing"])
def test_every_page_opens_in_every_state(browser, cast, status, page):
    with transaction():
        db.session.execute(sa.update(Company).where(Company.id == cast.acme.id).values(status=status))

    assert browser.get(f"/operator/companies/acme{page}").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_when_the_schema_is_not_there(browser, listed, page):
    listed("initech", agents_online=2, seats=5, day=date(2030, 3, 9))

    answer = browser.get(f"/operator/companies/initech{page}")

    assert answer.status_code == 200
    assert page == "/usage" or "cannot be reached now" in answer.text


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_when_its_database_is_another_one(browser, cast, page):
    with transaction():
        schema = db.session.merge(cast.acme.schema)
        schema.database = "elsewhere"

    answer = browser.get(f"/operator/companies/acme{page}")

    assert answer.status_code == 200
    assert page == "/usage" or "cannot be reached now" in answer.text
    with transaction():
        schema.database = "main"


def test_an_unknown_or_erased_company_is_not_found(browser, listed):
    listed("gone", status="erased")

    for company_id in ("nobody", "gone"):
        for page in PAGES:
            assert browser.get(f"/operator/companies/{company_id}{page}").status_code == 404


def test_usage_is_drawn_told_and_taken_away_from_one_query(browser, cast):
    with transaction():
        CompanyUsage.publish(cast.acme, [_day(date(2030, 3, 9), 7), _day(date(2030, 3, 11), 5)])
    asked = {"since": "2030-03-09", "until": "2030-03-11"}

    page = browser.get("/operator/companies/acme/usage", query_string=asked).text
    file = browser.get("/operator/companies/acme/usage/export.csv", query_string=asked).text
    rows = list(csv.reader(io.StringIO(file.removeprefix("\ufeff"))))

    assert [(row[0], row[1]) for row in rows[1:]] == [("2030-03-09", "7"), ("2030-03-10", "0"), ("2030-03-11", "5")]
    assert "[7, 0, 5]" in page.replace("&#34;", '"')
    assert "<strong>12</strong>" in page


def test_a_day_that_is_none_is_told_beside_its_field(browser, cast):
    page = browser.get("/operator/companies/acme/usage", query_string={"since": "yesterday"})

    assert page.status_code == 200
    assert "Enter a date like 2026-12-31." in page.text


def test_rights_are_told_with_reason_term_and_what_is_over(browser, cast):
    with transaction():
        grant(cast.acme, "goodwill:812", {"more_seats": 2, "flags": ["reports"]}, until=now() + timedelta(days=9))
        over = grant(cast.acme, "goodwill:7", {"more_seats": 1}, until=now() + timedelta(seconds=1))
        over.valid_from, over.valid_until = now() - timedelta(days=9), now() - timedelta(days=1)

    page = browser.get("/operator/companies/acme/rights").text

    for said in ("12 agents at a time", "goodwill:812", "goodwill:7", "Over", "Granted by us", cast.acme.schema.name, "Newest"):
        assert said in page, said


def test_says_what_is_wrong_and_why(browser, cast):
    with transaction():
        db.session.execute(sa.update(Company).where(Company.id == cast.globex.id).values(created_at=now() - timedelta(days=2)))
    standing.measure(cast.globex.id)

    page = browser.get("/operator/companies/globex").text

    assert "no visitor has come through its widget" in page


def _day(day: date, conversations: int) -> dict:
    counted = dict.fromkeys(("messages", "visitors", "offline_messages", "sms", "most_agents"), 1)
    return {"day": day, "conversations": conversations, "stored_bytes": None} | counted
