"""What goes back into the queue, and what does not."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from parallel import in_parallel
from queueing import agent_of, ask, come_online, end, why
from redis.exceptions import RedisError

from chat.conversations.conversations import Conversation
from chat.conversations.drafts import Draft
from chat.conversations.posting import post_now
from chat.reception.absence import Absence
from chat.reception.returns import put_back_overdue
from chat.reception.rounds import MinutePassed, look_after, look_everywhere
from chat.visitors.presence import set_presence
from core.clock import now
from core.db import db, record, transaction
from core.jobs import OutboxRow, run_due
from tenants.companies.settings import Settings
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.people.seats import SeatsUnknown


@pytest.fixture
def talk(cast):
    """Adam is seated and has accepted the question."""
    come_online(cast.adam)
    with transaction():
        cast.question.accept(cast.adam)
    return cast.question


def say(cast, conversation, author) -> str | None:
    """Why a message was refused, or None if it was posted."""
    kind = "member" if isinstance(author, Member) else "visitor"
    draft = Draft(cast.acme.id, cast.acme.place, conversation.id, str(uuid.uuid4()), (kind, author.id, author.name), "Hello")
    with transaction():
        [outcome] = post_now(db.session.connection().connection.dbapi_connection, [draft])
    return outcome.refusal


def leave(cast, member) -> None:
    """His console is gone, and somebody has noticed."""
    with transaction():
        cast.acme.release_seat(member.id)


def pass_time(minutes: float) -> None:
    """Everything that was noted lies further back, and the minute comes by."""
    back = timedelta(minutes=minutes)
    with transaction():
        db.session.execute(sa.update(Absence).values(since=Absence.since - back))
        db.session.execute(sa.update(Conversation).values(accepted_at=Conversation.accepted_at - back))
        db.session.execute(sa.update(OutboxRow).values(due_at=OutboxRow.due_at - back))
    look_everywhere()
    db.session.expire_all()


def test_who_waits_for_an_agent_who_has_gone_waits_in_the_queue_again(cast, talk):
    say(cast, talk, cast.visitor)
    leave(cast, cast.adam)

    pass_time(2)
    assert agent_of(talk) == "Adam"

    pass_time(1)
    assert talk.state == "waiting"
    assert talk.as_dict()["member"] is None
    assert talk.queued_at > talk.opened_at
    assert why(talk).returned_because == "gone"


def test_the_company_says_how_long_it_waits(cast, talk):
    with transaction():
        Settings.current().return_after_minutes = 10
    leave(cast, cast.adam)

    pass_time(9)
    assert agent_of(talk) == "Adam"

    pass_time(1)
    assert agent_of(talk) is None


def test_who_has_his_answer_keeps_his_agent(cast, talk):
    say(cast, talk, cast.visitor)
    say(cast, talk, cast.adam)
    leave(cast, cast.adam)

    pass_time(60)
    assert agent_of(talk) == "Adam"

    say(cast, talk, cast.visitor)
    pass_time(0)
    assert agent_of(talk) is None


def test_an_agent_who_comes_back_in_time_keeps_his_visitors(cast, talk):
    leave(cast, cast.adam)
    pass_time(2)

    come_online(cast.adam)
    pass_time(2)

    assert agent_of(talk) == "Adam"


def test_a_seat_that_runs_out_without_a_word_is_noticed_by_the_minute(cast, app, talk):
    app.extensions["redis"].delete(f"seats:{cast.acme.id}")

    pass_time(0)
    pass_time(3)

    assert agent_of(talk) is None


def test_an_agent_who_is_there_and_busy_is_not_gone(cast, talk):
    with transaction():
        cast.adam.presence = "busy"

    pass_time(60)

    assert agent_of(talk) == "Adam"


def test_nobody_is_gone_while_redis_is_away(cast, talk, monkeypatch):
    leave(cast, cast.adam)

    def away(*_):
        raise SeatsUnknown from RedisError()

    with monkeypatch.context() as patched:
        patched.setattr(type(cast.acme), "seated", property(away))
        pass_time(5)

    assert agent_of(talk) == "Adam"


def test_put_back_comes_before_all_who_came_later(cast, mode):
    mode("service", conversation_limit=1)
    come_online(cast.adam)
    first, second = ask(cast), ask(cast)
    assert [agent_of(first), agent_of(second)] == ["Adam", None]
    leave(cast, cast.adam)
    pass_time(3)

    come_online(cast.nina)

    assert [agent_of(first), agent_of(second)] == ["Nina", None]


def test_a_removed_colleagues_visitors_wait_again_at_once_even_if_answered(cast, talk):
    say(cast, talk, cast.adam)

    with transaction():
        cast.adam.remove()

    assert agent_of(talk) is None
    assert why(talk).returned_because == "removed"


def test_so_do_those_of_who_may_not_answer_any_more(cast, talk):
    with transaction():
        cast.adam.move_to(Role.add("Onlooker", ["visitors.see"]))

    assert agent_of(talk) is None


def test_a_removed_colleagues_visitors_go_to_who_is_free(cast, mode):
    mode("service")
    come_online(cast.adam)
    questions = [ask(cast) for _ in range(5)]
    come_online(cast.nina)

    with transaction():
        cast.adam.remove()

    assert [agent_of(question) for question in questions] == ["Nina"] * 5


class TestAnswerInTime:
    """R-22: 30 seconds, then somebody else."""

    @pytest.fixture(autouse=True)
    def in_time(self, mode):
        mode("service", answer_within_seconds=30)

    def test_who_does_not_answer_loses_him_to_a_colleague(self, cast):
        come_online(cast.adam)
        question = ask(cast)
        come_online(cast.nina)

        pass_time(0.4)
        assert agent_of(question) == "Adam"

        pass_time(0.2)
        assert agent_of(question) == "Nina"
        assert why(question).exclusions["unanswered"] == [cast.adam.id]

    def test_the_job_does_not_wait_for_the_minute(self, cast):
        come_online(cast.adam)
        question = ask(cast)
        come_online(cast.nina)
        with transaction():
            db.session.execute(sa.update(Conversation).values(accepted_at=now() - timedelta(seconds=31)))
            db.session.execute(sa.update(OutboxRow).values(due_at=now()))
        db.session.expire_all()

        run_due()

        assert agent_of(question) == "Nina"

    def test_one_word_is_an_answer(self, cast):
        come_online(cast.adam)
        question = ask(cast)
        come_online(cast.nina)
        say(cast, question, cast.adam)

        pass_time(5)

        assert agent_of(question) == "Adam"

    def test_what_somebody_accepted_by_hand_stays_his(self, cast):
        question = ask(cast)
        with transaction():
            set_presence(cast.adam, "busy")
            question.accept(cast.adam)
        come_online(cast.nina)

        pass_time(5)

        assert agent_of(question) == "Adam"

    def test_while_nobody_else_takes_visitors_he_keeps_him(self, cast):
        come_online(cast.adam)
        question = ask(cast)

        pass_time(5)
        assert agent_of(question) == "Adam"

        come_online(cast.nina)
        assert agent_of(question) == "Nina"

    def test_while_the_others_are_full_he_waits_for_them(self, cast):
        with transaction():
            cast.nina.conversation_limit = 1
        come_online(cast.nina)
        first = ask(cast)
        say(cast, first, cast.nina)
        come_online(cast.adam)
        question = ask(cast)

        pass_time(1)
        assert agent_of(question) is None

        end(first)
        assert agent_of(question) == "Nina"

    def test_once_everybody_let_him_lie_the_last_one_keeps_him(self, cast):
        come_online(cast.adam)
        question = ask(cast)
        come_online(cast.nina)
        pass_time(1)
        assert agent_of(question) == "Nina"

        pass_time(1)

        assert agent_of(question) == "Nina"


def test_what_he_writes_in_between_is_refused_and_not_lost_on_the_visitor(cast, talk):
    leave(cast, cast.adam)
    pass_time(3)

    assert say(cast, talk, cast.adam) == "conversation_not_found"
    assert say(cast, talk, cast.visitor) is None


def test_an_answer_and_the_return_at_the_same_moment_agree(app, cast, talk):
    say(cast, talk, cast.visitor)
    leave(cast, cast.adam)
    with transaction():
        db.session.execute(sa.update(Absence).values(since=Absence.since - timedelta(minutes=5)))
    adam, id = cast.adam, talk.id

    def answer():
        return say(cast, db.session.get_one(Conversation, id), db.session.get_one(Member, adam.id))

    outcomes = in_parallel(app, cast.acme, [answer, *[put_back_overdue] * 4])

    db.session.expire_all()
    refused = outcomes[0]
    assert outcomes[1:] == [None] * 4
    assert (agent_of(talk), refused) in {("Adam", None), (None, "conversation_not_found")}


def test_many_who_look_at_once_put_back_once(app, cast, talk, monkeypatch):
    told = []
    monkeypatch.setattr("chat.conversations.assignment.record", told.append)
    leave(cast, cast.adam)
    with transaction():
        db.session.execute(sa.update(Absence).values(since=Absence.since - timedelta(minutes=5)))

    in_parallel(app, cast.acme, [put_back_overdue] * 8)

    assert [type(event).__name__ for event in told] == ["ConversationReturned"]


def test_the_minute_passes_only_where_something_is_open(cast, monkeypatch):
    told = []
    monkeypatch.setattr("chat.reception.rounds.record", told.append)

    look_everywhere()

    assert told == [MinutePassed(cast.acme.id)]


def test_a_closed_conversation_stays_closed(cast, talk):
    end(talk)
    with transaction():
        talk.put_back("gone")

    assert talk.state == "closed"
    assert talk.assigned_to is cast.adam


def test_rounds_do_nothing_where_nothing_is_open(cast):
    end(cast.question)

    look_after(None)
    with transaction():
        record(MinutePassed(cast.acme.id))

    assert db.session.scalars(sa.select(Absence)).all() == []
