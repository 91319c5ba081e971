"""The operators' audit log as a page: filtered, taken away, checked."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine

from core.clock import now
from core.db import transaction
from operators.audit import EntryQuery, note
from operators.operator import Operator
from tenants.companies.databases import connect


@pytest.fixture
def olive(cast, portal):
    return portal("owner", "olive")


@pytest.fixture
def deeds(cast, olive):
    """One by Olive about Acme, one by Sam, one by the command line a year ago."""
    with transaction():
        sam = Operator.add("sam@laike.example", "Sam", "support")
        note("operator.invited", olive.operator, cast.acme, subject="operator:1", reason="=1+1", role="support")
        note("operator.session_ended", sam)
    with time_machine.travel(now() - timedelta(days=365)), transaction():
        note("operator.reset", None, email="old@laike.example")
    return sam


def rows(olive, **asked) -> list[dict]:
    file = olive.get("/operator/audit/export.csv", query_string=asked)
    return list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"))))


def test_shows_who_did_what_to_which_company(olive, deeds):
    page = olive.get("/operator/audit").text

    for text in ("Olive", "Sam", "Command line", "Operator invited", "acme", "=1+1", "support"):
        assert text in page
    assert "Entry 3 ends the log now" in page


def test_filters_by_who_what_company_and_period(olive, deeds):
    numbers = [
        [row["Number"] for row in rows(olive, **asked)]
        for asked in (
            {"operator": deeds.id},
            {"company": "acme"},
            {"company": "nobody"},
            {"action": "operator.reset"},
            {"since": f"{now() - timedelta(days=2):%Y-%m-%d}", "action": "operator.invited"},
            {"until": f"{now() - timedelta(days=2):%Y-%m-%d}"},
        )
    ]

    assert numbers == [["2"], ["1"], [], ["3"], ["1"], ["3"]]


def test_the_file_is_no_formula_and_taking_it_is_noted(olive, deeds):
    [row] = rows(olive, company="acme")

    assert row["Reason"] == "'=1+1"
    [exported] = EntryQuery(action="audit.exported").entries()
    assert exported.details == {"rows": 1, "filter": "company=acme"}


def test_older_ones_are_a_page_away(olive):
    with transaction():
        for number in range(55):
            note("operator.invited", None, number=number)

    page = olive.get("/operator/audit").text

    assert page.count("<tr>") == 51
    assert "before=6" in page
    assert olive.get("/operator/audit?before=6").text.count("<tr>") == 6


def test_checks_the_whole_log(app, olive, deeds):
    assert "All 3 entries are as they were written" in olive.post("/operator/audit/check", follow_redirects=True).text
    with connect(app.config["DATABASE_URL"]) as connection:
        connection.execute(
            "SET session_replication_role = replica; UPDATE platform.operator_entry SET reason = '' WHERE seq = 1"
        )

    assert "tampered with at entry 1" in olive.post("/operator/audit/check", follow_redirects=True).text


def test_who_may_not_read_it_does_not(portal):
    for address in ("/operator/audit", "/operator/audit/export.csv"):
        assert portal("support").get(address).status_code == 403
