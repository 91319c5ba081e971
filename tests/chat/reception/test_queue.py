"""A waiting visitor's place, and an honest time."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from cast import count
from redis.exceptions import RedisError

from chat.conversations.assignment import Assignment
from chat.conversations.conversations import Conversation
from chat.reception import queue as queue_module
from chat.reception.queue import Pace, moved, queue, queue_of
from chat.visitors.visitors import Visitor
from core.clock import now
from core.db import db, transaction


def line_up(cast, number: int) -> list[Conversation]:
    """So many more visitors wait."""
    with transaction():
        return [Conversation.open_for(Visitor.recognise(None, cast.site), cast.site) for _ in range(number)]


def have_waited(cast, *seconds: int, place: int = 1, ago: timedelta = timedelta()) -> None:
    """So long others waited until an agent accepted them."""
    with transaction():
        for waited in seconds:
            at = now() - ago
            assignment = Assignment(
                conversation_id=cast.question.id,
                member_id=cast.adam.id,
                rule="hand",
                at=at,
                queued_at=at - timedelta(seconds=waited),
                place=place,
            )
            db.session.add(assignment)


def places_of(conversations: list[Conversation]) -> list[int]:
    return [queue_of(conversation)["place"] for conversation in conversations]


def test_the_next_one_is_first(cast):
    later = line_up(cast, 2)

    assert places_of([cast.question, *later]) == [1, 2, 3]


def test_places_move_up(cast):
    later = line_up(cast, 2)

    with transaction():
        cast.question.accept(cast.adam)

    assert queue_of(cast.question) is None
    assert places_of(later) == [1, 2]


def test_who_was_put_back_is_ahead_of_all_who_came_later(cast):
    later = line_up(cast, 2)
    with transaction():
        cast.question.accept(cast.adam)

    with transaction():
        cast.question.put_back("gone")

    assert places_of([cast.question, *later]) == [1, 2, 3]


def test_the_one_query_says_the_same(cast):
    conversations = [cast.question, *line_up(cast, 4)]

    assert [one.place for one in queue()] == places_of(conversations)
    assert [one.conversation_id for one in queue()] == [conversation.id for conversation in conversations]


def test_no_time_is_made_up(cast):
    have_waited(cast, 60, 60, 60, 60)

    assert Pace.now() is None
    assert queue_of(cast.question) == {"place": 1, "wait": None}


def test_the_time_is_that_of_the_middle_half_of_others(cast):
    have_waited(cast, 20, 40, 60, 80, 1000)

    assert queue_of(cast.question)["wait"] == {"from": 40, "to": 81}


def test_further_back_it_takes_longer(cast):
    have_waited(cast, 120, 120, 120, 120, 120, place=2)
    line_up(cast, 1)
    [_, third] = line_up(cast, 2)[0], line_up(cast, 1)[0]

    assert queue_of(cast.question)["wait"] == {"from": 60, "to": 61}
    assert queue_of(third)["wait"]["from"] == 60 * queue_of(third)["place"]


def test_who_was_served_at_once_never_waited(cast):
    have_waited(cast, 0, 0, 1, 1, 2, 2)

    assert Pace.now() is None


def test_what_was_long_ago_says_nothing(cast):
    have_waited(cast, 60, 60, 60, 60, 60, ago=timedelta(hours=3))

    assert Pace.now() is None


def test_an_accepted_visitor_tells_the_next_how_long_he_waited(cast):
    with transaction():
        cast.question.opened_at = now() - timedelta(seconds=90)
    with transaction():
        cast.question.accept(cast.adam)

    assignment = Assignment.last_of(cast.question.id)
    assert timedelta(seconds=90) <= assignment.at - assignment.queued_at < timedelta(seconds=120)
    assert assignment.place == 1


def test_what_was_put_back_is_no_measure(cast):
    with transaction():
        cast.question.accept(cast.adam)
        cast.question.put_back("gone")
        cast.question.accept(cast.nina)

    assert Assignment.last_of(cast.question.id).place is None


def test_only_who_moved_is_news(cast, app):
    app.extensions["redis"].delete(f"queue:{cast.acme.id}")
    later = line_up(cast, 3)
    assert moved(cast.acme) == []  # The reactions have told them already.

    app.extensions["redis"].hset(f"queue:{cast.acme.id}", later[1].id, 9)

    assert [(one.conversation_id, one.place) for one in moved(cast.acme)] == [(later[1].id, 3)]


def test_far_back_small_steps_are_not_worth_telling(cast, app):
    line_up(cast, 60)
    places = {one.place: one for one in queue()}

    with transaction():
        cast.question.close(cast.visitor)
        told = {int(id): int(place) for id, place in app.extensions["redis"].hgetall(f"queue:{cast.acme.id}").items()}
    after = {int(id): int(place) for id, place in app.extensions["redis"].hgetall(f"queue:{cast.acme.id}").items()}

    assert after[places[2].conversation_id] == 1
    assert after[places[15].conversation_id] == 14
    assert after[places[60].conversation_id] == told[places[60].conversation_id] == 60
    assert places[1].conversation_id not in after


def test_while_redis_is_away_nobody_hears(cast, monkeypatch):
    def away():
        raise RedisError

    monkeypatch.setattr(queue_module, "redis", away)

    assert moved(cast.acme) == []


@pytest.mark.parametrize("visitors", [500])
def test_five_hundred_take_few_queries(cast, visitors):
    with transaction():
        db.session.execute(sa.insert(Visitor), [{"key": str(number)} for number in range(visitors)])
        ids = db.session.scalars(sa.select(Visitor.id).where(Visitor.id != cast.visitor.id)).all()
        rows = [{"visitor_id": id, "site_id": cast.site.id} for id in ids]
        db.session.execute(sa.insert(Conversation), rows)
    asked = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))

    news = moved(cast.acme)

    assert count(Conversation) == visitors + 1
    assert len(news) == visitors
    assert len([statement for statement in asked if "conversation" in statement]) <= 2
