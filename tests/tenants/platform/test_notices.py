"""What a company's people are told: by whom, to whom, for how long; and put away for good."""

from datetime import timedelta

import pytest
import time_machine
from flask_babel import force_locale

from billing.grants import grant
from core.clock import now
from core.db import db, transaction
from core.errors import NotFound
from tenants.platform import notices
from tenants.platform.announcements import (
    Announcement,
    CannotBeChanged,
    announced,
    dismiss,
    published,
    tell_what_begins_and_ends,
)
from tenants.platform.notices import Notice, notices_now

TEXTS = {"en": "New prices", "zh_Hans": "新价格", "zh_Hant": "新價格"}


@pytest.fixture
def announce(context):
    """`announce(plan="free")` runs from now on, unless said otherwise."""

    def write(**about) -> Announcement:
        about = {"texts": TEXTS, "begins_at": now(), "written_by": "Omar", "key": str(now()), "published_at": now()} | about
        with transaction():
            announcement = Announcement(**about)
            db.session.add(announcement)
        published.forget()
        return announcement

    return write


def texts(reader, language: str = "en") -> list[str]:
    with force_locale(language):
        return [notice.text for notice in announced(reader)]


def test_a_source_that_fails_keeps_nobody_from_the_others(cast, monkeypatch, caplog):
    def broken(reader):
        raise RuntimeError("no words")

    def working(reader):
        return [Notice("maintenance", "Tonight", "warning"), Notice("suspension", "Closed", "danger")]

    monkeypatch.setattr(notices, "SOURCES", [broken, working])

    assert [notice.text for notice in notices_now(cast.olga)] == ["Closed", "Tonight"]
    assert "broken" in caplog.text


def test_is_read_in_the_readers_language(cast, announce):
    announce()

    assert [texts(cast.adam, language) for language in TEXTS] == [["New prices"], ["新价格"], ["新價格"]]


@pytest.mark.parametrize(
    ("about", "is_for_adam"),
    [
        ({"plan": "professional"}, True),
        ({"plan": "free"}, False),
        ({"language": "en"}, True),
        ({"language": "zh_Hans"}, False),
        ({"administrators_only": True}, False),
        ({"published_at": None}, False),
    ],
)
def test_is_for_whom_it_is_for(cast, announce, about, is_for_adam):
    with transaction():
        grant(cast.acme, "plan", {"plan": "professional", "rank": 1})
    announce(**about)

    assert texts(cast.adam) == (["New prices"] if is_for_adam else [])


def test_administrators_and_named_companies_are_told(cast, announce):
    announce(administrators_only=True, company_ids=[cast.acme.id])
    announce(company_ids=[cast.globex.id])

    assert texts(cast.olga) == ["New prices"]


def test_runs_from_its_beginning_to_its_end(cast, announce):
    begins = now() + timedelta(hours=1)
    announcement = announce(begins_at=begins, ends_at=begins + timedelta(hours=1))

    for moment, state, shown in [(0, "planned", []), (1, "running", ["New prices"]), (2, "ended", [])]:
        with time_machine.travel(begins + timedelta(hours=moment - 1), tick=False):
            published.forget()
            assert (announcement.state, texts(cast.adam)) == (state, shown)


def test_open_consoles_hear_when_the_clock_begins_and_ends_it(app, cast, announce, monkeypatch):
    told = []
    monkeypatch.setattr("console.notices.push", lambda room, name, data: told.append((room, name)))
    begins = now() + timedelta(hours=1)
    announce(begins_at=begins)

    for moment in (begins - timedelta(seconds=1), begins, begins + timedelta(minutes=5)):
        with time_machine.travel(moment, tick=False):
            tell_what_begins_and_ends()

    assert told == [("consoles", "notices_changed")]


def test_what_was_put_away_stays_away_from_who_put_it_away(cast, announce):
    announcement = announce()
    with transaction():
        dismiss(cast.adam, f"announcement:{announcement.id}")
        dismiss(cast.adam, f"announcement:{announcement.id}")

    assert texts(cast.adam) == []
    assert texts(cast.nina) == ["New prices"]


def test_what_must_be_seen_or_is_for_others_cannot_be_put_away(cast, announce):
    stays, foreign = announce(may_be_dismissed=False), announce(company_ids=[cast.globex.id])

    for notice_id in (f"announcement:{stays.id}", f"announcement:{foreign.id}", "announcement:x", "maintenance:1", ""):
        with pytest.raises(NotFound), transaction():
            dismiss(cast.adam, notice_id)
    assert texts(cast.adam) == ["New prices"]


def test_what_people_have_read_may_only_be_ended(cast, announce):
    announcement = announce()

    with pytest.raises(CannotBeChanged), transaction():
        announcement.change(texts={"en": "Other words"})
    with pytest.raises(CannotBeChanged), transaction():
        announcement.discard()
    with transaction():
        announcement.end()

    assert (announcement.state, announcement.texts, texts(cast.adam)) == ("ended", TEXTS, [])


def test_the_management_centre_shows_it_and_puts_it_away(cast, announce, signed_in):
    announcement = announce(level="warning", link="https://example.com/news")
    olga = signed_in(cast.olga)

    page = olga.get("/manage/members").text
    away = olga.post(f"/manage/notices/announcement:{announcement.id}/dismissal", data={"back": "/manage/members"})

    assert "band--warning" in page
    assert "https://example.com/news" in page
    assert away.location == "/manage/members"
    assert "New prices" not in olga.get("/manage/members").text
