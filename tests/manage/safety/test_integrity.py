import logging
from datetime import date, timedelta

import pytest

from chat.conversations.integrity import Gap, IntegrityDay
from core.clock import now
from core.db import db, transaction
from manage.safety.integrity import bars


@pytest.fixture
def yesterday(cast) -> date:
    """Acme's last checked day, with 12 messages."""
    day = (now() - timedelta(days=1)).date()
    with transaction():
        db.session.add(IntegrityDay(day=day, conversations=3, messages=12, confirmed=2, is_contiguous=True, gaps=1, holes=0))
    return day


@pytest.fixture
def hole(cast, caplog) -> None:
    caplog.set_level(logging.CRITICAL)
    with transaction():
        Gap.keep(cast.question.id, "check", 0, 9, missing=2)


def test_says_that_nothing_is_missing(cast, signed_in, yesterday):
    page = " ".join(signed_in(cast.olga).get("/manage/integrity").text.split())

    assert "No message is missing." in page
    assert "12 messages were checked" in page
    assert "2 of 3" in page
    assert 'class="bars__bar"' in page


def test_says_where_messages_are_missing(cast, signed_in, yesterday, hole):
    page = " ".join(signed_in(cast.olga).get("/manage/integrity").text.split())

    assert "Messages are missing in 1 place." in page
    assert "No message is missing." not in page
    assert f'<td class="numeric">{cast.question.id}</td>' in page


def test_before_the_first_night(cast, signed_in):
    assert "has not been checked yet" in signed_in(cast.olga).get("/manage/integrity").text


def test_the_days_as_a_table_to_take_away(cast, signed_in, yesterday):
    response = signed_in(cast.olga).get("/manage/integrity/export.csv")

    assert response.mimetype == "text/csv"
    assert f"{yesterday.isoformat()},3,12,2,Yes,1,0" in response.text


def test_home_speaks_of_it_only_when_something_is_missing(cast, signed_in, yesterday):
    assert "Messages are missing" not in signed_in(cast.olga).get("/manage").text


def test_home_leads_there_when_something_is_missing(cast, signed_in, hole):
    page = signed_in(cast.olga).get("/manage").text

    assert "Messages are missing in a conversation." in page
    assert "/manage/integrity" in page
    assert "Nothing is waiting for you." not in page


@pytest.mark.parametrize("path", ["/manage/integrity", "/manage/integrity/export.csv"])
def test_is_for_who_reads_the_audit_log(cast, signed_in, path):
    assert signed_in(cast.adam).get(path).status_code == 403


def test_another_company_sees_its_own(cast, signed_in, yesterday, hole):
    page = signed_in(cast.eve).get("/manage/integrity").text

    assert "has not been checked yet" in page
    assert "Messages are missing" not in page


def test_bars_grow_with_the_messages_and_show_what_broke(cast):
    first = date(2026, 11, 1)
    lines = [
        IntegrityDay(day=first, messages=100, is_contiguous=True),
        IntegrityDay(day=first + timedelta(days=3), messages=50, is_contiguous=False),
        IntegrityDay(day=first + timedelta(days=4), messages=0, is_contiguous=True),
    ]

    assert bars(lines, first) == [
        {"x": 0, "height": 40, "is_whole": True},
        {"x": 3, "height": 20, "is_whole": False},
        {"x": 4, "height": 0.5, "is_whole": True},
    ]
