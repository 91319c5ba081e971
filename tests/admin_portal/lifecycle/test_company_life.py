"""What operators do to a company as a whole, through the portal's pages."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from letters import caught_for

from core.clock import now
from core.db import db, transaction
from core.jobs import run_due
from lifecycle.works import Work, do_work
from operators.audit import OperatorEntry
from operators.company_notes import CompanyNote
from tenants.companies.closing import Closing
from tenants.companies.company import Company
from tenants.companies.databases import connect
from tenants.people.members import Member

MANAGE = "/operator/companies/acme/manage"
WHY = {"reason": "Ticket 812", "form_key": "one"}


@pytest.fixture
def opal(cast, portal):
    return portal("owner", "Opal")


def company() -> Company:
    db.session.commit()
    db.session.expire_all()
    return Company.called("acme")


def deeds() -> list[str]:
    db.session.commit()
    return list(db.session.scalars(sa.select(OperatorEntry.action).order_by(OperatorEntry.id)))


def test_opens_a_company_whose_administrator_chooses_the_password(cast, opal):
    form = WHY | {
        "company_id": "tea-house",
        "name": "Teahouse",
        "administrator": "Mei",
        "email": "mei@tea.example",
        "language": "en",
    }

    for _twice in range(2):
        assert opal.post("/operator/openings", data=form).status_code == 302

    with Company.called("tea-house").entered():
        run_due()
        assert Member.known_as("mei@tea.example").password_hash is None
    [mail] = caught_for("mei@tea.example")
    assert "/invitations/" in mail.get_content()
    assert deeds() == ["company.opened"]


def test_an_opening_names_every_fault(cast, opal):
    page = opal.post("/operator/openings", data=WHY | {"company_id": "acme", "name": "", "email": "x", "administrator": "Mei"})

    assert page.status_code == 422
    assert all(text in page.text for text in ("This company ID is taken", "Enter an e-mail address", "Enter your company"))


def test_suspends_and_resumes_once_for_each_form(opal):
    for _twice in range(2):
        assert opal.post(f"{MANAGE}/suspension", data=WHY | {"told": "Your invoice is open."}).status_code == 302
    assert (company().status, company().suspended_because) == ("suspended", "Your invoice is open.")

    assert opal.post(f"{MANAGE}/suspension/end", data=WHY | {"form_key": "two"}).status_code == 302

    assert company().is_open
    assert deeds() == ["company.suspended", "company.resumed"]


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("suspension", {"told": "x"}),
        ("suspension/end", {}),
        ("name", {"name": "Other"}),
        ("closing", {"closes_on": "2999-01-01"}),
        ("exports", {}),
        ("erasure", {"typed": "acme"}),
        ("move", {"database": "north"}),
    ],
)
def test_nothing_happens_without_a_reason(opal, path, typed):
    assert opal.post(f"{MANAGE}/{path}", data=typed | {"form_key": "one"}).status_code == 422

    assert (company().status, company().name, Work.of(company()), deeds()) == ("open", "Acme", [], [])


@pytest.mark.parametrize(
    ("path", "typed", "says"),
    [
        ("suspension/end", {}, "This company is not suspended."),
        ("closing/end", {}, "was cancelled"),
        ("closing", {"closes_on": f"{(now() + timedelta(days=3)).date()}"}, "at least 14 days ahead"),
        ("closing", {"closes_on": "soon"}, "Enter a date like"),
        ("erasure", {"typed": "acme"}, "This company is open."),
        ("erasure", {"typed": "acne"}, "Type the company ID exactly"),
        ("move", {"database": "north"}, "cannot move there"),
    ],
)
def test_says_why_not(opal, path, typed, says):
    page = opal.post(f"{MANAGE}/{path}", data=WHY | typed)

    assert page.status_code in (409, 422)
    assert says in page.text
    assert deeds() == []


def test_renames_and_keeps_the_company_id(opal):
    opal.post(f"{MANAGE}/name", data=WHY | {"name": "Acme & Co"})

    assert (company().name, company().company_id) == ("Acme & Co", "acme")


def test_schedules_a_closing_and_takes_it_back(cast, opal):
    day = (now() + timedelta(days=20)).date()
    opal.post(f"{MANAGE}/closing", data=WHY | {"closes_on": f"{day}"})
    assert "will be closed" in opal.get(MANAGE).text
    with company().entered():
        run_due()
    assert any("will be closed" in mail["Subject"] for mail in caught_for("olga@acme.example"))

    opal.post(f"{MANAGE}/closing/end", data=WHY | {"form_key": "two"})

    assert Closing.of(company()) is None
    assert deeds() == ["company.closing_scheduled", "company.closing_cancelled"]


def test_makes_an_archive_and_notes_who_takes_it(opal):
    opal.post(f"{MANAGE}/exports", data=WHY)
    work = Work.under_way(company())
    db.session.commit()
    do_work(work.id)
    company()

    response = opal.get(f"{MANAGE}/exports/{work.id}")

    assert response.status_code == 200, response.text
    assert response.headers["Content-Disposition"].startswith("attachment; filename=acme-")
    assert response.data[:2] == b"PK"
    assert "Download" in opal.get(MANAGE).text
    assert deeds() == ["company.export_asked", "company.export_taken"]


def test_a_company_whose_tables_are_away_is_told_of_and_one_being_erased_too(app, cast, opal):
    help_page, schema = "/operator/companies/globex/help", cast.globex.schema.name
    db.session.commit()
    with connect(app.config["DATABASE_URL"]) as admin:
        admin.execute(f"ALTER SCHEMA {schema} RENAME TO away")
        try:
            away = [opal.get(help_page), opal.post("/operator/companies/globex/manage/name", data=WHY | {"name": "Globe"})]
        finally:
            admin.execute(f"ALTER SCHEMA away RENAME TO {schema}")
    with transaction():
        Company.called("globex").begin_to_erase()
    erased = opal.post(f"{help_page}/access", data=WHY | {"member": cast.eve.id})

    assert [answer.status_code for answer in (*away, erased)] == [503, 503, 409]
    assert all(f"schema {schema} in the database main" in answer.text for answer in away)
    assert "Globex is being erased" in erased.text
    assert Company.called("globex").name == "Globex"
    assert deeds() == []


def test_the_dangerous_wants_the_second_factor_again(app, opal):
    wanted = ("suspensions", "closings", "exports", "erasures", "moves")
    views = {name: view for name, view in app.view_functions.items() if name.startswith("admin_portal.")}

    assert all(view.wants_proof for name, view in views.items() if name.split(".")[1] in wanted)


def test_notes_are_pinned_changed_by_who_wrote_them_and_taken_away(cast, opal, portal):
    timeline = "/operator/companies/acme/timeline"
    for _twice in range(2):
        opal.post("/operator/companies/acme/notes", data={"text": "Calls on Mondays", "form_key": "note"})
    [note] = CompanyNote.of(company())
    opal.post(f"/operator/companies/acme/notes/{note.id}/pin")
    opal.post(f"/operator/companies/acme/notes/{note.id}", data={"text": "Calls on Tuesdays"})
    sam = portal("support", "Sam")

    assert sam.post(f"/operator/companies/acme/notes/{note.id}", data={"text": "x"}).status_code == 409
    assert "Calls on Tuesdays" in sam.get(timeline).text
    sam.post(f"/operator/companies/acme/notes/{note.id}/delete")
    assert CompanyNote.of(company()) == []
    assert deeds() == ["note.written", "note.pinned", "note.changed", "note.deleted"]


def test_another_companys_note_is_not_found(cast, opal):
    with transaction():
        note = CompanyNote.write(cast.globex, opal.operator, "about Globex")

    assert opal.get(f"/operator/companies/acme/notes/{note.id}").status_code == 404


def test_the_timeline_tells_everything_newest_first_and_as_a_file(opal):
    opal.post(f"{MANAGE}/suspension", data=WHY | {"told": "x"})
    opal.post("/operator/companies/acme/notes", data={"text": "Calls on Mondays", "form_key": "note"})

    page = opal.get("/operator/companies/acme/timeline").text
    assert page.index("Calls on Mondays") < page.index("Company suspended") < page.index("Opened")
    assert "Ticket 812" in opal.get("/operator/companies/acme/timeline/export.csv").text
    assert opal.get("/operator/companies/acme/timeline?before=nonsense").status_code == 200
    export = re.search(r'href="([^"]+export.csv[^"]*)"', opal.get("/operator/companies/acme/timeline?kind=notes").text)[1]
    assert "Calls on Mondays" in opal.get(export).text
    assert "Ticket 812" not in opal.get(export).text


def test_who_may_not_see_money_reads_nothing_of_it_there(cast, opal, portal):
    assert 'value="orders"' in opal.get("/operator/companies/acme/timeline").text
    with transaction():
        from billing.orders import place_order

        order = place_order(cast.acme, {"style_voucher": 1}, "CNY")

    assert order.order_no in opal.get("/operator/companies/acme/timeline").text
    assert order.order_no not in portal("support", "Sam").get("/operator/companies/acme/timeline").text
