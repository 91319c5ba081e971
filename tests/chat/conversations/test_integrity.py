"""Confirmations, gaps, and the line of each day."""

import logging
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from cast import count
from parallel import in_parallel

from chat.conversations import integrity
from chat.conversations.conversations import Conversation
from chat.conversations.integrity import Gap, IntegrityDay, check_companies
from chat.conversations.messages import Message
from chat.conversations.said import Said
from chat.visitors.visitors import Visitor
from core.db import db, transaction
from core.errors import BadRequest

DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def say(conversation: Conversation, seqs, at: datetime = NOON) -> None:
    with transaction():
        for seq in seqs:
            message = Message(conversation_id=conversation.id, seq=seq, client_id=uuid.uuid4(), author_kind="visitor",
                              author_id=conversation.visitor_id, body="hello", created_at=at)  # fmt: skip
            db.session.add(message)
            conversation.last_seq, conversation.last_message_at = seq, at


@pytest.fixture
def question(cast) -> Conversation:
    """A conversation that began before the day."""
    with transaction():
        cast.question.opened_at = NOON - timedelta(days=2)
    return cast.question


def another(cast) -> Conversation:
    with transaction():
        conversation = Conversation.open_for(Visitor.recognise(None, cast.site), cast.site)
        conversation.opened_at = NOON - timedelta(hours=1)
    return conversation


def line(day: date = DAY) -> dict:
    with transaction():
        found = IntegrityDay.check(day)
    names = ("conversations", "messages", "confirmed", "is_contiguous", "gaps", "holes")
    return {name: getattr(found, name) for name in names}


def report(conversation, after: int, before: int, by: str = "visitor") -> None:
    with transaction():
        Gap.report(conversation, by, after, before)


def alarms(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]


def test_confirming_goes_forward_and_never_beyond_what_was_said(cast, question):
    say(question, [1, 2, 3])

    for side, seq, visitor, team in (("visitor", 2, 2, 0), ("visitor", 1, 2, 0), ("team", 4, 2, 0), ("team", 3, 2, 3)):
        with transaction():
            question.confirm(side, seq)
        cast.refresh()
        told = question.as_dict()
        assert (told["visitor_confirmed_seq"], told["team_confirmed_seq"]) == (visitor, team)


def test_a_gap_that_is_none_was_only_not_told_in_time(cast, question, caplog):
    say(question, [1, 2, 3, 4])

    report(question, 1, 4)

    [gap] = db.session.scalars(sa.select(Gap))
    assert (gap.found_by, gap.after_seq, gap.before_seq, gap.missing) == ("visitor", 1, 4, 0)
    assert Gap.holes(since=NOON) == []
    assert alarms(caplog) == []


def test_numbers_that_are_truly_missing_raise_the_alarm_once(cast, question, caplog):
    say(question, [1, 2, 5])

    report(question, 2, 5, by="team")
    report(question, 2, 5, by="team")

    assert [gap.missing for gap in Gap.holes(since=NOON)] == [2]
    [alarm] = alarms(caplog)
    assert f"company={cast.acme.id} conversation={question.id} after=2 before=5 missing=2" in alarm


@pytest.mark.parametrize(("after", "before"), [(0, 0), (0, 1), (2, 2), (3, 1), (0, 5), (-1, 2), (0, 2**62)])
def test_what_cannot_be_a_gap_is_refused(cast, question, after, before):
    say(question, [1, 2, 3])

    with pytest.raises(BadRequest):
        report(question, after, before)

    assert count(Gap) == 0


def test_who_reports_without_end_is_heard_for_a_while(cast, question, monkeypatch):
    monkeypatch.setattr(integrity, "REPORTS", "3 per 10 minutes")
    say(question, range(1, 10))

    for after in range(6):
        report(question, after, after + 2)

    assert count(Gap) == 3


def test_a_day_in_one_line(cast, question):
    quiet, other = another(cast), another(cast)
    say(question, [1, 2], NOON - timedelta(days=1))
    say(question, [3], NOON)
    say(other, [1, 2], NOON)
    say(quiet, [1], NOON + timedelta(days=1))
    with transaction():
        question.confirm("visitor", 3)
        question.confirm("team", 3)
        other.confirm("visitor", 2)
        db.session.add(Gap(conversation_id=other.id, found_by="team", after_seq=0, before_seq=2, missing=0, found_at=NOON))

    assert line() == {
        "conversations": 2, "messages": 3, "confirmed": 1, "is_contiguous": True, "gaps": 1, "holes": 0,
    }  # fmt: skip


def test_what_is_said_the_next_day_must_not_be_confirmed_for_this_one(cast, question):
    say(question, [1], NOON)
    with transaction():
        question.confirm("visitor", 1)
        question.confirm("team", 1)
    say(question, [2], NOON + timedelta(days=1))

    assert line()["confirmed"] == 1


def test_a_second_check_gives_the_same_line(cast, question):
    say(question, [1], NOON)
    first = line()

    say(another(cast), [1], NOON)

    assert line() == first
    assert count(IntegrityDay) == 1


def test_many_checks_at_once_give_one_line(app, cast, question):
    say(question, [1, 2], NOON)

    lines = in_parallel(app, cast.acme, [lambda: IntegrityDay.check(DAY).messages] * 6)

    assert lines == [2] * 6
    assert count(IntegrityDay) == 1


@pytest.mark.parametrize(
    ("seqs", "last_seq", "missing"),
    [([1, 3], 3, 1), ([2, 3], 3, 1), ([1, 2], 3, 1), ([], 2, 2), ([1, 2, 3], 2, 1)],
    ids=["in the middle", "at the beginning", "at the end", "all", "one too many"],
)
def test_finds_every_kind_of_hole(cast, question, caplog, seqs, last_seq, missing):
    say(question, seqs)
    with transaction():
        question.last_seq, question.last_message_at = last_seq, NOON

    found = line()

    assert (found["is_contiguous"], found["holes"]) == (False, 1)
    assert [(gap.found_by, gap.missing) for gap in Gap.holes(since=NOON)] == [("check", missing)]
    assert len(alarms(caplog)) == 1


def test_days_are_the_companys_own(cast, question):
    with transaction():
        cast.acme.time_zone = "Asia/Shanghai"
    say(question, [1], datetime(2026, 11, 19, 16, 30, tzinfo=UTC))
    say(question, [2], datetime(2026, 11, 20, 15, 30, tzinfo=UTC))
    say(question, [3], datetime(2026, 11, 20, 16, 30, tzinfo=UTC))

    assert line()["messages"] == 2


def test_the_nightly_check_writes_every_day_that_is_missing(cast, question, monkeypatch):
    with transaction():
        cast.acme.created_at = NOON - timedelta(days=3)
    say(question, [1], NOON)

    at(monkeypatch, datetime(2026, 11, 21, 0, 30, tzinfo=UTC))
    check_companies()
    assert [one.day for one in IntegrityDay.since(DAY)] == []

    at(monkeypatch, datetime(2026, 11, 21, 2, tzinfo=UTC))
    check_companies()
    check_companies()
    assert [(one.day.day, one.messages) for one in IntegrityDay.since(date(2026, 11, 1))] == [
        (20, 1), (19, 0), (18, 0), (17, 0),
    ]  # fmt: skip


def test_a_company_that_cannot_be_checked_does_not_keep_the_others_waiting(cast, question, monkeypatch, caplog):
    at(monkeypatch, datetime(2026, 11, 21, 2, tzinfo=UTC))
    for company in (cast.acme, cast.globex):
        with company.entered() as company, transaction():
            company.created_at = NOON - timedelta(days=1)
    with transaction():
        cast.acme.time_zone = "Nowhere/Nothing"

    check_companies()

    assert f"integrity not checked company={cast.acme.id}" in "".join(alarms(caplog))
    with cast.globex.entered():
        assert count(IntegrityDay) == 2


def test_the_night_makes_findable_what_others_have_closed(cast, question, monkeypatch):
    say(question, [1], NOON)
    with transaction():
        question.closed_at = NOON

    check_companies()

    assert db.session.get(Said, question.id).pieces


def at(monkeypatch, moment: datetime) -> None:
    monkeypatch.setattr(integrity, "now", lambda: moment)
