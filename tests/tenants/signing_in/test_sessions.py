from datetime import timedelta

import pytest
import time_machine

from core.clock import now
from core.db import transaction
from core.errors import NotFound
from tenants.people.members import BeyondOwnRights, Member
from tenants.people.roles import Role
from tenants.signing_in.callers import ended_sessions
from tenants.signing_in.sessions import LONG, SHORT, Session, end_sessions, session_for


def opened(member, remember=False) -> tuple[Session, str]:
    with transaction():
        session, cookie = Session.open(member, remember, ip="203.0.113.7", device="Firefox")
    return session, cookie.partition(".")[2]


def ended(cast, *ids: int) -> set[int]:
    """Which of these are at an end, as live processes ask it."""
    return ended_sessions({cast.acme.place: set(ids)})[cast.acme.place]


def test_the_cookie_opens_it_and_is_kept_nowhere(cast):
    session, secret = opened(cast.adam)

    assert Session.of_token(secret) is session
    assert secret not in session.token_hash
    assert Session.of_token(secret + "x") is None


@pytest.mark.parametrize(("remember", "lasts"), [(False, SHORT), (True, LONG)])
def test_lasts_as_long_as_promised(cast, remember, lasts):
    _session, secret = opened(cast.adam, remember)

    with time_machine.travel(now() + lasts - timedelta(minutes=1)):
        assert Session.of_token(secret)
    with time_machine.travel(now() + lasts + timedelta(minutes=1)):
        assert Session.of_token(secret) is None


def test_ends_at_once(cast):
    session, secret = opened(cast.adam)

    with transaction():
        session.end()

    assert Session.of_token(secret) is None
    assert ended(cast, session.id) == {session.id}


def test_ends_with_its_member(cast):
    session, secret = opened(cast.adam)

    with transaction():
        cast.adam.remove()

    assert Session.of_token(secret) is None
    assert ended(cast, session.id) == {session.id}


def test_all_end_but_the_one_in_use(cast):
    first, second, third = (opened(cast.adam)[0] for _time in range(3))
    ninas, _secret = opened(cast.nina)

    with transaction():
        end_sessions(cast.adam, but=second)

    assert Session.of_member(cast.adam) == [second]
    assert ended(cast, first.id, second.id, third.id, ninas.id) == {first.id, third.id}


def test_all_companies_are_asked_together_and_a_number_of_another_means_nothing(cast):
    session, _secret = opened(cast.adam)
    places = {cast.acme.place: {session.id, 10**12}, cast.globex.place: {session.id + 10**6}}

    assert ended_sessions(places) == {cast.acme.place: {10**12}, cast.globex.place: {session.id + 10**6}}


def test_ones_own_and_those_of_whom_one_manages_are_found(cast):
    adams, _secret = opened(cast.adam)

    assert session_for(cast.adam, adams.id) is adams
    assert session_for(cast.olga, adams.id) is adams
    with pytest.raises(NotFound):
        session_for(cast.nina, adams.id)
    with pytest.raises(NotFound):
        session_for(cast.olga, 123456)


def test_an_administrators_is_not_ended_by_who_may_less(cast):
    olgas, _secret = opened(cast.olga)
    with transaction():
        mia = Member.add("Mia", None, Role.add("Lead", ["members.manage"]))

    with pytest.raises(BeyondOwnRights):
        session_for(mia, olgas.id)
