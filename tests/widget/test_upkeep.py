from types import SimpleNamespace

import orjson
import pytest

from chat.reception.rosters import roster_now
from chat.visitors.arrivals import Arrival, arrive
from chat.visitors.presence import set_presence, visitors_here
from core.db import transaction
from core.realtime.rooms import Rooms
from tenants.people.roles import Role
from widget import upkeep
from widget.availability import Availability
from widget.guest import Guest


class Line:
    """A visitor's tab that remembers what it heard."""

    def __init__(self, caller: Guest):
        self.caller, self.rooms, self.heard, self.is_cut = caller, set(), [], False

    def cut(self) -> None:
        self.is_cut = True

    def push(self, name: str, data) -> None:
        self.heard.append([name, data])

    def deliver(self, push) -> None:
        self.heard.append(orjson.loads(push.payload))


@pytest.fixture
def switchboard(app, cast, monkeypatch):
    switchboard = SimpleNamespace(rooms=Rooms(), lines=list, soon=lambda function: function)
    monkeypatch.setitem(app.extensions, "switchboard", switchboard)
    return switchboard


@pytest.fixture
def line(cast, switchboard) -> Line:
    acme = cast.acme
    arrived = arrive(acme, Arrival(site_key=cast.site.key, visitor_key=cast.visitor.key))
    guest = Guest(company_id=acme.id, place=acme.place, kind="visitor", id=cast.visitor.id, name="", site_key=cast.site.key,
                  site_id=cast.site.id, visitor_key=cast.visitor.key, visit_id=arrived.visit_id, rooms=set(), arrived=arrived)  # fmt: skip
    line = Line(guest)
    switchboard.lines = lambda: [line]
    return line


def test_who_arrives_is_welcomed_and_counted(cast, line):
    upkeep.arrived(line.caller, line)

    [[name, welcome]] = line.heard
    assert name == "welcome"
    assert welcome["conversation"]["id"] == cast.question.id
    assert visitors_here(cast.acme) == [cast.visitor.id]


def test_who_leaves_his_last_tab_is_gone(cast, line, switchboard):
    upkeep.arrived(line.caller, line)

    upkeep.left(line.caller)
    assert visitors_here(cast.acme) == [cast.visitor.id]

    switchboard.lines = list
    upkeep.left(line.caller)
    assert visitors_here(cast.acme) == []


def test_everybody_connected_is_said_to_be_here(cast, line):
    upkeep.keep_all({cast.acme.id: [line]})

    assert visitors_here(cast.acme) == [cast.visitor.id]


def test_a_seat_that_ran_out_is_noticed(cast, line, switchboard, app):
    availability, here = Availability(switchboard), {cast.acme.id: [line]}
    upkeep.arrived(line.caller, line)
    with transaction():
        set_presence(cast.adam, "online")
    availability.look(here)
    availability.look(here)

    app.extensions["redis"].delete(f"seats:{cast.acme.id}")
    availability.look(here)

    assert [data["online"] for name, data in line.heard if name == "availability_changed"] == [True, False]
    assert [data["standing"] for name, data in line.heard if name == "reception_changed"] == ["online", "offline"]


@pytest.mark.parametrize("presence", ["online", "busy", "away"])
@pytest.mark.parametrize("receives", [True, False])
@pytest.mark.parametrize("permissions", [["conversations.answer"], ["visitors.see"]])
def test_the_look_and_the_question_agree(cast, line, switchboard, presence, receives, permissions):
    with transaction():
        cast.adam.role = Role.add("Half", permissions)
        cast.adam.presence, cast.adam.receives = presence, receives
        cast.acme.take_seat(cast.adam)
    availability = Availability(switchboard)

    availability.look({cast.acme.id: [line]})

    assert availability.seen(cast.acme.id) == roster_now(cast.acme)
    assert bool(roster_now(cast.acme).receiving) is (
        presence == "online" and receives and "conversations.answer" in permissions
    )


def test_nobody_is_remembered_of_a_company_that_has_left(cast, line, switchboard):
    availability = Availability(switchboard)
    availability.look({cast.acme.id: [line]})
    availability.look({})

    assert availability.seen(cast.acme.id) is None
