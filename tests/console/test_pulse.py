"""What consoles hear every few seconds, and how their rooms follow their rights."""

from types import SimpleNamespace

import pytest

from chat.conversations.rooms import agents_room, conversation_room, watchers_room
from chat.conversations.talks import Talk
from console import pulse
from console.agent import Agent
from console.hearing import look_at
from core.db import Place, db, transaction
from core.realtime.rooms import Rooms
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.signing_in.sessions import Session


class FakeLine:
    """A tab that writes down what it hears."""

    def __init__(self, agent: Agent):
        self.caller, self.rooms, self.heard, self.is_cut = agent, set(), [], False
        self.socket = SimpleNamespace(closed=False)

    def push(self, name: str, data: dict) -> None:
        self.heard.append((name, data))

    def cut(self) -> None:
        self.is_cut = True

    @property
    def pulse(self) -> dict:
        return [data for name, data in self.heard if name == "pulse"][-1]


@pytest.fixture
def rooms(app, monkeypatch) -> Rooms:
    rooms = Rooms()
    monkeypatch.setitem(app.extensions, "switchboard", SimpleNamespace(rooms=rooms))
    return rooms


@pytest.fixture
def line_of(cast, rooms):
    """`line_of(cast.adam)` is the line of a console Adam has open."""

    def line_of(member) -> FakeLine:
        with transaction():
            session, _ = Session.open(member, remember=False, ip="", device="")
            agent = Agent.of(session, cast.acme)
        agent.line = line = FakeLine(agent)
        for room in agent.rooms:
            rooms.join(line, room)
        return line

    return line_of


def beat(lines: list[FakeLine]) -> None:
    pulse.beat({lines[0].caller.company_id: lines})


def give(cast, member, *permissions: str) -> None:
    with transaction():
        role = Role(name=f"Role of {member.name}", permissions=list(permissions))
        db.session.add(role)
        member.move_to(role)


def test_it_tells_of_all_one_may_see_and_nothing_else(cast, line_of):
    with transaction():
        cast.acme.take_seat(cast.nina)
        cast.question.accept(by=cast.nina)
    give(cast, cast.adam, "conversations.answer")
    adam, nina, olga = line_of(cast.adam), line_of(cast.nina), line_of(cast.olga)

    beat([adam, nina, olga])

    assert adam.pulse["heads"] == {}
    assert nina.pulse["heads"] == olga.pulse["heads"] == {str(cast.question.id): 0}
    assert adam.pulse["presences"] == {str(cast.nina.id): "online"}
    assert adam.pulse["seats"]["taken"] == 1


def test_rights_that_were_given_open_rooms(cast, line_of):
    give(cast, cast.adam, "conversations.answer")
    adam = line_of(cast.adam)
    assert watchers_room(cast.acme.id) not in adam.rooms

    give(cast, cast.adam, "conversations.answer", "visitors.see")
    beat([adam])

    assert watchers_room(cast.acme.id) in adam.rooms
    assert adam.heard[0] == ("rights_changed", {})


def test_rights_that_were_taken_close_them_also_where_one_looks(cast, line_of):
    adam = line_of(cast.adam)
    look_at(adam.caller, conversation_room(cast.acme.id, cast.question.id))

    give(cast, cast.adam, "conversations.answer")
    beat([adam])

    assert watchers_room(cast.acme.id) not in adam.rooms
    assert conversation_room(cast.acme.id, cast.question.id) not in adam.rooms
    assert agents_room(cast.acme.id) in adam.rooms


def test_who_no_longer_answers_visitors_is_cut_off(cast, line_of):
    adam = line_of(cast.adam)

    give(cast, cast.adam)
    beat([adam])

    assert adam.is_cut
    assert agents_room(cast.acme.id) not in adam.rooms


def test_one_looks_at_one_conversation_at_a_time(cast, line_of):
    adam = line_of(cast.adam)

    look_at(adam.caller, conversation_room(cast.acme.id, 7))
    look_at(adam.caller, conversation_room(cast.acme.id, 8))
    assert conversation_room(cast.acme.id, 7) not in adam.rooms
    assert conversation_room(cast.acme.id, 8) in adam.rooms

    look_at(adam.caller, None)
    assert conversation_room(cast.acme.id, 8) not in adam.rooms


def test_a_line_that_has_gone_meanwhile_enters_no_room(cast, line_of, rooms):
    adam = line_of(cast.adam)
    adam.socket.closed = True

    look_at(adam.caller, conversation_room(cast.acme.id, 7))

    assert not list(rooms.members([conversation_room(cast.acme.id, 7)]))


def test_it_tells_how_many_visitors_each_agent_talks_to(cast, line_of):
    with transaction():
        cast.acme.take_seat(cast.nina)
        cast.question.accept(by=cast.nina)
    adam = line_of(cast.adam)

    beat([adam])

    assert adam.pulse["talking"] == {str(cast.nina.id): 1}


def test_it_tells_how_far_ones_own_talks_have_come_and_no_others(cast, line_of):
    with transaction():
        talk = Talk.open_for(cast.adam, [cast.nina])
        talk.last_seq = 4
    adam, nina, olga = line_of(cast.adam), line_of(cast.nina), line_of(cast.olga)

    beat([adam, nina, olga])

    assert adam.pulse["talks"] == nina.pulse["talks"] == {str(talk.id): 4}
    assert olga.pulse["talks"] == {}


def test_all_companies_hear_their_own_in_one_round(cast, line_of):
    adam = line_of(cast.adam)
    with cast.globex.entered(), transaction():
        session, _ = Session.open(db.session.get_one(Member, cast.eve.id), remember=False, ip="", device="")
        eve = FakeLine(Agent.of(session, cast.globex))

    pulse.beat({cast.acme.id: [adam], cast.globex.id: [eve]})

    assert adam.pulse["heads"] == {str(cast.question.id): 0}
    assert eve.pulse["heads"] == {}


def test_a_company_that_cannot_be_asked_keeps_nobody_waiting(cast, line_of):
    adam, lost = line_of(cast.adam), line_of(cast.nina)
    lost.caller.company_id, lost.caller.place = 10**9, Place("t_999999999")

    pulse.beat({10**9: [lost], cast.acme.id: [adam]})

    assert adam.pulse["heads"] == {str(cast.question.id): 0}
    assert not lost.heard
