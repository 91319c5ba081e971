"""Last month's conversations under rules that nobody has saved: exactly those move whom they concern (beyond 2)."""

from datetime import timedelta

import pytest
import time_machine
from routing import BEIJING, HANGZHOU, NINGBO, TOKYO, department, rules, scope_from, set_rules, strategy

from billing.grants import revoke
from chat.conversations.conversations import Conversation
from chat.reception import replays
from chat.reception.replays import Replay
from chat.reception.scopes import scope_of_visit
from chat.styles.sites import Site
from chat.styles.styles import Style
from chat.visitors.visitors import Visitor
from chat.visitors.visits import Visit
from core.clock import now
from core.db import db, transaction


@pytest.fixture(autouse=True)
def nothing_asked_yet(cast):
    with transaction():
        db.session.delete(cast.question)


@pytest.fixture
def east(cast):
    return department("East", cast.adam)


@pytest.fixture
def north(cast):
    return department("North", cast.nina)


def asked(cast, ip: str, url: str = "", chosen: dict | None = None, site: Site | None = None) -> Conversation:
    """By a visitor from there, on this page, as the widget lets him in."""
    site = site or cast.site
    with transaction():
        visitor = Visitor.recognise(None, site)
        visit = Visit.of(visitor, site, ip=ip)
        visit.view(url, "")
        scope = scope_of_visit(site, visit.id, ip, url)
        if chosen:
            scope = scope.choosing(**chosen)
        return Conversation.open_for(visitor, site, visit, scope=scope.as_dict() if scope else None)


def replayed(cast, *strategies, **more) -> Replay:
    return Replay(cast.site, rules(*strategies, **more), cast.olga)


def moves_of(replay: Replay) -> dict:
    """From which departments to which: how many, from where."""
    return {
        (move.before.departments, move.after.departments): (move.count, {codes[-1] for codes in move.places})
        for move in replay.moves
    }


def test_exactly_those_move_whom_a_changed_strategy_names(cast, east, north):
    with time_machine.travel(now() - timedelta(days=31)):
        asked(cast, NINGBO)
    with transaction():
        other = Site.add("Other", [])
    asked(cast, NINGBO, site=other)
    before_there_were_rules = asked(cast, HANGZHOU)
    set_rules(cast, strategy("East", "CN-ZJ", east), receive=[north])
    with_a_kept_place = asked(cast, NINGBO)
    with transaction():
        db.session.get_one(Visit, with_a_kept_place.visit_id).ip = BEIJING
    asked(cast, BEIJING), asked(cast, TOKYO)

    replay = replayed(cast, strategy("Ningbo", "330200", east, north), strategy("East", "330100", north), receive=[north])

    assert moves_of(replay) == {
        ((east.id,), (east.id, north.id)): (1, {"330200"}),
        ((east.id,), (north.id,)): (1, {"330100"}),
    }
    assert [one.id for one in replay.examples] == [with_a_kept_place.id, before_there_were_rules.id]
    assert (replay.looked_at, replay.moved, replay.as_before, replay.has_more) == (4, 2, 2, False)


def test_a_rule_that_names_nobody_does_not_count_and_says_whom(cast, east):
    empty = department("Empty")
    asked(cast, NINGBO)

    replay = replayed(cast, strategy("East", "CN-ZJ", empty), receive=[east])

    assert (set(moves_of(replay)), replay.deserted) == ({((), (east.id,))}, {empty.id})


def test_the_page_somebody_came_on_counts_and_what_was_not_kept_is_said(cast, east, north):
    set_rules(cast, receive=[east, north])
    asked(cast, TOKYO, "https://shop.example/hats?from=mail"), asked(cast, TOKYO, "https://shop.example/shoes")
    without_page = asked(cast, TOKYO)

    replay = replayed(cast, receive=[east, north], pages={"/hats*": [north]})

    assert [(move.after.page_departments, move.after.people, move.count) for move in replay.moves] == [((north.id,), 1, 1)]
    assert (replay.untold, replay.as_before) == (1, 1)
    assert without_page.id not in {one.id for one in replay.examples}


def test_whose_place_nobody_knows_matches_no_strategy_and_whose_was_not_kept_cannot_be_told(cast, east, north):
    asked(cast, "10.0.0.1"), asked(cast, "")
    with transaction():
        Conversation.open_for(Visitor.recognise(None, cast.site), cast.site)

    by_region = replayed(cast, strategy("All", ("CN", "JP"), east), receive=[north])
    by_department = replayed(cast, receive=[north])

    assert (by_region.nowhere, by_region.untold, by_region.moved) == (1, 2, 1)
    assert (by_department.nowhere, by_department.untold, by_department.moved) == (0, 0, 3)


def test_without_the_right_strategies_are_absent_on_both_sides(cast, east, north):
    set_rules(cast, strategy("East", "CN-ZJ", east), receive=[north])
    asked(cast, NINGBO)
    assert replayed(cast, receive=[north]).moved == 1

    with transaction():
        revoke(cast.acme, "trial:professional")

    assert replayed(cast, receive=[north]).moved == 0
    assert set(moves_of(replayed(cast, strategy("East", "CN-ZJ", north), receive=[east]))) == {((north.id,), (east.id,))}


def test_a_choice_counts_while_the_list_has_it_and_an_invitation_always(cast, east):
    set_rules(cast, members=[cast.adam, cast.nina])
    asked(cast, BEIJING, chosen={"member_id": cast.nina.id})
    invited = asked(cast, BEIJING)
    with transaction():
        invited.assign(cast.adam, "invited", by=cast.adam)

    assert replayed(cast, members=[cast.nina, cast.olga]).moved == 0
    [move] = replayed(cast, members=[cast.adam, cast.olga]).moves
    assert (move.before.members, move.after.members, move.count) == ((cast.nina.id,), (cast.adam.id, cast.olga.id), 1)
    assert replayed(cast).invited == 1


def test_of_very_many_the_newest_are_looked_at_and_each_case_is_worked_out_once(cast, east, north, monkeypatch):
    set_rules(cast, receive=[north])
    for _ in range(3):
        asked(cast, NINGBO)
    worked_out = []
    scope_of = replays.Scope.on
    monkeypatch.setattr(replays, "MOST", 2)
    monkeypatch.setattr(replays.Scope, "on", lambda *rules: worked_out.append(rules) or scope_of(*rules))

    replay = replayed(cast, strategy("East", "CN", east), receive=[north])

    assert (replay.looked_at, replay.has_more, replay.moved) == (2, True, 2)
    assert len(worked_out) == 2


def test_another_companys_people_and_departments_receive_nothing(cast, east):
    with cast.globex.entered():
        theirs = department("Theirs")
    asked(cast, TOKYO)

    replay = replayed(cast, members=[cast.eve], receive=[theirs])

    assert replay.moves == []
    assert Style(cast.site).number == 0
    assert scope_from(cast, TOKYO) is None
