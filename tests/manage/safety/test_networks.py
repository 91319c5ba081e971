"""The list of allowed networks: at sign-in, on pages, at sockets; nobody locks himself out by accident (G-15, J-16)."""

import pytest
from cast import PASSWORD

from console.agent import agent_from, handshake_for
from core.db import db, transaction
from core.errors import Invalid
from saas.tenancy import cookie_name
from tenants.companies.settings import Settings
from tenants.signing_in.networks import AllowList, NetworkNotAllowed
from tenants.signing_in.sessions import Session
from tenants.signing_in.sign_in_log import SignInQuery

PAGE = "/manage/security/networks"
ELSEWHERE = {"REMOTE_ADDR": "198.51.100.9"}


def allow(*lines: str) -> None:
    with transaction():
        AllowList.typed(list(lines)).put_in_force()


@pytest.mark.parametrize(
    ("line", "ip", "lets_in"),
    [
        ("203.0.113.0/24 Office", "203.0.113.7", True),
        ("203.0.113.0/24 Office", "203.0.114.7", False),
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("203.0.113.9/24", "203.0.113.200", True),
        ("203.0.113.0/24", "::ffff:203.0.113.7", True),
        ("2001:db8::/48", "2001:db8::1", True),
        ("2001:db8::/48", "2001:db9::1", False),
        ("2001:db8::/48", "203.0.113.7", False),
        ("0.0.0.0/0", "203.0.113.7", True),
        ("203.0.113.0/24", "nonsense", False),
    ],
)
def test_a_block_lets_in_its_own(line, ip, lets_in):
    assert AllowList.typed([line]).lets_in(ip) is lets_in


def test_an_empty_list_lets_in_everybody():
    assert AllowList([]).lets_in("203.0.113.7")


@pytest.mark.parametrize("line", ["office", "300.1.1.1", "203.0.113.0/33", "2001:db8::/129", "203.0.113.0/24Office"])
def test_what_is_no_network_is_told(app, line):
    with app.test_request_context(), pytest.raises(Invalid) as invalid:
        AllowList.typed([line])
    assert line.split()[0] in str(invalid.value.fields["networks"])


def test_a_list_that_keeps_me_in_counts_at_once(cast, signed_in):
    olga, adam = signed_in(cast.olga), signed_in(cast.adam)

    response = olga.post(PAGE, data={"networks": "127.0.0.0/8 Here\n203.0.113.0/24 Office"})

    assert response.status_code == 302
    assert "127.0.0.0/8 Here" in olga.get(PAGE).text
    assert adam.get("/manage/me").status_code == 200
    assert adam.get("/manage/me", environ_overrides=ELSEWHERE).location.startswith("/sign-in")
    assert "127.0.0.0/8 Here" in olga.get("/manage/audit").text


def test_signing_in_from_elsewhere_is_refused_with_the_reason(cast, client):
    allow("203.0.113.0/24")

    response = client.post("/sign-in", data={"name": "adam@acme.example", "password": PASSWORD})

    assert response.status_code == 403
    assert "127.0.0.1 is in none of them" in response.text
    assert [entry.result for entry in SignInQuery().entries()] == ["network_refused"]


def test_sessions_from_elsewhere_end(cast, signed_in):
    signed_in(cast.adam)
    with transaction():
        for session in Session.of_member(cast.adam):
            session.ip = "198.51.100.9"
    allow("127.0.0.0/8")

    assert Session.of_member(cast.adam) == []


def test_a_socket_from_elsewhere_is_refused(app, cast):
    cookie = cast.cookie_of(cast.adam)
    with transaction():
        session = Session.of_member(cast.adam)[0]
        Settings.current().allowed_networks = [["203.0.113.0/24", ""]]
    headers = {"Cookie": f"{cookie_name()}={cookie}"}
    with app.test_request_context(headers=headers, environ_base={"REMOTE_ADDR": "198.51.100.9"}):
        from flask import request

        with pytest.raises(NetworkNotAllowed):
            agent_from(request, {"handshake": handshake_for(session, cast.acme, "en")})


def test_who_would_lock_himself_out_confirms_it_by_mail(cast, signed_in, client, mailbox, link_in):
    olga = signed_in(cast.olga)

    page = olga.post(PAGE, data={"networks": "203.0.113.0/24 Office"}, follow_redirects=True).text
    [mail] = mailbox()

    assert "would lock you out" in page
    assert "waits for a confirmation" in page
    assert AllowList.current().networks == []
    assert "<code>203.0.113.0/24</code> Office" in client.get(link_in(mail)).text
    client.post(link_in(mail))
    cast.refresh()
    assert str(AllowList.current()) == "203.0.113.0/24 Office"
    assert olga.get("/manage").location.startswith("/sign-in")
    assert client.post(link_in(mail)).status_code == 410


def test_without_an_address_nobody_can_lock_himself_out(cast, signed_in):
    with transaction():
        db.session.get_one(type(cast.olga), cast.olga.id).email = None

    assert signed_in(cast.olga).post(PAGE, data={"networks": "203.0.113.0/24"}).status_code == 422


def test_only_who_manages_settings_may(cast, signed_in):
    assert signed_in(cast.adam).get(PAGE).status_code == 403
    assert signed_in(cast.adam).post(PAGE, data={"networks": ""}).status_code == 403


def test_another_companys_list_is_its_own(cast, client):
    allow("203.0.113.0/24")

    assert client.post("/sign-in", data={"name": "eve@globex.example", "password": PASSWORD}).status_code == 302
