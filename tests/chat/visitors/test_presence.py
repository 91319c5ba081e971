import pytest

from chat.reception.rosters import roster_now
from chat.visitors import presence
from chat.visitors.presence import NoSuchPresence, set_presence
from core.db import transaction
from core.errors import NotAllowed


def test_nobody_online_nobody_answers(cast):
    assert not roster_now(cast.acme).receiving


def test_an_agent_online_answers(cast):
    with transaction():
        set_presence(cast.adam, "online")

    assert roster_now(cast.acme).receiving
    assert (cast.acme.seated, cast.adam.presence) == ({cast.adam.id}, "online")


@pytest.mark.parametrize("state", ["busy", "away"])
def test_busy_agents_get_nothing(cast, state):
    with transaction():
        set_presence(cast.adam, state)

    assert not roster_now(cast.acme).receiving
    assert cast.acme.seated == {cast.adam.id}


def test_who_does_not_receive_does_not_count(cast):
    with transaction():
        cast.adam.receives = False
        set_presence(cast.adam, "online")

    assert not roster_now(cast.acme).receiving


def test_going_offline_gives_the_seat_back(cast):
    with transaction():
        set_presence(cast.adam, "online")
    with transaction():
        set_presence(cast.adam, "offline")

    assert cast.acme.seated == set()


def test_only_who_may_is_invisible(cast):
    with pytest.raises(NotAllowed):
        set_presence(cast.adam, "invisible")

    with transaction():
        set_presence(cast.olga, "invisible")
    assert not roster_now(cast.acme).receiving


def test_there_are_five_states(cast):
    with pytest.raises(NoSuchPresence):
        set_presence(cast.adam, "asleep")


def test_visitors_are_here_while_somebody_says_so(cast):
    presence.keep_visitors(cast.acme.id, [cast.visitor.id])
    assert presence.visitors_here(cast.acme) == [cast.visitor.id]
    assert presence.visitors_here(cast.globex) == []

    presence.lose_visitor(cast.acme.id, cast.visitor.id)
    assert presence.visitors_here(cast.acme) == []


def test_visitors_of_a_dead_process_are_forgotten(cast, monkeypatch):
    presence.keep_visitors(cast.acme.id, [cast.visitor.id])
    assert presence.visitors_here_in([cast.acme.id]) == {cast.acme.id: {cast.visitor.id}}

    monkeypatch.setattr(presence, "GONE_AFTER", -1)
    assert presence.visitors_here_in([cast.acme.id]) == {cast.acme.id: set()}
