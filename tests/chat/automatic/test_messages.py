"""What is said by itself, each once, to the second."""

import threading
import uuid
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa
from parallel import in_parallel
from queueing import agent_of, ask, come_online

from chat.automatic import messages as automatic_messages
from chat.automatic.messages import AutomaticMessage, say_due, say_due_in
from chat.conversations.assignment import Assignment
from chat.conversations.conversations import Conversation, as_dicts
from chat.conversations.drafts import Draft
from chat.conversations.messages import Message
from chat.conversations.posting import post_now
from chat.reception.absence import Absence
from chat.reception.returns import put_back_overdue
from chat.styles.prompts import OwnPrompts, Prompts
from chat.styles.styles import Style
from core.clock import now
from core.db import db, transaction
from tenants.companies.settings import Settings
from tenants.people.members import Member


@pytest.fixture
def talk(cast):
    """Adam is seated and has accepted the question."""
    come_online(cast.adam)
    with transaction():
        cast.question.accept(cast.adam)
    return cast.question


@pytest.fixture
def prompts(cast):
    """`prompts(greeting="Hello")` is how Acme's style speaks from now on."""

    def save(**texts) -> None:
        with transaction():
            Style(cast.site).save(Prompts(**texts), cast.olga)

    return save


@pytest.fixture
def administrator(settings):
    """Sees and ends everybody's connections."""
    with psycopg.connect(settings["DATABASE_URL"], autocommit=True) as connection:
        yield connection


def say(cast, conversation, author, text="Hello") -> None:
    kind = "member" if isinstance(author, Member) else "visitor"
    draft = Draft(cast.acme.id, cast.acme.place, conversation.id, str(uuid.uuid4()), (kind, author.id, author.name), text)
    with transaction():
        [outcome] = post_now(db.session.connection().connection.dbapi_connection, [draft])
    assert outcome.refusal is None


def pass_time(seconds: float) -> None:
    """Everything lies further back; then the alarm looks."""
    back = timedelta(seconds=seconds)
    with transaction():
        db.session.execute(sa.update(Message).values(created_at=Message.created_at - back))
        db.session.execute(sa.update(Conversation).values(accepted_at=Conversation.accepted_at - back))
        db.session.execute(sa.update(AutomaticMessage).values(at=AutomaticMessage.at - back))
    say_due()
    db.session.expire_all()


def heard(conversation) -> list[str]:
    """What was said by itself, in order."""
    mine = sa.select(Message.body).where(Message.conversation_id == conversation.id, Message.author_kind == "system")
    return list(db.session.scalars(mine.order_by(Message.seq)))


def test_M_01_who_is_accepted_is_greeted_at_once(cast, prompts):
    prompts(greeting="Hello {visitor}, this is {agent} of {company}.")
    come_online(cast.adam)

    with transaction():
        cast.question.accept(cast.adam)

    assert heard(cast.question) == ["Hello visitor, this is Adam of Acme."]


def test_M_01_by_his_name_only_who_has_given_it(cast, prompts):
    prompts(greeting="Hello {visitor}")
    with transaction():
        cast.visitor.name, cast.visitor.registered_at = "{agent} Li", now()
    come_online(cast.adam)

    with transaction():
        cast.question.accept(cast.adam)

    assert heard(cast.question) == ["Hello {agent} Li"]


def test_M_01_another_agent_greets_too_and_the_same_one_not_again(cast, talk, prompts):
    with transaction():
        talk.put_back("gone")
    prompts(greeting="I am {agent}.")
    come_online(cast.nina)

    for agent in (cast.adam, cast.nina, cast.adam):
        with transaction():
            talk.accept(agent)
        with transaction():
            talk.put_back("gone")

    assert heard(talk) == ["I am Adam.", "I am Nina."]


def test_M_06_thirty_seconds_after_the_connection_to_the_second(cast, talk, prompts):
    prompts(after_connect="Where shall we begin?")

    pass_time(28)
    assert heard(talk) == []

    pass_time(2)
    pass_time(60)
    assert heard(talk) == ["Where shall we begin?"]


def test_M_06_not_when_the_agent_has_written(cast, talk, prompts):
    prompts(after_connect="Where shall we begin?")
    say(cast, talk, cast.adam)

    pass_time(31)

    assert heard(talk) == []


def test_M_07_five_minutes_after_the_visitors_last_message_to_the_second(cast, talk, prompts):
    prompts(unanswered="{agent} will be with you soon.")
    say(cast, talk, cast.visitor)
    pass_time(200)
    say(cast, talk, cast.visitor)

    pass_time(298)
    assert heard(talk) == []

    pass_time(2)
    pass_time(900)
    assert heard(talk) == ["Adam will be with you soon."]


def test_M_07_tells_who_waits_in_the_companys_name(cast, prompts):
    prompts(unanswered="{agent} will be with you soon.")
    say(cast, cast.question, cast.visitor)

    pass_time(300)

    [message] = cast.question.messages_after(1)
    assert message.body == "Acme will be with you soon."
    assert message.as_dict()["author"] == {"kind": "system", "id": None, "name": "Acme"}


def test_M_08_fifteen_minutes_after_the_agents_last_message_it_says_goodbye_and_ends(cast, talk, prompts):
    prompts(no_reaction="We end here. Write again whenever you like.")
    say(cast, talk, cast.visitor)
    say(cast, talk, cast.adam)

    pass_time(898)
    assert (heard(talk), talk.is_open) == ([], True)

    pass_time(2)
    assert heard(talk) == ["We end here. Write again whenever you like."]
    assert talk.closed_by == {"kind": "system", "id": None, "name": ""}


def test_M_08_who_comes_back_begins_anew(cast, talk, prompts):
    prompts(no_reaction="Goodbye.")
    say(cast, talk, cast.adam)
    pass_time(900)

    again = ask(cast, cast.visitor)

    assert again.id != talk.id
    assert again.is_waiting


def test_M_08_not_when_the_visitor_has_answered_nor_when_it_waits(cast, talk, prompts):
    prompts(no_reaction="Goodbye.")
    say(cast, talk, cast.adam)
    say(cast, talk, cast.visitor)
    pass_time(2000)
    assert talk.is_open

    say(cast, talk, cast.adam)
    with transaction():
        talk.put_back("gone")
    pass_time(2000)
    assert talk.is_open


def test_M_08_an_agent_who_has_gone_offline_keeps_his_until_they_are_put_back(cast, talk, prompts):
    prompts(no_reaction="Goodbye.")
    say(cast, talk, cast.adam)
    with transaction():
        cast.acme.release_seat(cast.adam.id)

    pass_time(900)

    assert not talk.is_open


def test_M_09_an_empty_text_is_off(cast, talk, prompts):
    prompts(unanswered_minutes=1, no_reaction_minutes=1, after_connect_seconds=1)
    say(cast, talk, cast.visitor)
    pass_time(1000)
    say(cast, talk, cast.adam)
    pass_time(2000)

    assert heard(talk) == []
    assert talk.is_open
    assert say_due() is None


def test_M_10_repeats_at_most_so_often_and_anew_after_an_answer(cast, talk, prompts):
    prompts(repeated="One moment, please.", repeated_seconds=60, repeated_at_most=2)
    say(cast, talk, cast.visitor)

    pass_time(58)
    assert len(heard(talk)) == 0
    pass_time(2)
    assert len(heard(talk)) == 1
    pass_time(58)
    assert len(heard(talk)) == 1
    pass_time(2)
    assert len(heard(talk)) == 2
    pass_time(600)
    assert len(heard(talk)) == 2

    say(cast, talk, cast.adam)
    say(cast, talk, cast.visitor)
    pass_time(60)
    assert len(heard(talk)) == 3


def test_M_11_an_agent_says_it_in_his_own_words_on_every_computer(cast, talk, prompts):
    prompts(unanswered="The company's words.", no_reaction="The company's goodbye.")
    with transaction():
        OwnPrompts.keep(cast.adam, {"unanswered": "Adam's words."})
    say(cast, talk, cast.visitor)

    pass_time(300)
    say(cast, talk, cast.adam)
    pass_time(900)

    assert heard(talk) == ["Adam's words.", "The company's goodbye."]


def test_what_is_said_by_itself_is_no_answer(cast, talk, prompts):
    """The visitor's list line, his waiting time, and what is put back go by what people wrote."""
    prompts(unanswered="Soon.", unanswered_minutes=1)
    say(cast, talk, cast.visitor, "Is anybody there?")
    pass_time(60)
    assert heard(talk) == ["Soon."]

    [listed] = as_dicts([db.session.get_one(Conversation, talk.id)])
    assert listed["last_message"] == talk.as_dict()["last_message"]
    assert {"seq": 1, "text": "Is anybody there?", "author_kind": "visitor"}.items() <= listed["last_message"].items()
    with transaction():
        cast.acme.release_seat(cast.adam.id)
        db.session.add(Absence(member_id=cast.adam.id, since=now() - timedelta(hours=1)))
        put_back_overdue()
    assert agent_of(talk) is None


def test_a_greeting_does_not_make_an_answered_conversation_unanswered(cast, talk, prompts):
    prompts(greeting="Hello")
    say(cast, talk, cast.visitor)
    say(cast, talk, cast.adam)
    with transaction():
        # As after a transfer: it stands after the answer.
        talk.assigned_to = cast.nina
    say_due_in(talk.id)
    assert heard(talk)[-1] == "Hello"
    with transaction():
        db.session.add(Absence(member_id=cast.nina.id, since=now() - timedelta(hours=1)))
        put_back_overdue()

    assert agent_of(talk) == "Nina"


def test_an_automatic_reply_does_not_spare_an_agent_who_lets_a_visitor_wait(cast, prompts):
    prompts(greeting="Hello", unanswered="Soon.", unanswered_minutes=1)
    come_online(cast.adam, cast.nina)
    with transaction():
        Settings.current().answer_within_seconds = 60
        cast.question.assign(cast.adam, "turn")
    assert heard(cast.question) == ["Hello"]
    with transaction():
        db.session.execute(sa.update(Conversation).values(accepted_at=Conversation.accepted_at - timedelta(minutes=2)))
        db.session.execute(sa.update(Assignment).values(at=Assignment.at - timedelta(minutes=2)))
    with transaction():
        put_back_overdue()

    assert agent_of(cast.question) is None


def test_what_a_conversation_said_before_this_release_still_counts(cast, talk, prompts):
    prompts(no_reaction="Goodbye.")
    say(cast, talk, cast.adam)
    with transaction():
        db.session.execute(sa.update(Conversation).values(last_word_seq=None, answered_seq=0))

    pass_time(900)

    assert not talk.is_open


def test_many_alarms_and_processes_say_it_once(app, cast, talk, prompts):
    prompts(repeated="One moment.", unanswered="Soon.", unanswered_minutes=1)
    say(cast, talk, cast.visitor)
    with transaction():
        db.session.execute(sa.update(Message).values(created_at=now() - timedelta(minutes=2)))

    failures = [one for one in in_parallel(app, cast.acme, [say_due] * 6) if isinstance(one, Exception)]

    db.session.expire_all()
    assert failures == []
    assert sorted(heard(talk)) == ["One moment.", "Soon."]
    assert [message.seq for message in talk.messages_after(0)] == [1, 2, 3]


def test_an_answer_that_comes_first_is_seen_by_the_alarm_that_waited_for_it(app, cast, talk, prompts, administrator):
    prompts(unanswered="Soon.", unanswered_minutes=1)
    say(cast, talk, cast.visitor)
    with transaction():
        db.session.execute(sa.update(Message).values(created_at=now() - timedelta(minutes=2)))
    draft = Draft(cast.acme.id, cast.acme.place, talk.id, str(uuid.uuid4()), ("member", cast.adam.id, "Adam"), "Here I am")

    def look():
        with app.app_context(), cast.acme.entered():
            say_due()

    alarm = threading.Thread(target=look)
    with transaction():
        post_now(db.session.connection().connection.dbapi_connection, [draft])
        alarm.start()
        while administrator.execute("SELECT FROM pg_locks WHERE NOT granted").fetchone() is None:
            assert alarm.is_alive(), "it did not wait for the answer"
    alarm.join()

    db.session.expire_all()
    assert heard(talk) == []


def test_who_dies_between_the_message_and_the_commit_has_said_nothing_and_the_next_one_says_it(
    app, cast, talk, prompts, administrator, monkeypatch
):
    prompts(no_reaction="Goodbye.")
    say(cast, talk, cast.adam)
    with transaction():
        db.session.execute(sa.update(Message).values(created_at=now() - timedelta(hours=1)))
        db.session.execute(sa.update(Conversation).values(accepted_at=now() - timedelta(hours=1)))

    def post_and_die(connection, drafts):
        outcomes = post_now(connection, drafts)
        administrator.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])
        return outcomes

    with monkeypatch.context() as patched:
        patched.setattr(automatic_messages, "post_now", post_and_die)
        [died] = in_parallel(app, cast.acme, [say_due])
    assert isinstance(died, sa.exc.DBAPIError)
    assert heard(talk) == []

    say_due()

    db.session.expire_all()
    assert heard(talk) == ["Goodbye."]
    assert not talk.is_open


def test_says_when_to_look_again(cast, talk, prompts):
    prompts(after_connect="Well?", after_connect_seconds=10)
    assert 8 < (say_due() - now()).total_seconds() <= 10

    prompts(after_connect="Well?", after_connect_seconds=600)
    assert 18 < (say_due() - now()).total_seconds() <= 20

    with transaction():
        talk.close(cast.visitor)
    assert say_due() is None
