import pytest
from cast import count
from parallel import in_parallel

from chat.conversations.access import conversation_for, conversation_of, open_conversations_for
from chat.conversations.assignment import AlreadyAccepted, TooManyConversations
from chat.conversations.conversations import Conversation
from chat.conversations.drafts import ConversationIsClosed
from chat.visitors.visitors import Visitor
from core.db import db, transaction
from core.errors import NotFound
from tenants.companies.settings import Settings
from tenants.people.members import Member
from tenants.people.roles import Role


def another_question(cast) -> Conversation:
    return Conversation.open_for(Visitor.recognise(None, cast.site), cast.site)


def test_waits_until_an_agent_accepts(cast):
    assert cast.question.state == "waiting"

    with transaction():
        cast.question.accept(cast.adam)

    assert cast.question.state == "open"
    assert cast.question.as_dict()["member"] == {"id": cast.adam.id, "name": "Adam"}


def test_a_second_agent_is_told_who_was_first(cast):
    with transaction():
        cast.question.accept(cast.adam)

    with pytest.raises(AlreadyAccepted, match="Adam has accepted"):
        cast.question.accept(cast.nina)


def test_accepting_twice_is_harmless(cast):
    with transaction():
        cast.question.accept(cast.adam)
        cast.question.accept(cast.adam)

    assert cast.question.assigned_to is cast.adam


def test_many_agents_at_once_and_one_gets_it(app, cast):
    question, names = cast.question.id, ["adam@acme.example", "nina@acme.example", "olga@acme.example"] * 3

    def accept(name):
        db.session.get_one(Conversation, question).accept(Member.known_as(name))
        return name

    outcomes = in_parallel(app, cast.acme, [lambda name=name: accept(name) for name in names])

    winners = {outcome for outcome in outcomes if isinstance(outcome, str)}
    assert len(winners) == 1
    assert {type(outcome) for outcome in outcomes} == {str, AlreadyAccepted}


def test_the_limit_holds_when_an_agent_accepts_many_at_once(app, cast):
    with transaction():
        Settings.current().conversation_limit = 2
        waiting = [another_question(cast).id for _ in range(6)]

    def accept(id):
        db.session.get_one(Conversation, id).accept(Member.known_as("adam@acme.example"))

    outcomes = in_parallel(app, cast.acme, [lambda id=id: accept(id) for id in waiting])

    assert outcomes.count(None) == 2
    assert sum(isinstance(outcome, TooManyConversations) for outcome in outcomes) == 4


def test_an_agents_own_limit_counts_more(cast):
    with transaction():
        cast.adam.conversation_limit = 1
        cast.question.accept(cast.adam)

    with pytest.raises(TooManyConversations, match="limit of open conversations"):
        another_question(cast).accept(cast.adam)


def test_what_has_ended_does_not_count(cast):
    with transaction():
        cast.adam.conversation_limit = 1
        cast.question.accept(cast.adam)
        cast.question.close(cast.adam)

    with transaction():
        another_question(cast).accept(cast.adam)


def test_ending_it_twice_keeps_the_first(cast):
    with transaction():
        cast.question.close(cast.visitor)
        cast.question.close(cast.adam)

    assert cast.question.closed_by == {"kind": "visitor", "id": cast.visitor.id, "name": ""}


def test_what_has_ended_cannot_be_accepted(cast):
    with transaction():
        cast.question.close(cast.visitor)

    with pytest.raises(ConversationIsClosed):
        cast.question.accept(cast.adam)


def test_two_tabs_open_one_conversation(app, cast):
    with transaction():
        visitor = Visitor.recognise(None, cast.site)
        key = visitor.token(cast.site)

    def open_one():
        return Conversation.open_for(Visitor.of_token(key, cast.site), cast.site).id

    outcomes = in_parallel(app, cast.acme, [open_one] * 6)

    assert len(set(outcomes)) == 1
    assert count(Conversation) == 2


def test_a_visitor_who_comes_back_gets_a_new_one(cast):
    with transaction():
        cast.question.close(cast.adam)

    with transaction():
        again = Conversation.open_for(cast.visitor, cast.site)

    assert again.id != cast.question.id


def test_reading_only_goes_forward_and_not_beyond_the_end(cast):
    cast.question.last_seq = 5
    db.session.flush()
    for seq in (3, 2, 9):
        cast.question.read("team", seq)
    db.session.refresh(cast.question)

    assert cast.question.team_read_seq == 3


def test_the_door_for_agents(cast):
    assert conversation_for(cast.adam, cast.question.id) is cast.question
    for id in (cast.question.id + 1, None, "1", -1):
        with pytest.raises(NotFound):
            conversation_for(cast.adam, id)


def test_without_the_right_colleagues_conversations_are_not_found(cast):
    with transaction():
        Role.keyed("agent").permissions = ["conversations.answer"]
        cast.question.accept(cast.adam)

    assert conversation_for(cast.adam, cast.question.id)
    assert open_conversations_for(cast.nina) == []
    with pytest.raises(NotFound):
        conversation_for(cast.nina, cast.question.id)


def test_the_door_for_visitors(cast):
    stranger = Visitor.recognise(None, cast.site)

    assert conversation_of(cast.visitor, cast.question.id) is cast.question
    with pytest.raises(NotFound):
        conversation_of(stranger, cast.question.id)


def test_another_company_finds_nothing(cast):
    with cast.globex.entered():
        eve = Member.known_as("eve@globex.example")
        with pytest.raises(NotFound):
            conversation_for(eve, cast.question.id)
