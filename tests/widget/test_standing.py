"""What becomes of open lines when a visitor withdraws his consent, signs in, or erases himself, in this process and elsewhere."""

from types import SimpleNamespace

import pytest

from chat.conversations.rooms import visitor_room
from chat.privacy import erase, set_privacy
from chat.styles.sites import Site
from chat.visitors.visitors import Visitor
from core.db import db, transaction
from core.realtime.ear import Ear
from core.realtime.pushes import Outlet
from core.realtime.questions import ask
from core.realtime.rooms import Rooms
from tenants.companies.settings import Settings
from widget import standing
from widget.guest import Guest
from widget.standing import Standing


class Line:
    """A visitor's tab."""

    def __init__(self, caller: Guest):
        self.caller, self.rooms, self.heard, self.ended = caller, set(), [], ""

    def push(self, name: str, data) -> None:
        self.heard.append((name, data))

    def deliver(self, push) -> None:
        self.heard.append(push)

    def cut(self) -> None:
        self.ended = "cut"

    def hang_up(self) -> None:
        self.ended = "hung up"


class Process:
    """A live process: its lines and its ear, without sockets."""

    def __init__(self):
        self.rooms, self._lines, self.looks_soon = Rooms(), [], 0
        self.standing = Standing(self)
        self.rooms.join(Ear(self.standing.doubt), standing.ROOM)

    def lines(self) -> list[Line]:
        return self._lines

    def soon(self, function):
        def later():
            self.looks_soon += 1

        return later

    def connect(self, visitor: Visitor, cast, shows_typing=True) -> Line:
        guest = Guest(company_id=cast.acme.id, place=cast.acme.place, kind="visitor", id=visitor.id, name="", visit_id=1,
                      site_key=cast.site.key, site_id=cast.site.id, visitor_key=visitor.key, shows_typing=shows_typing)  # fmt: skip
        line = Line(guest)
        self._lines.append(line)
        self.rooms.join(line, visitor_room(cast.acme.id, visitor.id))
        return line


@pytest.fixture
def here(cast) -> Process:
    return Process()


@pytest.fixture
def elsewhere(cast) -> Process:
    return Process()


@pytest.fixture(autouse=True)
def bus(app, here, elsewhere, monkeypatch):
    """What is said here is heard elsewhere."""

    def say(pushes):
        for push in pushes:
            elsewhere.rooms.deliver(push)

    monkeypatch.setitem(app.extensions, "pushes", Outlet(SimpleNamespace(say=say), here.rooms))


def test_a_consent_that_is_withdrawn_holds_for_all_his_tabs_at_once(cast, here, elsewhere):
    tabs = [here.connect(cast.visitor, cast), here.connect(cast.visitor, cast), elsewhere.connect(cast.visitor, cast)]
    with transaction():
        neighbour = here.connect(Visitor.recognise(None, cast.site), cast)

    with transaction():
        set_privacy(cast.visitor, False)

    assert [tab.caller.shows_typing for tab in tabs] == [False] * 3
    assert neighbour.caller.shows_typing


def test_one_that_is_given_holds_as_soon_as_it_was_looked_up(cast, here, elsewhere):
    tabs = [here.connect(cast.visitor, cast, False), elsewhere.connect(cast.visitor, cast, False)]
    with transaction():
        set_privacy(cast.visitor, True)
    assert (here.looks_soon, elsewhere.looks_soon) == (1, 1)

    here.standing.look()
    elsewhere.standing.look()

    assert [tab.caller.shows_typing for tab in tabs] == [True, True]
    assert all(("privacy_changed", {"shows_typing": True}) in tab.heard for tab in tabs)


def test_a_hint_that_was_lost_is_made_good_by_looking(cast, here):
    tab = here.connect(cast.visitor, cast)
    with transaction():
        db.session.get_one(Visitor, cast.visitor.id).shows_typing = False

    here.standing.look()

    assert not tab.caller.shows_typing


@pytest.mark.parametrize("asks", [True, False])
def test_who_has_not_said_shows_it_where_the_company_does_not_ask(cast, here, asks):
    tab = here.connect(cast.visitor, cast, shows_typing=asks)
    with transaction():
        Settings.current().asks_typing_consent = asks

    here.standing.look()

    assert tab.caller.shows_typing is not asks


def test_while_nobody_can_be_asked_nothing_is_shown(cast, here, monkeypatch):
    tab = here.connect(cast.visitor, cast)
    monkeypatch.setattr(standing, "ask", lambda statement, parameters: {})

    here.standing.look()

    assert not tab.caller.shows_typing
    assert not tab.ended


def test_what_was_said_while_we_asked_counts_more_than_the_answer(cast, here, monkeypatch):
    tab = here.connect(cast.visitor, cast)
    with transaction():
        set_privacy(cast.visitor, True)

    def ask_slowly(statement, parameters):
        answer = ask(statement, parameters)
        with transaction():
            set_privacy(db.session.get_one(Visitor, cast.visitor.id), False)
        return answer

    monkeypatch.setattr(standing, "ask", ask_slowly)
    here.standing.look()

    assert not tab.caller.shows_typing


def test_the_lines_of_who_erased_himself_end_for_good(cast, here, elsewhere):
    tabs = [here.connect(cast.visitor, cast), elsewhere.connect(cast.visitor, cast)]
    with transaction():
        neighbour = here.connect(Visitor.recognise(None, cast.site), cast)
    with transaction():
        erase(cast.visitor)

    assert [tab.caller.shows_typing for tab in tabs] == [False, False]
    here.standing.look()
    elsewhere.standing.look()

    assert [tab.ended for tab in tabs] == ["hung up"] * 2
    assert tabs[0].heard[-1] == ("session_ended", {"reason": "erased"})
    assert not neighbour.ended


def test_lines_from_before_he_signed_in_come_back_with_his_new_token(cast, here):
    before = here.connect(cast.visitor, cast)
    with transaction():
        cast.visitor.become("user-17")
    after = here.connect(cast.visitor, cast)

    here.standing.look()

    assert (before.ended, after.ended) == ("cut", "")


def test_two_companies_are_asked_each_about_its_own(cast, here):
    with cast.globex.entered(), transaction():
        foreign = Visitor.recognise(None, Site.all()[0])
    tab = here.connect(cast.visitor, cast)
    guest = Guest(company_id=cast.globex.id, place=cast.globex.place, kind="visitor", id=foreign.id, name="", visit_id=1,
                  site_key="x", site_id=1, visitor_key=foreign.key)  # fmt: skip
    other = Line(guest)
    here.lines().append(other)

    here.standing.look()

    assert (tab.ended, other.ended) == ("", "")
