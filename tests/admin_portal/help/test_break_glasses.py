"""Looking inside without consent: two operators, an hour, and the company's administrators are told at once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from parallel import in_parallel
from visiting import come_in, form

from core.clock import now
from core.db import db, transaction
from operators.audit import OperatorEntry
from operators.break_glass import BreakGlass, GlassDecided, NeedsSecondOperator
from operators.operator import Operator
from tenants.audit.audit import AuditEntry
from tenants.companies.settings import Settings

ASK = "/operator/companies/acme/break-glass"


@pytest.fixture
def ole(cast, portal):
    return portal("operations", "Ole")


@pytest.fixture
def mia(cast, portal):
    return portal("operations", "Mia")


@pytest.fixture
def glass(ole) -> BreakGlass:
    """What Ole has asked for."""
    assert ole.post(ASK, data=form()).status_code == 302
    db.session.commit()
    return BreakGlass.latest()[0]


def approve(browser, glass):
    return browser.post(f"/operator/looking-inside/{glass.id}", data={"answer": "approve"})


def test_a_second_operator_approves_and_the_first_looks_only(cast, ole, mia, glass, mailed):
    assert come_in(ole, "acme").status_code == 403
    assert approve(mia, glass).status_code == 302

    come_in(ole, "acme")

    assert "Adam" in ole.get("/manage/members").text
    assert ole.post("/manage/assignment", data={"assignment": "sales"}).status_code == 403
    assert Settings.current().assignment == "by_hand"
    told = next(mail for mail in mailed() if mail["To"] == "olga@acme.example" and "without your consent" in mail["Subject"])
    text = told.get_content()
    assert all(word in text for word in ("The chat window stays white", "T-812", "Ole", "Mia"))


def test_who_asked_does_not_approve_and_the_second_does_not_look(ole, mia, glass):
    assert approve(ole, glass).status_code == 409
    approve(mia, glass)

    assert come_in(mia, "acme").status_code == 403


def test_support_may_neither_ask_nor_approve(cast, operator, glass):
    assert operator.post(ASK, data=form()).status_code == 403
    assert approve(operator, glass).status_code == 403


def test_two_who_approve_at_once_and_the_asker_in_another_tab(app, cast, portal, ole, mia, glass):
    third = portal("owner", "Kim")
    ids = [mia.operator.id, third.operator.id, ole.operator.id]

    def deciding(id):
        return lambda: BreakGlass.numbered(glass.id).approve(db.session.get_one(Operator, id))

    answers = in_parallel(app, cast.acme, [deciding(id) for id in ids])

    assert sorted(type(answer).__name__ for answer in answers) == sorted(
        ["NoneType", GlassDecided.__name__, NeedsSecondOperator.__name__]
    )
    cast.refresh()
    assert BreakGlass.numbered(glass.id).decided_by_id in ids[:2]
    assert len(AuditEntry.before(None, "support.glass_broken")) == 1


def test_the_database_refuses_one_who_approves_himself(cast, ole, glass):
    with pytest.raises(sa.exc.IntegrityError), transaction():
        row = BreakGlass.numbered(glass.id)
        row.decided_by_id, row.approved_at = ole.operator.id, now()


def test_is_over_after_an_hour_and_lapses_unapproved(cast, ole, mia, glass):
    with time_machine.travel(now() + timedelta(minutes=61), tick=False):
        assert glass.state == "lapsed"
        assert BreakGlass.broken_by(ole.operator, cast.acme) is None
    approve(mia, glass)

    cast.refresh()
    with time_machine.travel(now() + timedelta(minutes=61), tick=False):
        assert BreakGlass.broken_by(ole.operator, cast.acme) is None
        assert BreakGlass.numbered(glass.id).state == "expired"


def test_ending_it_ends_the_visit(cast, operator, ole, mia, glass):
    approve(mia, glass)
    come_in(ole, "acme")

    operator.post(f"/operator/looking-inside/{glass.id}/end")

    assert ole.get("/manage/members").status_code == 410
    assert AuditEntry.before(None, "support.glass_closed")[0].author == "Platform operator Otto"


def test_both_logs_have_it_all(cast, ole, mia, glass):
    approve(mia, glass)
    come_in(ole, "acme")

    cast.refresh()
    actions = db.session.scalars(
        sa.select(OperatorEntry.action).where(OperatorEntry.company_id == cast.acme.id).order_by(OperatorEntry.seq)
    )
    assert list(actions) == ["support.glass_asked", "support.glass_broken", "support.visit_began"]
    entry = AuditEntry.before(None, "support.glass_broken")[0]
    assert (entry.author, entry.details["asked_by"]) == ("Platform operator Mia", "Ole")


def test_the_list_shows_requests_consents_and_visits(cast, ole, mia, glass):
    approve(mia, glass)
    come_in(ole, "acme")

    page = mia.get("/operator/looking-inside").text

    assert all(word in page for word in ("Ole + Mia", "in force", "Inside now", "The chat window stays white"))
    assert "acme,Ole" in mia.get("/operator/looking-inside/visits.csv").text
