"""What the visitor's window confirms, and misses."""

from datetime import timedelta

import pytest
from caught import Caught

from chat.conversations.integrity import Gap
from chat.conversations.rooms import agents_room, conversation_room, visitor_room
from chat.visitors.visitors import Visitor
from core.clock import now
from core.db import transaction


@pytest.fixture
def three_said(cast, window):
    """The visitor's window knows of three messages."""
    with transaction():
        cast.question.last_seq = 3
    window.token = cast.visitor.token(cast.site)
    return cast.question


def test_the_head_is_confirmed_and_both_ends_hear(cast, app, window, three_said, monkeypatch):
    caught = Caught("member")
    monkeypatch.setitem(app.extensions, "pushes", caught)

    assert window.ask("confirm_head", conversation_id=three_said.id, seq=3)["last_seq"] == 3

    cast.refresh()
    assert (three_said.visitor_confirmed_seq, three_said.team_confirmed_seq) == (3, 0)
    told = {"conversation_id": three_said.id, "side": "visitor", "seq": 3}
    assert caught.named("conversation_confirmed") == [
        ({visitor_room(cast.acme.id, cast.visitor.id)}, told),
        ({agents_room(cast.acme.id), conversation_room(cast.acme.id, three_said.id)}, told),
    ]


def test_more_than_was_said_is_not_confirmed(cast, window, three_said):
    assert window.ask("confirm_head", conversation_id=three_said.id, seq=4)["last_seq"] == 3

    cast.refresh()
    assert three_said.visitor_confirmed_seq == 0


def test_a_gap_is_looked_into(cast, window, three_said):
    assert window.ask("report_gap", conversation_id=three_said.id, after=0, before=4)["ok"]

    [hole] = Gap.holes(since=now() - timedelta(minutes=1))
    assert (hole.found_by, hole.missing) == ("visitor", 3)


@pytest.mark.parametrize(("event", "more"), [("confirm_head", {"seq": 3}), ("report_gap", {"after": 0, "before": 4})])
def test_another_visitors_conversation_is_not_found(cast, window, three_said, event, more):
    with transaction():
        stranger = Visitor.recognise(None, cast.site)
    window.token = stranger.token(cast.site)

    assert window.ask(event, conversation_id=three_said.id, **more)["error"]["code"] == "not_found"
    cast.refresh()
    assert three_said.visitor_confirmed_seq == 0
    assert Gap.holes(since=now() - timedelta(minutes=1)) == []
