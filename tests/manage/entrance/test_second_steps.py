"""The second step of signing in, setting it up, and taking it away."""

import re
from datetime import timedelta

import pyotp
import pytest
import time_machine
from cast import PASSWORD
from flask import request

from console.agent import agent_from, handshake_for
from core.clock import now
from core.db import db, transaction
from tenants.companies.settings import Settings
from tenants.people.duties import DutyFirst
from tenants.signing_in.current import cookie_name
from tenants.signing_in.second_factors import RecoveryCode, SecondFactor
from tenants.signing_in.sessions import Session
from tenants.signing_in.sign_in_log import SignInQuery

SETUP = "/manage/me/security/app"


def code_of(member, later: int = 0) -> str:
    secret = db.session.get(SecondFactor, member.id).secret
    return pyotp.TOTP(secret).generate_otp(int(now().timestamp()) // 30 + later)


@pytest.fixture
def codes(cast) -> list[str]:
    """Adam has an app; these are his recovery codes."""
    with transaction():
        factor = SecondFactor.begin(cast.adam)
    with transaction():
        return factor.confirm(cast.adam, code_of(cast.adam, -1))


@pytest.fixture
def sign_in(client):
    """The first step."""
    return lambda **more: client.post("/sign-in", data={"name": "adam@acme.example", "password": PASSWORD, **more})


def results() -> list[tuple[str, str]]:
    return [(entry.method, entry.result) for entry in SignInQuery().entries()]


def test_the_password_alone_opens_nothing(cast, client, codes, sign_in):
    response = sign_in()

    assert response.location == "/sign-in/second"
    assert client.get_cookie("laike") is None
    assert client.get("/manage/me").location.startswith("/sign-in")
    assert Session.of_member(cast.adam) == []


def test_the_code_lets_in_where_he_wanted_to_go(cast, client, codes, sign_in):
    sign_in(next="/manage/me", begin="busy")

    response = client.post("/sign-in/second", data={"code": f" {code_of(cast.adam)} "})

    assert response.location == "/manage/me"
    [session] = Session.of_member(cast.adam)
    assert (session.method, session.second_factor_at is not None) == ("code", True)
    assert results() == [("code", "signed_in")]


def test_a_wrong_code_is_told_and_written_down(cast, client, codes, sign_in):
    sign_in()

    response = client.post("/sign-in/second", data={"code": "000000"})

    assert response.status_code == 422
    assert "not right" in response.text
    assert results() == [("code", "wrong_code")]


def test_a_recovery_code_lets_in_once(cast, client, codes, sign_in):
    sign_in()
    assert client.post("/sign-in/second", data={"code": codes[0]}).status_code == 302
    client.post("/sign-out")
    sign_in()
    assert client.post("/sign-in/second", data={"code": codes[0]}).status_code == 422
    assert results()[-1] == ("recovery_code", "signed_in")


def test_guesses_are_counted_over_all_sign_ins(app, cast, codes):
    statuses = []
    for _ in range(7):
        browser = app.test_client()
        browser.post("/sign-in", data={"name": "adam@acme.example", "password": PASSWORD})
        statuses.append(browser.post("/sign-in/second", data={"code": "000000"}).status_code)

    assert statuses == [422] * 5 + [429] * 2


def test_who_tries_code_after_code_is_told_of_once(app, cast, codes, mailbox):
    for _ in range(8):
        browser = app.test_client()
        browser.post("/sign-in", data={"name": "adam@acme.example", "password": PASSWORD})
        browser.post("/sign-in/second", data={"code": "000000"})

    assert [mail["Subject"] for mail in mailbox() if mail["To"] == "adam@acme.example"] == ["Many wrong codes at Acme"]


def test_strangers_who_know_the_password_use_up_the_tries_of_strangers_only(app, cast, client, codes, sign_in):
    sign_in()
    client.post("/sign-in/second", data={"code": codes[0]})
    client.post("/sign-out")
    for number in range(6):
        stranger, there = app.test_client(), {"REMOTE_ADDR": f"203.0.113.{number}"}
        stranger.post("/sign-in", data={"name": "adam@acme.example", "password": PASSWORD}, environ_base=there)
        refused = stranger.post("/sign-in/second", data={"code": "000000"}, environ_base=there)

    assert refused.status_code == 429
    sign_in()
    assert client.post("/sign-in/second", data={"code": code_of(cast.adam)}).location == "/console"


def test_half_way_ends_with_a_new_password(cast, client, codes, sign_in):
    sign_in()
    with transaction():
        db.session.get_one(type(cast.adam), cast.adam.id).change_password("eleven kites above the harbour")

    assert client.post("/sign-in/second", data={"code": code_of(cast.adam)}).location == "/sign-in"


def test_nobody_gets_to_the_second_step_without_the_first(cast, client, codes):
    assert client.get("/sign-in/second").location == "/sign-in"
    assert client.post("/sign-in/second", data={"code": code_of(cast.adam)}).location == "/sign-in"


def test_who_takes_too_long_begins_again(cast, client, codes, sign_in):
    sign_in()
    with time_machine.travel(now().timestamp() + 601):
        assert client.post("/sign-in/second", data={"code": code_of(cast.adam)}).location == "/sign-in"


def test_a_trusted_device_is_not_asked_another_is(app, cast, client, codes, sign_in):
    sign_in()
    client.post("/sign-in/second", data={"code": code_of(cast.adam), "trust": "yes"})
    client.post("/sign-out")

    assert sign_in().location == "/console"
    other = app.test_client().post("/sign-in", data={"name": "adam@acme.example", "password": PASSWORD})
    assert other.location == "/sign-in/second"


def test_trust_can_be_taken_back(cast, client, codes, sign_in):
    sign_in()
    client.post("/sign-in/second", data={"code": code_of(cast.adam), "trust": "yes"})
    assert "Trusted devices" in client.get("/manage/me/security").text

    client.post("/manage/me/security/trust/forget")
    client.post("/sign-out")

    assert sign_in().location == "/sign-in/second"


def test_trust_ends(cast, client, codes, sign_in):
    sign_in()
    client.post("/sign-in/second", data={"code": code_of(cast.adam), "trust": "yes"})
    client.post("/sign-out")
    with time_machine.travel(now().timestamp() + 31 * 24 * 3600):
        assert sign_in().location == "/sign-in/second"


def test_setting_it_up(cast, signed_in, mailbox):
    elsewhere, adam = signed_in(cast.adam), signed_in(cast.adam)

    page = adam.get(SETUP).text
    wrong = adam.post(SETUP, data={"code": "000000"})
    right = adam.post(SETUP, data={"code": code_of(cast.adam)})

    assert "<svg" in page
    assert wrong.status_code == 422
    assert len(re.findall(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", right.text.partition("data-copy")[0])) == 10
    assert "no-store" in right.headers["Cache-Control"]
    assert elsewhere.get("/manage/me").status_code == 302
    assert adam.get("/manage/me").status_code == 200
    assert "has a second factor now" in mailbox()[0]["Subject"]
    assert adam.get(SETUP).location == "/manage/me/security"


def test_at_a_screen_that_was_left_setting_it_up_wants_the_password(cast, signed_in):
    adam = signed_in(cast.adam)
    with time_machine.travel(now() + timedelta(minutes=20), tick=True):
        page = adam.get(SETUP).text
        refused = adam.post(SETUP, data={"code": code_of(cast.adam), "current_password": "guessed one"})
        assert 'name="current_password"' in page
        assert "not your current password" in refused.text
        assert "guessed one" not in refused.text
        assert adam.post(SETUP, data={"code": code_of(cast.adam), "current_password": PASSWORD}).status_code == 200


def test_taking_it_away_wants_the_password(cast, codes, signed_in):
    adam = signed_in(cast.adam)

    adam.post(f"{SETUP}/remove", data={"current_password": "wrong"})
    cast.refresh()
    assert SecondFactor.of(cast.adam) is not None
    adam.post(f"{SETUP}/remove", data={"current_password": PASSWORD})
    cast.refresh()
    assert SecondFactor.of(cast.adam) is None


def test_new_recovery_codes_want_the_password(cast, codes, signed_in):
    adam = signed_in(cast.adam)

    adam.post(f"{SETUP}/recovery-codes", data={"current_password": "wrong"})
    with transaction():
        RecoveryCode.use(cast.adam, codes[0])
    page = adam.post(f"{SETUP}/recovery-codes", data={"current_password": PASSWORD}).text

    assert codes[1] not in page
    assert RecoveryCode.left(cast.adam) == 10


def want(second_factor: str, since=None, **more) -> None:
    with transaction():
        settings = Settings.current()
        settings.second_factor, settings.second_factor_from = second_factor, since or now()
        for name, value in more.items():
            setattr(settings, name, value)


def test_the_company_may_want_one_of_everybody(cast, signed_in):
    want("everybody")
    adam = signed_in(cast.adam)

    for page in ("/console", "/manage/me"):
        assert adam.get(page).location == "/manage/first"
    assert adam.get("/console/handshake", headers={"Accept": "application/json"}).json["error"]["code"] == "duty_first"
    assert adam.get("/manage/first").location == "/manage/me/security"

    adam.get(SETUP)
    adam.post(SETUP, data={"code": code_of(cast.adam)})

    assert adam.get("/manage/me").status_code == 200


def test_a_socket_is_refused_to_who_must_set_one_up_first(app, cast):
    cookie = cast.cookie_of(cast.adam)
    session = Session.of_member(cast.adam)[0]
    want("everybody")

    with app.test_request_context(headers={"Cookie": f"{cookie_name()}={cookie}"}, environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        with pytest.raises(DutyFirst):
            agent_from(request, {"handshake": handshake_for(session, cast.acme, "en")})


@pytest.mark.parametrize(
    ("of", "adam_must", "olga_must"), [("administrators", False, True), ("everybody", True, True), ("optional", False, False)]
)
def test_or_of_some(cast, signed_in, of, adam_must, olga_must):
    want(of)

    assert (signed_in(cast.adam).get("/manage/me").status_code == 302) is adam_must
    assert (signed_in(cast.olga).get("/manage/me").status_code == 302) is olga_must


def test_or_of_some_roles(cast, signed_in):
    want("roles", second_factor_roles=[cast.adam.role_id])

    assert signed_in(cast.adam).get("/manage/me").status_code == 302
    assert signed_in(cast.olga).get("/manage/me").status_code == 200


def test_until_the_day_it_is_a_reminder(cast, signed_in):
    want("everybody", since=now() + timedelta(days=7))
    adam = signed_in(cast.adam)

    assert "wants a second step" in adam.get("/manage/me").text
    with time_machine.travel(now() + timedelta(days=8), tick=True):
        assert signed_in(cast.adam).get("/manage/me").location == "/manage/first"


def test_the_page_for_it(cast, signed_in):
    olga = signed_in(cast.olga)

    assert olga.post("/manage/security", data={"second_factor": "roles", "grace_days": "7"}).status_code == 422
    olga.post("/manage/security", data={"second_factor": "everybody", "grace_days": "7"})

    cast.refresh()
    assert Settings.current().second_factor == "everybody"
    page = olga.get("/manage/security").text
    assert 'value="7"' in page
    assert "3 people have no second factor yet" in page
    assert "→ everybody" in olga.get("/manage/audit").text


def test_an_administrator_takes_away_what_a_colleague_has_lost(cast, codes, signed_in, mailbox):
    adam, olga = signed_in(cast.adam), signed_in(cast.olga)

    olga.post(f"/manage/members/{cast.adam.id}/second-factor/remove")

    cast.refresh()
    assert SecondFactor.of(cast.adam) is None
    assert adam.get("/manage/me").status_code == 302
    [mail] = mailbox()
    assert "was removed" in mail["Subject"]


def test_nobody_takes_away_his_own_that_way_nor_an_administrators(cast, codes, signed_in):
    assert signed_in(cast.olga).post(f"/manage/members/{cast.olga.id}/second-factor/remove").status_code == 403
    assert signed_in(cast.nina).post(f"/manage/members/{cast.adam.id}/second-factor/remove").status_code == 403
