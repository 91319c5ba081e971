"""Whose moment has come, and who is looked at."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from queueing import ask, come_online
from redis.exceptions import RedisError

from chat.automatic.alarm import KEY, Alarm, set_alarm
from chat.conversations.conversations import Conversation
from chat.conversations.drafts import Draft
from chat.conversations.messages import Message
from chat.conversations.posting import post_now
from chat.reception.rounds import look_everywhere
from chat.styles.prompts import Prompts
from chat.styles.styles import Style
from core.clock import now
from core.db import db, transaction


@pytest.fixture
def alarm(app):
    return Alarm(app)


@pytest.fixture
def talk(cast):
    """Adam has accepted the question, and Acme's style has something to say."""
    with transaction():
        Style(cast.site).save(Prompts(after_connect="Well?", unanswered="Soon.", no_reaction="Goodbye."), cast.olga)
    come_online(cast.adam)
    with transaction():
        cast.question.accept(cast.adam)
    return cast.question


def alarms(app) -> dict[int, float]:
    """In how many seconds each company is looked at."""
    here = app.extensions["redis"].zrange(KEY, 0, -1, withscores=True)
    return {int(id): score - now().timestamp() for id, score in here}


def heard(conversation) -> list[str]:
    db.session.expire_all()
    mine = sa.select(Message.body).where(Message.conversation_id == conversation.id, Message.author_kind == "system")
    return list(db.session.scalars(mine.order_by(Message.seq)))


def turn_back(seconds: float, app) -> None:
    back = timedelta(seconds=seconds)
    with transaction():
        db.session.execute(sa.update(Message).values(created_at=Message.created_at - back))
        db.session.execute(sa.update(Conversation).values(accepted_at=Conversation.accepted_at - back))
    for company_id in alarms(app):
        app.extensions["redis"].zincrby(KEY, -seconds, company_id)


def test_is_set_when_an_agent_accepts_and_says_it_to_the_second(app, cast, talk, alarm):
    alarm.look()
    assert 15 < alarms(app)[cast.acme.id] <= 20

    turn_back(20, app)
    alarm.look()
    assert heard(talk) == []
    assert 7 < alarms(app)[cast.acme.id] <= 10

    turn_back(10, app)
    alarm.look()
    assert heard(talk) == ["Well?"]


def test_a_clock_that_a_message_starts_is_seen_before_it_runs_out(app, cast, talk, alarm):
    """Posting tells the alarm nothing: it comes by in time."""
    draft = Draft(cast.acme.id, cast.acme.place, talk.id, str(uuid.uuid4()), ("visitor", cast.visitor.id, ""), "Hello?")
    with transaction():
        post_now(db.session.connection().connection.dbapi_connection, [draft])

    for _ in range(15):
        turn_back(20, app)
        alarm.look()

    assert heard(talk) == ["Well?", "Soon."]


def test_watches_by_itself_and_ends_when_it_is_told(app, cast, talk, alarm):
    turn_back(40, app)

    alarm.start()
    while not heard(talk):
        db.session.rollback()
    alarm.stop()

    assert heard(talk) == ["Well?"]


def test_looks_at_nobody_else(app, cast, talk, alarm):
    assert set(alarms(app)) == {cast.acme.id}


def test_goes_quiet_when_nobody_talks_and_is_set_again_by_the_next_visitor(app, cast, talk, alarm):
    with transaction():
        talk.close(cast.visitor)
    turn_back(20, app)
    alarm.look()
    assert alarms(app) == {}

    ask(cast)
    assert 15 < alarms(app)[cast.acme.id] <= 20


def test_a_company_that_says_nothing_costs_nothing(app, cast, alarm):
    ask(cast)
    turn_back(20, app)
    alarm.look()

    assert alarms(app) == {}


def test_hints_that_were_lost_are_made_good_by_the_next_minute(app, cast, talk, alarm):
    app.extensions["redis"].delete(KEY)
    turn_back(40, app)

    look_everywhere()
    alarm.look()

    assert heard(talk) == ["Well?"]


def test_new_texts_count_at_once(app, cast, talk, alarm):
    with transaction():
        Style(cast.site).save(Prompts(after_connect="What is it about?", after_connect_seconds=1), cast.olga)
    assert alarms(app)[cast.acme.id] <= 0
    turn_back(2, app)

    alarm.look()

    assert heard(talk) == ["What is it about?"]


def test_several_alarms_do_not_both_take_a_company(app, cast, talk):
    turn_back(40, app)

    one, other = Alarm(app), Alarm(app)
    one.look(), other.look()

    assert heard(talk) == ["Well?"]
    assert set(alarms(app)) == {cast.acme.id}


def test_is_set_to_the_earlier_of_two_moments(app, cast, context):
    set_alarm(cast.acme.id, now() + timedelta(seconds=5))
    set_alarm(cast.acme.id, now() + timedelta(seconds=50))

    assert 3 < alarms(app)[cast.acme.id] <= 5


def test_a_company_that_cannot_be_looked_at_is_tried_again_and_holds_up_nobody(app, cast, talk, alarm, monkeypatch):
    turn_back(40, app)
    set_alarm(cast.globex.id, now())
    with monkeypatch.context() as patched:
        patched.setattr("chat.automatic.alarm.say_due", _fails)
        alarm.look()

    assert all(3 < seconds <= 5 for seconds in alarms(app).values())
    assert set(alarms(app)) == {cast.acme.id, cast.globex.id}


def test_a_suspended_company_says_nothing(app, cast, talk, alarm):
    with transaction():
        cast.acme.suspend("unpaid")
    turn_back(40, app)

    alarm.look()

    assert heard(talk) == []


def test_accepting_works_while_redis_is_away(cast, monkeypatch):
    come_online(cast.adam)
    with transaction():
        Style(cast.site).save(Prompts(greeting="Hello"), cast.olga)
    monkeypatch.setattr("chat.automatic.alarm.redis", _away)

    with transaction():
        cast.question.accept(cast.adam)

    assert heard(cast.question) == ["Hello"]


def test_while_redis_is_away_each_minute_says_what_is_due(app, cast, talk, monkeypatch):
    turn_back(40, app)
    monkeypatch.setattr("chat.automatic.alarm.redis", _away)

    look_everywhere()

    assert heard(talk) == ["Well?"]


def _fails():
    raise ValueError("broken")


def _away():
    raise RedisError("away")
