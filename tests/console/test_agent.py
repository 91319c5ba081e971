"""Who may open a console's socket."""

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from console.agent import HandshakeExpired, agent_from, handshake_for
from core.db import db, transaction
from core.errors import NotAllowed, NotSignedIn
from tenants.people.roles import Role
from tenants.people.seats import NoSeatLeft
from tenants.rights import entitlements
from tenants.signing_in.current import cookie_name
from tenants.signing_in.sessions import Session


@pytest.fixture
def knock(app, cast):
    """`knock(cookie, handshake)` asks at the door, as a socket's handshake does."""

    def knock(cookie: str, handshake) -> object:
        environ = EnvironBuilder(headers={"Cookie": f"{cookie_name()}={cookie}"}).get_environ()
        with app.app_context():
            return agent_from(Request(environ), {"handshake": handshake})

    return knock


@pytest.fixture
def session_of(cast):
    """A session of a member: (cookie, handshake)."""

    def session_of(member) -> tuple[str, str]:
        company = cast.company_of(member)
        with company.entered(), transaction():
            session, cookie = Session.open(member, remember=False, ip="", device="")
        return cookie, handshake_for(session, company, "zh_Hans")

    return session_of


def test_the_session_and_the_page_made_for_it_come_in(cast, knock, session_of):
    agent = knock(*session_of(cast.adam))

    assert (agent.company_id, agent.kind, agent.id, agent.name) == (cast.acme.id, "member", cast.adam.id, "Adam")
    assert agent.language == "zh_Hans"
    assert cast.acme.seated == {cast.adam.id}


@pytest.mark.parametrize("handshake", [None, "", "x.y.z", 7, [], {}])
def test_without_a_handshake_the_cookie_is_not_enough(cast, knock, session_of, handshake):
    cookie, _ = session_of(cast.adam)

    with pytest.raises(HandshakeExpired):
        knock(cookie, handshake)
    assert cast.acme.seated == set()


def test_another_sessions_handshake_is_not_enough(cast, knock, session_of):
    cookie, _ = session_of(cast.adam)
    _, ninas = session_of(cast.nina)
    _, eves = session_of(cast.eve)

    for handshake in (ninas, eves):
        with pytest.raises(HandshakeExpired):
            knock(cookie, handshake)


def test_without_a_session_nobody_comes_in(cast, knock, session_of):
    _, handshake = session_of(cast.adam)

    for cookie in ("", "x", f"{cast.acme.id}.x", "999.x"):
        with pytest.raises(NotSignedIn):
            knock(cookie, handshake)


def test_an_ended_session_does_not_come_in(cast, knock, session_of):
    cookie, handshake = session_of(cast.adam)
    with transaction():
        Session.of_member(cast.adam)[0].end()

    with pytest.raises(NotSignedIn):
        knock(cookie, handshake)


def test_who_does_not_answer_visitors_does_not_come_in(cast, knock, session_of):
    cookie, handshake = session_of(cast.adam)
    with transaction():
        role = Role(name="Bookkeeper", permissions=[])
        db.session.add(role)
        cast.adam.move_to(role)

    with pytest.raises(NotAllowed):
        knock(cookie, handshake)


def test_coming_back_without_a_free_seat_is_refused(cast, knock, session_of, monkeypatch):
    monkeypatch.setitem(entitlements.FREE, "seats", 1)
    monkeypatch.setattr(entitlements.Grant, "holds_at", lambda self, moment: False)
    # What was worked out before is not what it would be now.
    monkeypatch.setattr(entitlements.entitlements_cache, "recall", lambda *_known: None)
    knock(*session_of(cast.nina))

    with pytest.raises(NoSeatLeft):
        knock(*session_of(cast.adam))


def test_when_redis_has_forgotten_everything_consoles_come_back_first(app, cast, knock, session_of):
    app.extensions["redis"].flushdb()

    knock(*session_of(cast.adam))

    assert cast.acme.seated == {cast.adam.id}
