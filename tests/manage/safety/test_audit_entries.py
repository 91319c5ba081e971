from datetime import timedelta

import time_machine

from core.clock import now
from core.db import transaction
from tenants.audit import audit
from tenants.companies.databases import connect


def test_shows_who_did_what(cast, signed_in):
    with transaction():
        audit.note("seat.released", by=cast.adam, subject="member:3", ip="203.0.113.7", name="<b>Nina</b>")

    page = signed_in(cast.olga).get("/manage/audit").text

    assert "Seat released" in page
    assert "203.0.113.7" in page
    assert "&lt;b&gt;Nina&lt;/b&gt;" in page


def test_calls_a_name_after_what_bears_it(cast, signed_in):
    with transaction():
        audit.note("member.removed", by=cast.olga, name="Nina")
        audit.note("department.added", by=cast.olga, name="Repairs")

    page = signed_in(cast.olga).get("/manage/audit").text

    assert '<span class="quiet">Name:</span> Nina' in page
    assert '<span class="quiet">Department name:</span> Repairs' in page


def test_filters_and_pages(cast, signed_in):
    with transaction():
        for number in range(60):
            audit.note("role.changed", by=cast.adam, name=f"Role {number}")
        audit.note("role.added", by=cast.nina, name="Night shift")
    olga = signed_in(cast.olga)

    newest = olga.get("/manage/audit?action=role.changed").text
    older = olga.get(newest.rpartition('<a class="btn" href="')[2].partition('"')[0].replace("&amp;", "&")).text
    ninas = olga.get(f"/manage/audit?member={cast.nina.id}").text

    assert "Role 59<" in newest
    assert "Role 9<" not in newest
    assert "Role 9<" in older
    assert "Night shift" in ninas
    assert "Role 1<" not in ninas


def test_to_take_away(cast, signed_in):
    with transaction():
        audit.note("role.added", by=cast.nina, name="Night shift")
        audit.note("role.removed", by=cast.nina, name="=HYPERLINK(1)")
    olga = signed_in(cast.olga)

    rows = olga.get("/manage/audit/export.csv?action=role.added").text

    assert "Nina,Role added,,Role name: Night shift" in rows
    assert "HYPERLINK" not in rows
    assert olga.get("/manage/audit/export.xlsx").data[:2] == b"PK"


def test_is_filtered_by_day(cast, signed_in):
    with time_machine.travel(now() - timedelta(days=3), tick=True), transaction():
        audit.note("role.added", by=cast.nina, name="Night shift")

    since = (now() - timedelta(days=1)).date().isoformat()

    assert "Night shift" not in signed_in(cast.olga).get(f"/manage/audit?since={since}").text
    assert "Night shift" in signed_in(cast.olga).get(f"/manage/audit?until={since}").text


def test_says_whether_all_is_whole(app, cast, signed_in):
    with transaction():
        audit.note("role.added", by=cast.nina, name="Night shift")
    olga = signed_in(cast.olga)

    whole = olga.post("/manage/audit/check", follow_redirects=True).text
    with connect(app.config["DATABASE_URL"]) as connection:
        connection.execute(f"UPDATE {cast.acme.place.schema}.audit_entry SET action = 'role.changed'")
    broken = olga.post("/manage/audit/check", follow_redirects=True).text

    assert "as they were written" in whole
    assert "was tampered with at entry 1" in broken


def test_nonsense_filters_nothing(cast, signed_in):
    assert signed_in(cast.olga).get("/manage/audit?action=x&member=y&before=z").status_code == 200


def test_another_company_reads_its_own(cast, signed_in):
    with transaction():
        audit.note("role.added", by=cast.nina, name="Night shift")

    assert "Night shift" not in signed_in(cast.eve).get("/manage/audit").text


def test_an_agent_may_not_read(cast, signed_in):
    assert signed_in(cast.adam).get("/manage/audit").status_code == 403
