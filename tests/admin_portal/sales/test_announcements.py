"""An operator writes, publishes and ends what companies' people read."""

from datetime import timedelta

import pytest

from core.clock import now
from core.db import db
from operators.audit import OperatorEntry
from tenants.platform.announcements import Announcement

TEXTS = {"text_en": "New prices", "text_zh_Hans": "新价格", "text_zh_Hant": "新價格"}


@pytest.fixture
def operator(cast, portal):
    return portal("operations")


def write(operator, **more):
    form = {**TEXTS, "level": "info", "may_be_dismissed": "yes", "form_key": "k1", "deed": "publish", **more}
    return operator.post("/operator/announcements", data=form)


def deeds() -> list[str]:
    return list(db.session.scalars(db.select(OperatorEntry.action).order_by(OperatorEntry.id)))


def test_writes_and_publishes(operator):
    answer = write(operator, companies="acme\nglobex", administrators_only="yes", ends_at="2099-01-01T08:00")

    announcement = db.session.scalars(db.select(Announcement)).one()
    page = operator.get(answer.location).text
    assert (announcement.state, announcement.written_by) == ("running", "Operations")
    assert announcement.texts == {"en": "New prices", "zh_Hans": "新价格", "zh_Hant": "新價格"}
    assert "新價格" in page
    assert "2 companies" in page
    assert deeds()[-2:] == ["announcement.written", "announcement.published"]


def test_sent_twice_it_is_written_once(operator):
    assert write(operator).location == write(operator).location
    assert db.session.scalar(db.select(db.func.count()).select_from(Announcement)) == 1


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        ({"text_zh_Hant": ""}, "text_zh_Hant"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"companies": "acme nobody"}, "companies"),
        ({"begins_at": "2099-01-02T08:00", "ends_at": "2099-01-01T08:00"}, "ends_at"),
        ({"ends_at": "2001-01-01T08:00"}, "ends_at"),
        ({"begins_at": "soon"}, "begins_at"),
    ],
)
def test_says_what_is_wrong_and_keeps_what_was_typed(operator, odd, field):
    answer = write(operator, **odd)

    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
    assert "新价格" in answer.text
    assert db.session.scalar(db.select(Announcement.id)) is None


def test_in_one_language_it_needs_that_text_only(operator):
    write(operator, language="zh_Hans", text_en="", text_zh_Hant="")

    assert db.session.scalars(db.select(Announcement)).one().texts == {"zh_Hans": "新价格"}


def test_a_draft_is_published_later_and_ended(operator):
    address = write(operator, deed="draft").location
    announcement = db.session.scalars(db.select(Announcement)).one()
    assert announcement.state == "draft"

    operator.post(f"{address}/publication")
    db.session.refresh(announcement)
    assert announcement.state == "running"
    operator.post(f"{address}/publication/end")

    db.session.refresh(announcement)
    assert announcement.state == "ended"
    assert deeds()[-3:] == ["announcement.written", "announcement.published", "announcement.ended"]


def test_what_is_still_to_come_is_changed_taken_back_and_discarded(operator):
    begins = f"{now() + timedelta(days=3):%Y-%m-%dT%H:%M}"
    address = write(operator, begins_at=begins).location
    operator.post(address, data={**TEXTS, "text_en": "Newer prices", "begins_at": begins})
    announcement = db.session.scalars(db.select(Announcement)).one()
    assert (announcement.texts["en"], announcement.state) == ("Newer prices", "planned")

    operator.post(f"{address}/publication/end")
    db.session.refresh(announcement)
    assert announcement.state == "draft"
    operator.post(f"{address}/removal")

    assert db.session.scalar(db.select(Announcement.id)) is None


def test_what_runs_cannot_be_changed(operator):
    address = write(operator).location

    answer = operator.post(address, data={**TEXTS, "text_en": "Other"})

    assert answer.status_code == 409
    assert db.session.scalars(db.select(Announcement)).one().texts["en"] == "New prices"


def test_lists_by_state_and_exports_what_it_shows(operator):
    write(operator)
    write(operator, form_key="k2", deed="draft", text_en="A draft")

    drafts = operator.get("/operator/announcements?state=draft").text
    file = operator.get("/operator/announcements/export.csv?state=running").text

    assert "A draft" in drafts
    assert "New prices" not in drafts
    assert "New prices" in file
    assert "A draft" not in file
