"""Who gets a waiting visitor, who does not, and why."""

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from parallel import in_parallel
from queueing import agent_of, ask, come_online, end, why
from redis.exceptions import RedisError

from chat.conversations.assignment import AlreadyAccepted, Assignment, TooManyConversations
from chat.conversations.conversations import Conversation, talking_by_member
from chat.reception import next_agent
from chat.reception.rounds import look_after, look_everywhere
from chat.visitors.presence import set_presence
from chat.visitors.visitors import Visitor
from core.clock import now
from core.db import db, transaction
from tenants.companies.settings import Settings
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.people.seats import SeatsUnknown


def test_by_hand_nobody_is_given_anybody(cast, mode):
    mode("by_hand")
    come_online(cast.adam)

    assert agent_of(ask(cast)) is None


def test_a_visitor_goes_to_who_is_free_at_once(cast, mode):
    mode("service")
    come_online(cast.adam)

    question = ask(cast)

    assert agent_of(question) == "Adam"
    assert question.state == "open"
    assert question.as_dict()["assigned_by"] == "load"


def test_sales_goes_in_turn(cast, mode):
    mode("sales", prefers_last_agent=False)
    come_online(cast.adam, cast.nina, cast.olga)

    got = [agent_of(ask(cast)) for _ in range(6)]

    assert sorted(got[:3]) == ["Adam", "Nina", "Olga"]
    assert got[3:] == got[:3]


def test_sales_makes_the_days_numbers_equal_whoever_comes_late(cast, mode):
    mode("sales", conversation_limit=100)
    come_online(cast.adam)
    for _ in range(4):
        ask(cast)
    come_online(cast.nina)

    later = Counter(agent_of(ask(cast)) for _ in range(6))

    assert later == {"Nina": 5, "Adam": 1}


def test_sales_counts_from_the_companys_own_midnight(cast, mode):
    mode("sales")
    come_online(cast.adam, cast.nina)
    for _ in range(4):
        ask(cast)
    with transaction():
        db.session.execute(sa.update(Assignment).values(at=now() - timedelta(days=1)))

    assert sorted(agent_of(ask(cast)) for _ in range(2)) == ["Adam", "Nina"]


def test_service_keeps_loads_equal_for_each_limit(cast, mode):
    with transaction():
        cast.nina.conversation_limit = 9
        cast.adam.conversation_limit = 3
    mode("service")
    come_online(cast.adam, cast.nina)

    got = Counter(agent_of(ask(cast)) for _ in range(8))

    assert got == {"Nina": 6, "Adam": 2}


def test_service_gives_to_who_was_without_a_new_one_for_longest(cast, mode):
    mode("service")
    come_online(cast.adam, cast.nina)
    first, second = ask(cast), ask(cast)
    names = agent_of(first), agent_of(second)
    end(second)
    end(first)

    assert [agent_of(ask(cast)), agent_of(ask(cast))] == list(names)


def test_a_returning_visitor_meets_who_served_him_last(cast, mode):
    mode("service")
    come_online(cast.adam)
    dan = ask(cast)
    end(dan)
    come_online(cast.nina)
    ask(cast)

    again = ask(cast, dan.visitor)

    assert agent_of(again) == "Adam"
    assert why(again).rule == "last_agent"


@pytest.mark.parametrize("prefers", [True, False])
def test_if_he_cannot_or_the_company_does_not_prefer_him_the_rule_decides(cast, mode, prefers):
    mode("service", prefers_last_agent=prefers)
    come_online(cast.adam)
    dan = ask(cast)
    end(dan)
    come_online(cast.nina)
    if prefers:
        with transaction():
            set_presence(cast.adam, "busy")

    again = ask(cast, dan.visitor)

    assert agent_of(again) == "Nina"
    assert why(again).rule == "load"


@pytest.mark.parametrize("presence", ["busy", "away", "invisible", "offline"])
def test_who_is_not_online_gets_nothing_until_he_is(cast, mode, presence):
    mode("service")
    with transaction():
        set_presence(cast.olga, presence)
    question = ask(cast)
    assert agent_of(question) is None

    come_online(cast.olga)

    assert agent_of(question) == "Olga"


def test_who_does_not_receive_gets_nothing_until_he_does(cast, mode):
    mode("service")
    with transaction():
        cast.adam.receives = False
    come_online(cast.adam)
    question = ask(cast)
    assert agent_of(question) is None

    with transaction():
        cast.adam.receives = True
        cast.adam.changed()

    assert agent_of(question) == "Adam"


def test_who_may_not_answer_gets_nothing(cast, mode):
    mode("service")
    with transaction():
        cast.adam.role = Role.add("Onlooker", ["visitors.see"])
    come_online(cast.adam)

    assert agent_of(ask(cast)) is None


def test_a_full_agent_gets_the_next_when_a_chat_ends(cast, mode):
    mode("service", conversation_limit=2)
    come_online(cast.adam)
    questions = [ask(cast) for _ in range(4)]
    assert [agent_of(question) for question in questions] == ["Adam", "Adam", None, None]

    end(questions[0])

    assert [agent_of(question) for question in questions[1:]] == ["Adam", "Adam", None]


def test_a_higher_limit_drains_the_queue_in_its_order(cast, mode):
    mode("service", conversation_limit=1)
    come_online(cast.adam)
    questions = [ask(cast) for _ in range(4)]

    mode("service", conversation_limit=3)

    assert [agent_of(question) for question in questions] == ["Adam", "Adam", "Adam", None]


def test_switching_from_by_hand_drains_the_queue(cast, mode):
    mode("by_hand")
    come_online(cast.adam)
    question = ask(cast)

    mode("sales")

    assert agent_of(question) == "Adam"


def test_a_freed_seat_taken_by_a_colleague_drains_the_queue(cast, mode):
    mode("service")
    question = ask(cast)

    with transaction():
        cast.acme.take_seat(cast.nina)

    assert agent_of(question) == "Nina"


def test_the_minute_finds_what_no_event_told(cast, mode):
    mode("service")
    come_online(cast.adam)
    with transaction():
        quietly = Conversation(visitor=Visitor.recognise(None, cast.site), site_id=cast.site.id)
        db.session.add(quietly)
    assert agent_of(quietly) is None

    look_everywhere()

    assert agent_of(quietly) == "Adam"


def test_nothing_is_assigned_while_nobody_knows_who_is_seated(cast, mode, monkeypatch):
    mode("service")
    come_online(cast.adam)

    def away(*_):
        raise SeatsUnknown from RedisError()

    with monkeypatch.context() as patched:
        patched.setattr(type(cast.acme), "seated", property(away))
        question = ask(cast)
        assert agent_of(question) is None
    look_after(None)

    assert agent_of(question) == "Adam"


def test_keeps_why_it_went_where_it_went(cast, mode):
    with transaction():
        kim = Member.add("Kim", "kim@acme.example", Role.keyed("agent"), conversation_limit=1)
    mode("service")
    come_online(kim)
    ask(cast)
    come_online(cast.adam)
    with transaction():
        set_presence(cast.nina, "busy")

    question = ask(cast)

    assignment = why(question)
    assert (assignment.member_id, assignment.rule, assignment.by_id) == (cast.adam.id, "load", None)
    assert [one["member_id"] for one in assignment.candidates] == [cast.adam.id]
    assert assignment.candidates[0]["talking"] == 0
    assert assignment.exclusions == {"offline": [cast.olga.id], "busy": [cast.nina.id], "full": [kim.id]}
    assert assignment.queued_at == question.opened_at
    assert assignment.place == 1


def test_keeps_who_accepted_by_hand(cast):
    with transaction():
        cast.question.accept(cast.adam)

    assignment = why(cast.question)
    assert (assignment.member_id, assignment.rule, assignment.by_id) == (cast.adam.id, "hand", cast.adam.id)
    assert cast.question.as_dict()["assigned_by"] == "hand"


def test_a_scope_narrows_the_candidates_and_says_so(cast, mode, monkeypatch):
    monkeypatch.setattr(next_agent, "NARROWED_BY", [lambda conversation, team: {cast.adam.id: "other_department"}])
    mode("service")
    come_online(cast.adam, cast.nina)

    question = ask(cast)

    assert agent_of(question) == "Nina"
    assert why(question).exclusions["other_department"] == [cast.adam.id]


def test_who_nobody_can_take_holds_up_nobody_behind_him(cast, mode, monkeypatch):
    mode("service")
    stuck = ask(cast)
    behind = ask(cast)

    def only_for_others(conversation, team):
        return {cast.adam.id: "other_department"} if conversation.id == stuck.id else {}

    monkeypatch.setattr(next_agent, "NARROWED_BY", [only_for_others])
    come_online(cast.adam)

    assert [agent_of(stuck), agent_of(behind)] == [None, "Adam"]


def test_of_two_companies_each_keeps_to_its_own(cast, mode):
    mode("service")
    question = ask(cast)

    with cast.globex.entered() as globex, transaction():
        Settings.current().assignment = "service"
        set_presence(Member.known_as("eve@globex.example"), "online")
        assert globex.seated

    assert agent_of(question) is None


def test_thirty_rounds_at_once_keep_limits_and_order(app, cast, mode):
    mode("by_hand", conversation_limit=4, prefers_last_agent=False)
    with transaction():
        cast.nina.conversation_limit = 7
        cast.olga.conversation_limit = 2
    come_online(cast.adam, cast.nina, cast.olga)
    questions = [ask(cast) for _ in range(20)]
    with transaction():
        Settings.current().assignment = "service"

    in_parallel(app, cast.acme, [lambda: look_after(None)] * 30)

    db.session.expire_all()
    ids = {name: member.id for name, member in (("Adam", cast.adam), ("Nina", cast.nina), ("Olga", cast.olga))}
    assert talking_by_member() == {ids["Adam"]: 4, ids["Nina"]: 7, ids["Olga"]: 2}
    assert [agent_of(question) is not None for question in questions] == [True] * 13 + [False] * 7
    assigned = db.session.scalars(sa.select(Assignment.conversation_id).order_by(Assignment.id)).all()
    assert assigned == [question.id for question in questions[:13]]


def test_rounds_and_hands_at_once_never_exceed_a_limit_nor_assign_twice(app, cast, mode):
    mode("by_hand", conversation_limit=3)
    come_online(cast.adam, cast.nina, cast.olga)
    ids = [ask(cast).id for _ in range(20)]
    names = ["adam", "nina", "olga"]
    with transaction():
        Settings.current().assignment = "sales"

    def accept(number):
        db.session.get_one(Conversation, ids[number]).accept(Member.known_as(f"{names[number % 3]}@acme.example"))

    by_hand = [lambda number=number: accept(number) for number in range(15)]
    outcomes = in_parallel(
        app, cast.acme, [deed for pair in zip(by_hand, [lambda: look_after(None)] * 15, strict=True) for deed in pair]
    )

    assert {type(outcome) for outcome in outcomes} <= {type(None), AlreadyAccepted, TooManyConversations}
    db.session.expire_all()
    assert set(talking_by_member().values()) == {3}
    assigned = db.session.scalars(sa.select(Assignment.conversation_id)).all()
    assert len(assigned) == len(set(assigned)) == 9
