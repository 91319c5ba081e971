"""Seeing why work failed, and having it done once more, or never."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from billing.stripe_events import StripeEvent
from core.clock import now
from core.db import db, transaction
from core.jobs import GivenUp, OutboxRow, job
from operators.audit import OperatorEntry
from operators.mails import OperatorMail
from operators.sessions import OperatorSession
from sms.messages import Sms
from tenants.companies.failures import FailedWork

REASON = "the mail server is back"


@job
def write_home() -> None:
    """Never run here."""


@pytest.fixture
def failed(cast) -> FailedWork:
    with transaction():
        row = OutboxRow(job="write_home", arguments={"name": "SECRET"}, given_up_at=now(), tries=8, last_error="SECRET")
        db.session.add(row)
        db.session.flush()
        FailedWork.note(GivenUp(row.id, "write_home", 8, "OSError at core/mail.py:86"))
    return db.session.scalars(sa.select(FailedWork)).one()


@pytest.fixture
def dead(cast) -> StripeEvent:
    with transaction():
        event = StripeEvent(id="evt_1", type="invoice.paid", object_id="in_1", happened_at=now(), received_at=now() - timedelta(days=4),
                            status="dead", tries=40, last_error="KeyError('x')")  # fmt: skip
        db.session.add(event)
    return event


def decision(browser, *picks: str) -> dict:
    """The form, filled in, as the page shows it."""
    page = browser.get("/operator/failures/decision", query_string={"pick": picks}).text
    key = re.search(r'name="form_key" value="([^"]+)"', page)[1]
    return {"pick": re.findall(r'name="pick" value="([^"]+)"', page), "form_key": key, "reason": REASON}


def row_of(failed: FailedWork) -> OutboxRow:
    db.session.commit()
    db.session.expire_all()
    return db.session.get_one(OutboxRow, failed.outbox_id)


def deeds(*actions: str) -> list[OperatorEntry]:
    return list(db.session.scalars(sa.select(OperatorEntry).where(OperatorEntry.action.in_(actions))))


def test_is_listed_without_what_it_was_about(cast, failed, portal):
    page = portal("support").get("/operator/failures").text

    assert "write_home" in page
    assert "OSError at core/mail.py:86" in page
    assert "SECRET" not in page
    assert "acme" in page


def test_is_found_by_its_error_and_taken_away_as_a_file(cast, failed, portal):
    browser = portal("support")

    assert "write_home" in browser.get("/operator/failures?search=oserror").text
    assert "write_home" not in browser.get("/operator/failures?search=nothing-of-it").text
    assert "write_home" in browser.get("/operator/failures/export.csv").text


def test_is_replayed_once_though_the_form_is_sent_twice(cast, failed, portal):
    browser = portal("operations")
    form = decision(browser, f"work:{failed.id}:1")

    first = browser.post("/operator/failures/replay", data=form)
    second = browser.post("/operator/failures/replay", data=form)

    assert (first.status_code, second.status_code) == (302, 302)
    row = row_of(failed)
    assert (row.given_up_at, row.tries) == (None, 0)
    [deed] = deeds("work.replayed")
    assert (deed.company_id, deed.reason, deed.subject) == (cast.acme.id, REASON, f"work:{failed.id}")


def test_two_pages_open_at_once_replay_it_once(cast, failed, portal):
    browser = portal("operations")
    forms = [decision(browser, f"work:{failed.id}:1") for _ in range(2)]

    for form in forms:
        browser.post("/operator/failures/replay", data=form)

    assert len(deeds("work.replayed")) == 1
    assert "was left alone" in browser.get("/operator/failures").text


def test_wants_a_reason(cast, failed, portal):
    browser = portal("operations")

    answer = browser.post("/operator/failures/replay", data=decision(browser, f"work:{failed.id}:1") | {"reason": " "})

    assert answer.status_code == 422
    assert row_of(failed).given_up_at is not None


def test_wants_the_second_factor(cast, failed, portal):
    browser = portal("operations")
    with transaction():
        session = OperatorSession.of_token(browser.get_cookie("laike-operator").value)
        session.proved_at -= timedelta(hours=1)

    browser.post("/operator/failures/replay", data={"pick": f"work:{failed.id}:1", "reason": REASON, "form_key": "k"})

    assert row_of(failed).given_up_at is not None


def test_a_batch_of_all_kinds_is_discarded(cast, failed, dead, portal):
    with transaction():
        sms = Sms(company_id=cast.acme.id, key="k", purpose="trial", number="+886912345678", shown_text="SECRET", sealed_text=None,
                  segments=1, credits=0, reference=uuid4(), tries=2, due_at=now() + timedelta(hours=1), reason="away")  # fmt: skip
        db.session.add(sms)
    browser = portal("operations")
    page = browser.get("/operator/failures?of=sms").text
    assert "886912345678" not in page
    assert "SECRET" not in page

    browser.post("/operator/failures/discard", data=decision(browser, f"work:{failed.id}:1", "stripe:evt_1:40"))

    assert row_of(failed).done_at is None
    assert {deed.subject for deed in deeds("work.discarded")} == {f"work:{failed.id}", "stripe:evt_1"}
    assert db.session.get_one(StripeEvent, "evt_1").status == "ignored"


def test_a_dead_event_is_worked_off_anew(cast, dead, portal):
    browser = portal("operations")

    browser.post("/operator/failures/replay", data=decision(browser, "stripe:evt_1:40"))

    db.session.commit()
    db.session.expire_all()
    event = db.session.get_one(StripeEvent, "evt_1")
    assert event.status == "new"
    assert now() - event.received_at < timedelta(minutes=1)


def test_a_mail_to_an_operator_is_sent_after_all_or_never(cast, portal):
    browser = portal("operations")
    with transaction():
        mails = [
            OperatorMail(operator_id=browser.operator.id, kind="changed", details={}, given_up_at=now(), tries=8) for _ in "ab"
        ]
        db.session.add_all(mails)
    assert "changed" in browser.get("/operator/failures?of=letter").text

    browser.post("/operator/failures/replay", data=decision(browser, f"letter:{mails[0].id}:8"))
    browser.post("/operator/failures/discard", data=decision(browser, f"letter:{mails[1].id}:8"))

    db.session.commit()
    db.session.expire_all()
    [left] = db.session.scalars(sa.select(OperatorMail))
    assert (left.id, left.given_up_at, left.tries) == (mails[0].id, None, 0)


def test_an_sms_is_tried_now_instead_of_later(cast, portal):
    with transaction():
        sms = Sms(company_id=cast.acme.id, key="k", purpose="trial", number="", shown_text="", sealed_text=None, segments=1,
                  credits=0, reference=uuid4(), tries=2, due_at=now() + timedelta(hours=1))  # fmt: skip
        db.session.add(sms)
    browser = portal("operations")

    browser.post("/operator/failures/replay", data=decision(browser, f"sms:{sms.id}:2"))

    db.session.commit()
    db.session.expire_all()
    assert db.session.get_one(Sms, sms.id).due_at <= now()


@pytest.mark.parametrize("pick", ["", "work", "work:x:1", "work:999999:1", "nothing:1:1", "stripe:evt_none:0", "work:1:x"])
def test_what_there_is_not_is_left_out(cast, portal, pick):
    browser = portal("operations")

    assert browser.get("/operator/failures/decision", query_string={"pick": pick}).status_code == 200
    browser.post("/operator/failures/replay", data={"pick": pick, "reason": REASON, "form_key": "k"})

    assert deeds("work.replayed") == []


def test_one_company_shows_its_jobs_and_nothing_that_is_its_own(cast, failed, portal):
    page = portal("support").get("/operator/companies/acme/jobs").text

    assert "write_home" in page
    assert "SECRET" not in page
    assert "write_home" not in portal("support").get("/operator/companies/globex/jobs").text
