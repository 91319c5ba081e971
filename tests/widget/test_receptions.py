"""Who is there for one visitor: the icon's state, the list, the choice (W-29, W-30, R-13, R-18)."""

from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from queueing import agent_of, come_online, why
from routing import BEIJING, NINGBO, department, set_rules, strategy

from billing.grants import revoke
from chat.conversations.conversations import Conversation
from chat.styles.calendars import Calendar
from chat.styles.launchers import Launcher
from chat.styles.opening_hours import Hours
from chat.styles.styles import Style
from chat.visitors.arrivals import Arrival, arrive
from chat.visitors.presence import set_presence
from chat.visitors.visits import Visit
from core.db import db, transaction
from core.realtime.rooms import Rooms
from tenants.companies.settings import Settings
from widget import upkeep
from widget.availability import Availability, reception_for
from widget.guest import Guest


class Tab:
    """A visitor's tab that remembers what it heard."""

    def __init__(self, caller: Guest):
        self.caller, self.rooms, self.heard = caller, set(), []

    def push(self, name: str, data) -> None:
        self.heard.append((name, data))

    def named(self, name: str) -> list[dict]:
        return [data for what, data in self.heard if what == name]


@pytest.fixture
def availability(app, monkeypatch) -> Availability:
    tabs = []
    switchboard = SimpleNamespace(rooms=Rooms(), lines=lambda: tabs, soon=lambda function: function, tabs=tabs)
    monkeypatch.setitem(app.extensions, "switchboard", switchboard)
    return Availability(switchboard)


@pytest.fixture
def come(cast):
    """`come(NINGBO, "https://shop.example/")` is a visitor's tab that has been welcomed."""

    def arrives(ip: str, url: str = "", key: str | None = None) -> Tab:
        key = key or f"00000000-0000-4000-8000-{len(known):012}"
        arrived = arrive(cast.acme, Arrival(site_key=cast.site.key, visitor_key=key, is_new=key not in known, ip=ip, url=url))
        known.add(key)
        guest = Guest(company_id=cast.acme.id, place=cast.acme.place, kind="visitor", id=arrived.visitor_id, name="", site_key=cast.site.key,
                      site_id=cast.site.id, visitor_key=key, visit_id=arrived.visit_id, page_url=url, ip=ip, rooms=set(), arrived=arrived)  # fmt: skip
        tab = Tab(guest)
        with transaction():
            upkeep.arrived(guest, tab)
        return tab

    known: set[str] = set()
    return arrives


@pytest.fixture
def east(cast):
    return department("East", cast.adam)


def a_list(cast) -> None:
    """The icon shows whom a visitor may choose."""
    with transaction():
        Style(cast.site).save(Launcher(kind="list"), by=None)


def reception_of(window) -> dict:
    return window.ask("state")["reception"]


def told(tab: Tab) -> str:
    return (tab.named("reception_changed") or [tab.named("welcome")[0]["reception"]])[-1]["standing"]


def test_w30_the_icons_state_is_of_those_who_may_serve_this_visitor(cast, come, east):
    set_rules(cast, strategy("East", "CN-ZJ", east))
    come_online(cast.nina)

    assert told(come(NINGBO)) == "offline"
    assert told(come(BEIJING)) == "online"
    come_online(cast.adam)
    assert told(come(NINGBO)) == "online"


@pytest.mark.parametrize(
    ("adam", "nina", "standing", "takes"),
    [
        ("online", "offline", "online", True),
        ("busy", "offline", "busy", False),
        ("busy", "online", "online", True),
        ("away", "invisible", "offline", False),
        ("offline", "offline", "offline", False),
    ],
)
def test_w30_is_busy_when_all_who_are_there_are_busy(cast, window, adam, nina, standing, takes):
    with transaction():
        cast.nina.role.permissions = [*cast.nina.role.permissions, "presence.invisible"]
    for member, state in ((cast.adam, adam), (cast.nina, nina)):
        if state != "offline":
            with transaction():
                set_presence(member, state)

    state = window.ask("state")

    assert (state["reception"]["standing"], state["online"]) == (standing, takes)


def test_w30_is_busy_when_all_are_full_and_the_visitor_may_wait(cast, window):
    with transaction():
        Settings.current().conversation_limit = 1
        cast.question.accept(cast.adam)
    come_online(cast.adam)

    assert reception_of(window)["standing"] == "busy"
    assert window.ask("open_conversation")["conversation"]["state"] == "waiting"


def test_w30_where_nobody_of_the_scope_is_there_no_conversation_begins(app, cast, come, window, east):
    set_rules(cast, pages={"/*": [east]}, receive=[east])
    come_online(cast.nina)

    assert reception_of(window)["standing"] == "offline"
    assert window.ask("open_conversation")["error"]["code"] == "nobody_is_here"


def test_r21_over_plain_http_the_page_is_known_a_moment_later_and_counts_all_the_same(cast, window, east):
    set_rules(cast, pages={"/hats": [east]})
    come_online(cast.nina)
    assert reception_of(window)["standing"] == "online"

    window.ask("view_page", url="https://shop.example/hats", title="")

    assert reception_of(window)["standing"] == "offline"


def test_r18_is_kept_with_the_visit_and_goes_with_the_conversation(cast, come, east):
    set_rules(cast, strategy("East", "CN-ZJ", east))
    tab = come(NINGBO)
    visit = db.session.get_one(Visit, tab.caller.visit_id, populate_existing=True)
    assert visit.scope["steps"][0]["departments"] == [east.id]

    again = come(BEIJING, key=tab.caller.visitor_key)

    assert again.caller.visit_id == visit.id
    assert again.caller.scope == tab.caller.scope


def test_a_company_without_rules_writes_and_asks_nothing_more(cast, come, availability, app, monkeypatch):
    """Who is let in brings what is needed along: no question is asked of the database for the reception."""
    come(NINGBO)
    monkeypatch.setitem(app.extensions, "availability", availability)
    tab = come(NINGBO)
    availability.look({cast.acme.id: [tab]})
    asked = []
    engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", lambda *event: asked.append(event[2]))
    arrived = arrive(cast.acme, Arrival(site_key=cast.site.key, visitor_key=tab.caller.visitor_key, ip=NINGBO))
    tab.caller.arrived = arrived
    with transaction():
        arrived.recall()
        asked.clear()
        reception_for(tab.caller)

    assert asked == []


def test_each_scope_is_told_when_it_changes_and_nobody_else(cast, come, availability, east):
    set_rules(cast, strategy("East", "CN-ZJ", east))
    ningbo, beijing = come(NINGBO), come(BEIJING)
    here = {cast.acme.id: [ningbo, beijing]}
    availability.look(here)
    come_online(cast.adam)
    with transaction():
        set_presence(cast.adam, "busy")
    availability.look(here)

    assert [data["standing"] for data in ningbo.named("reception_changed")] == ["busy"]
    assert [data["standing"] for data in beijing.named("reception_changed")] == ["busy"]
    come_online(cast.nina)
    availability.look(here)
    availability.look(here)

    assert [data["standing"] for data in ningbo.named("reception_changed")] == ["busy"]
    assert [data["standing"] for data in beijing.named("reception_changed")] == ["busy", "online"]
    assert beijing.named("availability_changed") == [{"online": True}]


def test_it_is_worked_out_anew_only_where_something_has_changed(cast, come, availability, monkeypatch):
    tab = come(NINGBO)
    availability.look({cast.acme.id: [tab]})
    monkeypatch.setattr("widget.availability.reception_of", lambda *given: pytest.fail("worked out again"))

    availability.look({cast.acme.id: [tab]})

    assert tab.named("reception_changed") == []


def test_outside_of_the_hours_it_is_closed_and_nothing_begins(cast, come, window, adam_is_online):
    with transaction():
        Style(cast.site).save(Hours(usual=Calendar(), when_closed="hide"), by=None)

    reception = reception_of(window)
    assert (reception["standing"], reception["when_closed"]) == ("closed", "hide")
    assert window.ask("open_conversation")["error"]["code"] == "nobody_is_here"


def test_w29_a_list_shows_the_designated_persons_with_their_state(cast, window, east):
    set_rules(cast, members=[cast.nina, cast.adam])
    a_list(cast)
    come_online(cast.adam)

    assert reception_of(window)["entries"] == [
        {"kind": "member", "id": cast.nina.id, "name": "Nina", "department": "", "standing": "offline"},
        {"kind": "member", "id": cast.adam.id, "name": "Adam", "department": "East", "standing": "online"},
    ]


def test_w29_a_list_of_departments_shows_only_their_names(cast, window, east):
    sales = department("Sales", cast.nina)
    empty = department("Empty")
    set_rules(cast, departments=[east, sales, empty])
    a_list(cast)
    come_online(cast.nina)

    assert [(entry["kind"], entry["name"], entry["standing"]) for entry in reception_of(window)["entries"]] == [
        ("department", "East", "offline"),
        ("department", "Sales", "online"),
    ]


def test_w29_needs_the_right_to_designated_agents(cast, window):
    set_rules(cast, members=[cast.adam])
    a_list(cast)
    with transaction():
        revoke(cast.acme, "trial:professional")

    assert reception_of(window)["entries"] == []


def test_w29_only_a_list_shows_anybody(cast, window):
    set_rules(cast, members=[cast.adam])

    assert reception_of(window)["entries"] == []


def test_r13_hides_the_department_and_who_is_offline(cast, window, east):
    set_rules(cast, members=[cast.adam, cast.nina], hides_departments=True, hides_offline=True)
    a_list(cast)
    come_online(cast.adam)

    [entry] = reception_of(window)["entries"]
    assert (entry["name"], entry["department"]) == ("Adam", "")


def test_r17_where_a_region_matches_the_list_is_of_its_departments(cast, come, east):
    set_rules(cast, strategy("East", "CN-ZJ", east), members=[cast.nina])
    a_list(cast)

    assert [entry["name"] for entry in come(NINGBO).named("welcome")[0]["reception"]["entries"]] == ["East"]
    assert [entry["name"] for entry in come(BEIJING).named("welcome")[0]["reception"]["entries"]] == ["Nina"]


def test_w29_whom_he_chooses_gets_him(cast, window, mode_service):
    set_rules(cast, members=[cast.adam, cast.nina])
    a_list(cast)
    come_online(cast.adam, cast.nina)
    window.ask("state")

    answer = window.ask("open_conversation", member_id=cast.nina.id)

    question = db.session.get_one(Conversation, answer["conversation"]["id"])
    assert agent_of(question) == "Nina"
    assert why(question).rule == "chosen"


@pytest.mark.parametrize(
    "choice", [{"member_id": 1}, {"member_id": "1"}, {"member_id": True}, {"department_id": 2**70}, {"member_id": [1]}]
)
def test_whom_he_may_not_choose_does_not_exist(cast, window, choice):
    set_rules(cast, members=[cast.adam])
    a_list(cast)
    come_online(cast.adam, cast.olga)
    window.ask("state")
    choice = {name: cast.olga.id if value == 1 and value is not True else value for name, value in choice.items()}

    assert window.ask("open_conversation", **choice)["error"]["code"] == "not_found"


def test_whom_he_chooses_must_be_there(cast, window):
    set_rules(cast, members=[cast.adam, cast.nina])
    a_list(cast)
    come_online(cast.adam)
    window.ask("state")

    assert window.ask("open_conversation", member_id=cast.nina.id)["error"]["code"] == "nobody_is_here"


@pytest.fixture
def mode_service(cast) -> None:
    with transaction():
        cast.question.close(cast.visitor)
        Settings.current().assignment = "service"
