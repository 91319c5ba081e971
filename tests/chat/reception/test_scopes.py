"""Who may receive whom (R-10…R-21, CF-16, CF-28, CF-29), each rule by its number."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from parallel import in_parallel
from queueing import agent_of, ask, come_online, end, why
from routing import (
    BEIJING,
    HANGZHOU,
    NINGBO,
    SHANGHAI,
    TOKYO,
    ask_from,
    department,
    received_by,
    rules,
    scope_from,
    set_rules,
    strategy,
)

from billing.grants import grant, revoke
from chat.conversations.conversations import Conversation
from chat.offline.messages import OfflineMessage
from chat.reception.rounds import look_after
from chat.reception.scopes import Scope, scope_of_visit
from chat.reception.whys import whys_of
from chat.styles.styles import Style
from chat.visitors.presence import set_presence
from chat.visitors.visits import Visit
from core.clock import now
from core.db import db, transaction
from tenants.companies.settings import Settings
from tenants.people.members import Member
from tenants.people.roles import Role

EVERYBODY = {"Adam", "Nina", "Olga"}


@pytest.fixture
def east(cast):
    return department("East", cast.adam)


@pytest.fixture
def sales(cast):
    return department("Sales", cast.nina)


def test_without_rules_nothing_is_narrowed(cast):
    assert scope_from(cast, NINGBO) is None
    assert received_by(cast, NINGBO) == EVERYBODY


def test_r10_designated_persons_receive_and_nobody_else(cast, mode):
    set_rules(cast, members=[cast.nina])
    mode("service")
    come_online(cast.adam, cast.nina, cast.olga)

    got = {agent_of(ask_from(cast, BEIJING)) for _ in range(4)}

    assert got == {"Nina"}


def test_r10_persons_of_several_departments(cast, east, sales):
    set_rules(cast, members=[cast.nina, cast.olga])

    assert received_by(cast, BEIJING) == {"Nina", "Olga"}


def test_r11_of_a_designated_department_one_agent_is_chosen(cast, mode):
    """CF-28: names only, and the choice is automatic."""
    team = department("Team", cast.adam, cast.nina)
    set_rules(cast, departments=[team])
    mode("sales")
    come_online(cast.adam, cast.nina, cast.olga)

    got = [agent_of(ask_from(cast, BEIJING)) for _ in range(4)]

    assert sorted(got) == ["Adam", "Adam", "Nina", "Nina"]


def test_r14_a_visitors_place_leads_to_the_strategys_department(cast, east, mode):
    set_rules(cast, strategy("East", "CN-ZJ", east))
    mode("service")
    come_online(cast.adam, cast.nina)

    question = ask_from(cast, NINGBO)

    assert agent_of(question) == "Adam"
    assert why(question).exclusions["outside_scope"] == sorted([cast.nina.id, cast.olga.id])


def test_r15_all_strategies_that_match_count_together(cast, east, sales):
    set_rules(cast, strategy("Zhejiang", "CN-ZJ", east), strategy("Ningbo", "330200", sales))

    assert received_by(cast, NINGBO) == {"Adam", "Nina"}
    assert received_by(cast, HANGZHOU) == {"Adam"}


def test_r16_where_none_matches_the_designated_receive(cast, east):
    set_rules(cast, strategy("East", "CN-ZJ", east), members=[cast.nina])

    assert received_by(cast, BEIJING) == {"Nina"}
    assert received_by(cast, "10.0.0.1") == {"Nina"}


def test_r17_a_region_that_matches_ignores_the_designated_completely(cast, east):
    """CF-29."""
    set_rules(cast, strategy("East", "CN-ZJ", east), members=[cast.nina])

    assert received_by(cast, NINGBO) == {"Adam"}


def test_r18_is_found_when_the_visit_begins_and_kept_though_the_visitor_travels(cast, east, sales):
    set_rules(cast, strategy("East", "CN-ZJ", east), strategy("North", "CN-BJ", sales))
    with transaction():
        visit = Visit.of(cast.visitor, cast.site, ip=NINGBO)
        first = scope_of_visit(cast.site, visit.id, NINGBO, "")
        db.session.refresh(visit)

    with transaction():
        later = scope_of_visit(cast.site, visit.id, BEIJING, "", kept=visit.scope)
        unread = scope_of_visit(cast.site, visit.id, BEIJING, "")

    assert first.steps[0].strategies == ("East",)
    assert later == unread == first


def test_r18_two_tabs_that_begin_a_visit_together_find_the_same(app, cast, east, sales):
    set_rules(cast, strategy("East", "CN-ZJ", east), strategy("North", "CN-BJ", sales))
    with transaction():
        visit_id = Visit.of(cast.visitor, cast.site).id

    found = in_parallel(
        app, cast.acme, [lambda ip=ip: scope_of_visit(cast.site, visit_id, ip, "") for ip in (NINGBO, BEIJING) * 3]
    )

    assert len(set(found)) == 1


def test_r18_a_conversation_keeps_its_scope_though_the_rules_change(cast, east, sales, mode):
    set_rules(cast, strategy("East", "CN-ZJ", east))
    mode("service")
    question = ask_from(cast, NINGBO)
    set_rules(cast, strategy("East", "CN-ZJ", sales))
    come_online(cast.nina)

    assert agent_of(question) is None
    come_online(cast.adam)
    assert agent_of(question) == "Adam"


def test_r19_other_places_are_not_sent_to_the_bound_department(cast, mode):
    marketing = department("Marketing", cast.adam)
    rest = department("Rest", cast.nina)
    set_rules(cast, strategy("Hangzhou", "330100", marketing), receive=[rest])
    mode("service")
    come_online(cast.adam, cast.nina)

    assert agent_of(ask_from(cast, HANGZHOU)) == "Adam"
    assert {agent_of(ask_from(cast, ip)) for ip in (NINGBO, SHANGHAI, TOKYO)} == {"Nina"}


def test_r20_a_styles_departments_receive_where_nothing_else_says_who(cast, east, sales):
    set_rules(cast, strategy("East", "CN-ZJ", east), receive=[sales])

    assert received_by(cast, BEIJING) == {"Nina"}
    assert received_by(cast, NINGBO) == {"Adam"}
    set_rules(cast, members=[cast.olga], receive=[sales])
    assert received_by(cast, BEIJING) == {"Olga"}


def test_r21_visitors_on_different_pages_get_different_groups(cast, east, sales):
    set_rules(cast, pages={"/hats*": [east], "https://shop.example/shoes": [sales]})

    assert received_by(cast, TOKYO, "https://shop.example/hats/7") == {"Adam"}
    assert received_by(cast, TOKYO, "https://shop.example/shoes") == {"Nina"}
    assert received_by(cast, TOKYO, "https://shop.example/") == EVERYBODY


def test_r21_a_page_narrows_what_the_region_left_and_yields_where_nobody_would_be_left(cast, sales):
    east = department("East", cast.adam, cast.nina)
    south = department("South", cast.olga)
    set_rules(cast, strategy("East", "CN-ZJ", east), pages={"/shoes": [sales], "/hats": [south]})

    assert received_by(cast, NINGBO, "https://shop.example/shoes") == {"Nina"}
    assert received_by(cast, NINGBO, "https://shop.example/hats") == {"Adam", "Nina"}


@pytest.mark.parametrize("emptied", ["left", "removed", "role"])
def test_who_ends_in_front_of_nobody_goes_to_the_next_rule_and_why_says_so(cast, east, mode, emptied):
    set_rules(cast, strategy("East", "CN-ZJ", east), members=[cast.nina])
    mode("service")
    come_online(cast.nina)
    question = ask_from(cast, NINGBO)
    assert agent_of(question) is None

    with transaction():
        if emptied == "left":
            cast.adam.departments.clear()
        elif emptied == "removed":
            east.remove()
        else:
            cast.adam.remove()
    look_after(None)

    assert agent_of(question) == "Nina"
    assert why(question).scope["passed"][0]["because"] == "empty"
    [told] = whys_of(question)
    assert any("regional routing did not count" in sentence for sentence in told["sentences"])
    assert any("designated agents receive: Nina" in sentence for sentence in told["sentences"])


def test_where_no_rule_has_anybody_everybody_receives(cast, mode):
    empty = department("Empty")
    set_rules(cast, strategy("East", "CN-ZJ", empty), departments=[empty], receive=[empty], pages={"/*": [empty]})

    assert received_by(cast, NINGBO, "https://shop.example/") == EVERYBODY


def test_who_joins_the_department_later_receives_too(cast, east, mode):
    set_rules(cast, strategy("East", "CN-ZJ", east))
    mode("service")
    question = ask_from(cast, NINGBO)
    come_online(cast.nina)
    assert agent_of(question) is None

    with transaction():
        cast.nina.departments.append(east)
    look_after(None)

    assert agent_of(question) == "Nina"


def test_who_waits_for_a_scope_holds_up_nobody_behind_him(cast, east, mode):
    set_rules(cast, strategy("East", "CN-ZJ", east))
    mode("service")
    stuck, behind = ask_from(cast, NINGBO), ask_from(cast, BEIJING)

    come_online(cast.nina)

    assert [agent_of(stuck), agent_of(behind)] == [None, "Nina"]


def test_by_hand_anybody_may_help(cast, east):
    """A scope narrows what is assigned by rule; whoever accepts by hand may be anybody, as in a transfer."""
    set_rules(cast, strategy("East", "CN-ZJ", east))
    come_online(cast.nina)
    question = ask_from(cast, NINGBO)

    with transaction():
        question.accept(cast.nina)

    assert agent_of(question) == "Nina"


def test_an_agent_who_leaves_the_department_while_he_is_chosen_gets_the_visitor_once_or_not_at_all(app, cast, mode):
    """Whichever is first, nobody is lost and nobody gets two."""
    east = department("East", cast.adam, cast.nina)
    set_rules(cast, strategy("East", "CN-ZJ", east))
    come_online(cast.adam, cast.nina)
    questions = [ask_from(cast, NINGBO) for _ in range(6)]
    with transaction():
        Settings.current().assignment = "service"

    def leave():
        adam = db.session.get_one(Member, cast.adam.id)
        adam.departments.clear()

    outcomes = in_parallel(
        app, cast.acme, [lambda: look_after(None), leave, lambda: look_after(None), lambda: look_after(None)]
    )

    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    db.session.expire_all()
    look_after(None)
    assert {agent_of(question) for question in questions} <= {"Adam", "Nina"}
    assignments = db.session.execute(sa.text("SELECT count(*) FROM assignment")).scalar()
    assert assignments == len(questions)
    assert agent_of(ask_from(cast, NINGBO)) == "Nina"


def test_rights_end_at_their_second(cast, east):
    """Until then strategies count; from then on they are absent, for who comes and for who has come before."""
    set_rules(cast, strategy("East", "CN-ZJ", east), receive=[])
    with transaction():
        revoke(cast.acme, "trial:professional")
    ends = now().replace(microsecond=0) + timedelta(minutes=5)
    with transaction():
        grant(cast.acme, "addon:1", {"flags": ["regional_routing"]}, until=ends)

    with time_machine.travel(ends - timedelta(seconds=1), tick=False):
        before = scope_from(cast, NINGBO)
        assert received_by(cast, NINGBO) == {"Adam"}
    with time_machine.travel(ends, tick=False):
        assert scope_from(cast, NINGBO) is None
        resolved = before.within({cast.adam.id: {east.id}, cast.nina.id: set()})
        assert resolved.members == {cast.adam.id, cast.nina.id}
        assert resolved.passed[0].because == "no_right"


def test_designated_agents_are_paid_for_and_departments_that_receive_are_not(cast, east, sales):
    set_rules(cast, strategy("East", "CN-ZJ", east), members=[cast.olga], receive=[sales])
    with transaction():
        revoke(cast.acme, "trial:professional")

    assert received_by(cast, NINGBO) == {"Nina"}


def test_who_did_not_answer_gets_it_again_when_nobody_else_of_the_scope_is_there(cast, east, mode):
    set_rules(cast, strategy("East", "CN-ZJ", east))
    mode("service")
    come_online(cast.adam, cast.nina)
    question = ask_from(cast, NINGBO)
    with transaction():
        question.put_back("unanswered")

    assert agent_of(question) == "Adam"


def test_who_lets_it_lie_keeps_it_while_nobody_else_of_the_scope_takes_visitors(cast, east, mode):
    set_rules(cast, strategy("East", "CN-ZJ", east))
    mode("service", answer_within_seconds=15)
    come_online(cast.adam, cast.nina)
    question = ask_from(cast, NINGBO)

    with time_machine.travel(now() + timedelta(seconds=20), tick=False):
        look_after(None)
    assert agent_of(question) == "Adam"

    with transaction():
        cast.nina.departments.append(east)
    with time_machine.travel(now() + timedelta(seconds=20), tick=False):
        look_after(None)
    assert agent_of(question) == "Nina"


@pytest.mark.parametrize(
    ("wish", "company", "agent"), [("yes", False, "Adam"), ("no", True, "Nina"), ("company", True, "Adam")]
)
def test_cf16_a_style_may_prefer_the_last_agent_otherwise_than_the_company(cast, mode, wish, company, agent):
    mode("service", prefers_last_agent=company)
    with transaction():
        Style(cast.site).save(type(rules())(prefers_last=wish), by=None)
    come_online(cast.adam)
    first = ask(cast)
    end(first)
    come_online(cast.nina)
    ask(cast)

    assert agent_of(ask(cast, first.visitor)) in ({agent} if wish != "no" else {"Nina", "Adam"})
    assert (why(Conversation.of_visitor(first.visitor)).rule == "last_agent") is (wish != "no")


def test_the_last_agent_is_preferred_inside_of_the_scope_only(cast, east, mode):
    mode("service")
    come_online(cast.nina)
    first = ask(cast)
    end(first)
    set_rules(cast, strategy("East", "CN-ZJ", east))
    come_online(cast.adam)

    with transaction():
        again = Conversation.open_for(first.visitor, cast.site, scope=scope_from(cast, NINGBO).as_dict())

    assert agent_of(again) == "Adam"


@pytest.mark.parametrize("how", ["by_hand", "service"])
def test_whom_the_visitor_chose_gets_him_in_every_mode(cast, mode, how):
    set_rules(cast, members=[cast.adam, cast.nina])
    mode(how)
    come_online(cast.adam, cast.nina)

    question = ask_from(cast, BEIJING, scope=scope_from(cast, BEIJING).choosing(member_id=cast.nina.id))

    assert agent_of(question) == "Nina"
    assert why(question).rule == question.assigned_by == "chosen"
    [told] = whys_of(question)
    assert any("The visitor chose Nina" in sentence for sentence in told["sentences"])


def test_who_chose_somebody_full_waits_for_him_and_who_chose_somebody_gone_does_not(cast, mode):
    set_rules(cast, members=[cast.adam, cast.nina])
    mode("service", conversation_limit=1)
    come_online(cast.adam, cast.nina)
    chosen = scope_from(cast, BEIJING).choosing(member_id=cast.nina.id)
    first, second = ask_from(cast, BEIJING, scope=chosen), ask_from(cast, BEIJING, scope=chosen)
    assert [agent_of(first), agent_of(second)] == ["Nina", None]

    with transaction():
        set_presence(cast.nina, "offline")

    assert agent_of(second) == "Adam"
    assert why(second).scope["passed"][0]["because"] == "away"


def test_whom_the_visitor_chose_loses_him_when_he_does_not_answer(cast, mode):
    set_rules(cast, members=[cast.adam, cast.nina])
    mode("service")
    come_online(cast.adam, cast.nina)
    question = ask_from(cast, BEIJING, scope=scope_from(cast, BEIJING).choosing(member_id=cast.nina.id))

    with transaction():
        question.put_back("unanswered")

    assert agent_of(question) == "Adam"


def test_of_a_chosen_department_one_is_given_by_the_companys_rule(cast, east, sales, mode):
    set_rules(cast, departments=[east, sales])
    mode("service")
    come_online(cast.adam, cast.nina)

    question = ask_from(cast, BEIJING, scope=scope_from(cast, BEIJING).choosing(department_id=sales.id))

    assert (agent_of(question), why(question).rule) == ("Nina", "load")


def test_what_is_kept_comes_back_the_same(cast, east):
    set_rules(cast, strategy("East", "CN-ZJ", east), members=[cast.nina], pages={"/*": [east]})
    scope = scope_from(cast, NINGBO, "https://shop.example/")

    assert Scope.from_dict(scope.as_dict()) == scope
    assert Scope.from_dict(None) is None


def test_r06_offline_messages_go_by_the_same_rules(cast, east, mode):
    set_rules(cast, strategy("East", "CN-ZJ", east))
    mode("service")
    come_online(cast.nina)
    with transaction():
        for member in (cast.adam, cast.nina):
            member.move_to(Role.add(f"Takes messages {member.id}", ["conversations.answer", "offline_messages.handle"]))
        visit = Visit.of(cast.visitor, cast.site, ip=NINGBO)
        scope_of_visit(cast.site, visit.id, NINGBO, "")
        db.session.refresh(visit)

    with transaction():
        message = OfflineMessage.leave(cast.visitor, cast.site, uuid.uuid4(), "Call me", {"phone": "13800000000"}, "", "")

    assert message.assigned_to.name == "Adam"
