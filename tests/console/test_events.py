"""What consoles ask, and who may."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from caught import Caught

from chat.conversations.conversations import Conversation
from chat.conversations.integrity import Gap
from chat.conversations.rooms import conversation_room, member_room
from chat.conversations.talks import Talk
from chat.offline.messages import OfflineMessage
from chat.visitors.visitors import Visitor
from chat.visitors.visits import Visit
from console.agent import Agent
from console.events import console_door
from core.clock import now
from core.db import db, transaction
from tenants.companies.company import current_company
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.signing_in.sessions import Session


@pytest.fixture
def ask(cast):
    """`ask(cast.adam, "accept_conversation", conversation_id=7)` is the answer Adam's console gets."""

    def ask(member, event: str, **data) -> dict:
        company = cast.company_of(member)
        with company.entered() as company, transaction():
            member = db.session.merge(member)
            session, _ = Session.open(member, remember=False, ip="", device="")
            agent = Agent.of(session, company)
        answer = console_door.call(agent, event, data)
        cast.refresh()
        return answer

    return ask


@pytest.fixture
def only_own(cast):
    """Adam may no longer see conversations of colleagues, nor who is on the site."""
    with transaction():
        role = Role(name="Newcomer", permissions=["conversations.answer"])
        db.session.add(role)
        cast.adam.move_to(role)


def code_of(answer: dict) -> str:
    assert answer["ok"] is False
    return answer["error"]["code"]


def seat(cast, *members) -> None:
    for member in members:
        with transaction():
            cast.acme.take_seat(member)


def answered_by(cast, member) -> Conversation:
    seat(cast, member)
    with transaction():
        cast.question.accept(by=member)
    return cast.question


def test_accepting_makes_it_mine(cast, ask):
    seat(cast, cast.adam)

    answer = ask(cast.adam, "accept_conversation", conversation_id=cast.question.id)

    assert answer["conversation"]["member"] == {"id": cast.adam.id, "name": "Adam"}
    assert cast.question.assigned_to_id == cast.adam.id


def test_whoever_has_no_seat_accepts_nobody(cast, ask):
    answer = ask(cast.adam, "accept_conversation", conversation_id=cast.question.id)

    assert code_of(answer) == "not_seated"
    assert cast.question.is_waiting


def test_the_second_to_accept_is_told_who_was_first(cast, ask):
    answered_by(cast, cast.adam)
    seat(cast, cast.nina)

    answer = ask(cast.nina, "accept_conversation", conversation_id=cast.question.id)

    assert code_of(answer) == "already_accepted"
    assert "Adam" in answer["error"]["message"]


@pytest.mark.parametrize(
    ("event", "more"),
    [
        ("accept_conversation", {}),
        ("close_conversation", {}),
        ("find_conversation", {}),
        ("look_at", {}),
        ("read", {"seq": 1}),
        ("confirm_head", {"seq": 1}),
        ("report_gap", {"after": 0, "before": 2}),
        ("sync", {"after": 0}),
    ],
)
def test_another_companys_agent_finds_nothing(cast, ask, event, more):
    answer = ask(cast.eve, event, conversation_id=cast.question.id, **more)

    assert code_of(answer) == "not_found"
    assert cast.question.is_waiting


@pytest.mark.parametrize("number", [None, "1", 0, -1, 1.5, True, 2**63, [], {}])
def test_a_number_that_is_none_is_not_found(cast, ask, number):
    assert code_of(ask(cast.adam, "sync", conversation_id=number, after=0)) == "not_found"


@pytest.mark.parametrize("event", ["sync", "find_conversation", "close_conversation", "look_at"])
def test_without_the_right_colleagues_conversations_are_not_found(cast, ask, only_own, event):
    answered_by(cast, cast.nina)

    assert code_of(ask(cast.adam, event, conversation_id=cast.question.id, after=0)) == "not_found"


def test_with_the_right_a_colleagues_conversation_may_be_read_but_not_ended(cast, ask):
    answered_by(cast, cast.nina)

    assert ask(cast.adam, "sync", conversation_id=cast.question.id, after=0)["ok"]
    assert code_of(ask(cast.adam, "close_conversation", conversation_id=cast.question.id)) == "not_allowed"
    assert cast.question.is_open


def test_who_leads_the_team_may_end_any(cast, ask):
    answered_by(cast, cast.nina)

    assert ask(cast.olga, "close_conversation", conversation_id=cast.question.id)["ok"]
    assert not cast.question.is_open


def test_a_colleague_who_looks_in_does_not_mark_as_read(cast, ask):
    answered_by(cast, cast.nina)
    with transaction():
        cast.question.last_seq = 3

    ask(cast.adam, "read", conversation_id=cast.question.id, seq=3)
    assert cast.question.team_read_seq == 0

    ask(cast.nina, "read", conversation_id=cast.question.id, seq=3)
    assert cast.question.team_read_seq == 3


def test_the_state_has_what_one_may_see(cast, ask, only_own):
    answered_by(cast, cast.nina)

    mine = ask(cast.adam, "console_state")
    ninas = ask(cast.nina, "console_state")

    assert [one["id"] for one in mine["conversations"]] == []
    assert [one["id"] for one in ninas["conversations"]] == [cast.question.id]
    assert mine["visitors"] == []
    assert mine["offline_messages"] == []
    assert {one["name"]: one["presence"] for one in mine["members"]} == {"Olga": "offline", "Adam": "offline", "Nina": "online"}
    assert mine["seats"] == {"taken": 1, "total": cast.acme.entitlements.seats}


def test_an_invisible_colleague_looks_offline_to_others_only(cast, ask):
    seat(cast, cast.olga)

    assert ask(cast.olga, "set_presence", presence="invisible")["ok"]

    assert {one["name"]: one["presence"] for one in ask(cast.adam, "console_state")["members"]}["Olga"] == "offline"
    assert ask(cast.olga, "console_state")["me"]["presence"] == "invisible"


def test_the_state_says_who_one_is_and_how_busy_all_are(cast, ask):
    answered_by(cast, cast.nina)

    state = ask(cast.olga, "console_state")

    assert (state["me"]["name"], state["me"]["role"]) == ("Olga", "Administrator")
    assert state["company"] == {"name": "Acme", "key": "acme"}
    assert state["visitors_version"] == 0
    nina = next(one for one in state["members"] if one["name"] == "Nina")
    assert (nina["talking"], nina["limit"], nina["receives"], nina["departments"]) == (1, 15, True, [])


def test_the_state_takes_no_more_statements_for_many_than_for_few(cast, ask):
    """Many consoles come back at once."""

    def statements() -> int:
        seen = []

        def see(_connection, _cursor, statement, *_) -> None:
            seen.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", see)
        assert ask(cast.olga, "console_state")["ok"]
        sa.event.remove(db.engine, "before_cursor_execute", see)
        return len(seen)

    with transaction():
        Talk.open_for(cast.olga, [cast.nina]).post(cast.nina, str(uuid.uuid4()), "hello")
    # Styles are read once in each process.
    statements()
    few = statements()
    with transaction():
        for number in range(12):
            visitor = Visitor.recognise(None, cast.site)
            Conversation.open_for(visitor, cast.site)
            colleague = Member.add(f"Agent {number}", f"a{number}@acme.example", Role.keyed("agent"))
            Talk.open_for(cast.olga, [colleague]).post(colleague, str(uuid.uuid4()), "hello")

    assert statements() <= few


def test_what_visitors_ended_stays_until_it_was_seen(cast, ask):
    answered_by(cast, cast.adam)
    with transaction():
        cast.question.close(by=cast.visitor)

    assert [one["state"] for one in ask(cast.adam, "console_state")["conversations"]] == ["closed"]
    assert ask(cast.nina, "console_state")["conversations"] == []


def test_the_card_may_be_written_and_is_tidied(cast, ask):
    answer = ask(
        cast.adam,
        "save_card",
        visitor_id=cast.visitor.id,
        name=" Li  Lei ",
        email="LI@Example.com",
        phone="1",
        company="",
        note="a\nb",
    )

    assert answer["card"]["name"] == "Li Lei"
    assert answer["card"]["email"] == "li@example.com"
    assert cast.visitor.note == "a\nb"


def test_a_card_with_a_broken_address_is_not_saved(cast, ask):
    answer = ask(cast.adam, "save_card", visitor_id=cast.visitor.id, name="Li", email="nowhere")

    assert code_of(answer) == "invalid"
    assert "email" in answer["error"]["fields"]
    assert cast.visitor.name == ""


def test_the_card_shows_the_pages_and_what_was_said_before(cast, ask):
    answered_by(cast, cast.adam)
    with transaction():
        cast.question.close(by=cast.adam)

    file = ask(cast.adam, "visitor_card", visitor_id=cast.visitor.id)

    assert file["card"]["number"] == cast.visitor.id
    assert [one["id"] for one in file["earlier"]] == [cast.question.id]


def test_the_card_has_all_visits_newest_first(cast, ask):
    with transaction():
        first = db.session.scalars(sa.select(Visit).where(Visit.visitor_id == cast.visitor.id)).one()
        first.view("https://shop.example/1", "One")
        first.view("https://shop.example/2", "Two")
        first.last_seen_at -= timedelta(hours=1)
        Visit.of(cast.visitor, cast.site, referrer="https://search.example/?q=tea")

    visits = ask(cast.adam, "visitor_card", visitor_id=cast.visitor.id)["visits"]

    assert [(visit["pages"], visit["referrer_domain"]) for visit in visits] == [(0, "search.example"), (2, "")]


def test_whoever_serves_the_visitor_asks_for_a_rating_once_a_minute(cast, ask, app, monkeypatch):
    heard = Caught("visitor")
    monkeypatch.setitem(app.extensions, "pushes", heard)
    answered_by(cast, cast.adam)

    assert ask(cast.adam, "ask_rating", conversation_id=cast.question.id)["ok"]
    assert code_of(ask(cast.adam, "ask_rating", conversation_id=cast.question.id)) == "rating_asked_already"
    assert code_of(ask(cast.nina, "ask_rating", conversation_id=cast.question.id)) == "not_found"
    assert [data for _, data in heard.named("rating_asked")] == [{"conversation_id": cast.question.id}]


def test_only_who_answers_confirms_for_the_team(cast, ask, caught):
    answered_by(cast, cast.nina)
    with transaction():
        cast.question.last_seq = 3

    assert ask(cast.olga, "confirm_head", conversation_id=cast.question.id, seq=3)["last_seq"] == 3
    assert cast.question.team_confirmed_seq == 0

    assert ask(cast.nina, "confirm_head", conversation_id=cast.question.id, seq=3)["last_seq"] == 3
    assert cast.question.team_confirmed_seq == 3
    rooms = {member_room(cast.acme.id, cast.nina.id), conversation_room(cast.acme.id, cast.question.id)}
    assert (rooms, {"conversation_id": cast.question.id, "side": "team", "seq": 3}) in caught.named("conversation_confirmed")


def test_a_gap_is_looked_into(cast, ask):
    answered_by(cast, cast.nina)
    with transaction():
        cast.question.last_seq = 3

    assert ask(cast.nina, "report_gap", conversation_id=cast.question.id, after=0, before=3)["ok"]

    [hole] = Gap.holes(since=now() - timedelta(minutes=1))
    assert (hole.found_by, hole.missing) == ("team", 2)
    assert code_of(ask(cast.nina, "report_gap", conversation_id=cast.question.id, after=0, before=9)) == "bad_request"


def test_another_companys_visitor_is_not_found(cast, ask):
    for event in ("visitor_card", "save_card"):
        assert code_of(ask(cast.eve, event, visitor_id=cast.visitor.id, name="Mallory")) == "not_found"
    assert cast.visitor.name == ""


def test_without_the_right_only_visitors_one_has_met(cast, ask, only_own):
    assert ask(cast.adam, "visitor_card", visitor_id=cast.visitor.id)["ok"]

    answered_by(cast, cast.nina)

    assert code_of(ask(cast.adam, "visitor_card", visitor_id=cast.visitor.id)) == "not_found"


def test_handling_an_offline_message(cast, ask, a_message):
    answer = ask(cast.adam, "handle_offline_message", offline_message_id=a_message.id, note="called back")

    assert answer["offline_message"]["handled_by"]["name"] == "Adam"
    assert a_message.handling_note == "called back"


def test_offline_messages_are_not_for_everybody(cast, ask, a_message, only_own):
    assert code_of(ask(cast.adam, "handle_offline_message", offline_message_id=a_message.id, note="")) == "not_allowed"
    assert code_of(ask(cast.eve, "handle_offline_message", offline_message_id=a_message.id, note="")) == "not_found"
    assert a_message.handled_at is None


def test_rights_that_were_taken_count_at_once(cast):
    with transaction():
        session, _ = Session.open(cast.adam, remember=False, ip="", device="")
        agent = Agent.of(session, cast.acme)
    assert console_door.call(agent, "console_state", {})["ok"]

    with transaction():
        role = Role(name="Reader", permissions=[])
        db.session.add(role)
        cast.adam.move_to(role)

    assert code_of(console_door.call(agent, "console_state", {})) == "not_allowed"


def test_a_session_that_ended_asks_nothing_more(cast):
    with transaction():
        session, _ = Session.open(cast.adam, remember=False, ip="", device="")
        agent = Agent.of(session, cast.acme)
        session.end()

    assert code_of(console_door.call(agent, "console_state", {})) == "not_signed_in"


def test_renewing_keeps_a_seat_or_takes_a_free_one(cast, ask):
    assert ask(cast.adam, "renew")["ok"]
    assert ask(cast.adam, "renew")["ok"]

    assert current_company().seated == {cast.adam.id}


def test_renewing_does_not_take_back_a_seat_that_was_released(cast, ask):
    ask(cast.adam, "renew")
    with transaction():
        cast.acme.release_seat(cast.adam.id)

    assert code_of(ask(cast.adam, "renew")) == "seat_released"
    assert current_company().seated == set()

    seat(cast, cast.adam)
    assert ask(cast.adam, "renew")["ok"]


@pytest.fixture
def a_message(cast) -> OfflineMessage:
    with transaction():
        return OfflineMessage.leave(cast.visitor, cast.site, uuid.uuid4(), "Call me", {"phone": "123"})
