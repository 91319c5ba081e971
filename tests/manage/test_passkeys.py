"""Passkeys: made with the password, used instead of it or after it, and every way to cheat."""

from datetime import timedelta

import pytest
import time_machine
from cast import PASSWORD
from soft_key import PRESENT, SoftKey
from webauthn.helpers import bytes_to_base64url

from core.clock import now
from core.db import transaction
from tenants.companies.settings import Settings
from tenants.signing_in.passkeys import Passkey
from tenants.signing_in.second_factors import SecondFactor
from tenants.signing_in.sessions import Session
from tenants.signing_in.sign_in_log import SignInQuery

OWN = "/manage/me/security/passkeys"
USE = "/sign-in/passkey"


def make(browser, key: SoftKey, password: str = PASSWORD):
    options = browser.post(f"{OWN}/options", data={"current_password": password}).json
    return browser.post(OWN, data={"credential": key.make(options)}, follow_redirects=True)


def use(browser, key: SoftKey, **more):
    options = browser.post(f"{USE}/options").json
    return browser.post(USE, data={"credential": key.use(options), **more})


@pytest.fixture
def key(cast, signed_in) -> SoftKey:
    """Adam's."""
    key = SoftKey()
    make(signed_in(cast.adam), key)
    return key


def test_making_one_wants_the_password(cast, signed_in):
    refused = signed_in(cast.adam).post(
        f"{OWN}/options", data={"current_password": "wrong"}, headers={"Accept": "application/json"}
    )

    assert refused.status_code == 422
    assert "current_password" in refused.json["error"]["fields"]


def test_made_it_is_listed_and_told_by_mail(cast, signed_in, mailbox):
    page = make(signed_in(cast.adam), SoftKey()).text

    assert "You can sign in with this passkey now" in page
    assert len(Passkey.of(cast.adam)) == 1
    assert "A passkey was added" in mailbox()[0]["Subject"]


def test_signs_in_without_the_password(cast, client, key):
    response = use(client, key, next="/manage/me")

    assert response.location == "/manage/me"
    assert client.get("/manage/me").status_code == 200
    session = Session.of_member(cast.adam)[0]
    assert (session.method, session.second_factor_at is not None) == ("passkey", True)
    assert SignInQuery().entries()[0].method == "passkey"


def test_is_the_second_step_after_the_password(cast, client, key):
    response = client.post("/sign-in", data={"name": "adam@acme.example", "password": PASSWORD, "next": "/manage/me"})

    assert response.location == "/sign-in/second"
    assert use(client, key).location == "/manage/me"


def test_anothers_passkey_is_no_second_step(app, cast, client, key, signed_in):
    ninas = SoftKey()
    make(signed_in(cast.nina), ninas)
    client.post("/sign-in", data={"name": "adam@acme.example", "password": PASSWORD})

    assert use(client, ninas).location == "/sign-in/second"
    assert client.get_cookie("laike") is None


def test_counts_as_a_second_factor(cast, client, key):
    with transaction():
        Settings.current().second_factor = "everybody"

    use(client, key)

    assert client.get("/manage/me").status_code == 200
    assert SecondFactor.of(cast.adam) is None


@pytest.mark.parametrize(
    "cheat",
    [
        lambda key: setattr(key, "origin", "https://evil.example"),
        lambda key: setattr(key, "host", "evil.example"),
        lambda key: setattr(key, "flags", PRESENT),
        lambda key: setattr(key, "count", -1),
        lambda key: setattr(key, "handle", bytes_to_base64url(b"1.1")),
        lambda key: setattr(key, "handle", bytes_to_base64url(b"nonsense")),
        lambda key: setattr(key, "_key", SoftKey()._key),
        lambda key: setattr(key, "id", b"unknown"),
    ],
    ids=["origin", "host", "not verified", "old count", "other member", "no member", "other key", "unknown"],
)
def test_a_cheat_opens_nothing(cast, client, key, cheat):
    # A first use, so that the count is past zero.
    key.count = 5
    use(client, key)
    client.post("/sign-out")
    cheat(key)

    response = use(client, key)

    assert response.location == "/sign-in"
    assert client.get("/manage/me").status_code == 302


def test_a_challenge_is_answered_once(app, cast, client, key):
    options = client.post(f"{USE}/options").json
    credential = key.use(options)
    assert client.post(USE, data={"credential": credential}).location == "/console"
    client.post("/sign-out")

    assert client.post(USE, data={"credential": credential}).location == "/sign-in"
    other = app.test_client()
    other.post(f"{USE}/options")
    assert other.post(USE, data={"credential": credential}).location == "/sign-in"


def test_a_copy_of_the_browsers_cookie_answers_no_challenge_again(app, cast, client, key):
    """Keys that are kept in several places do not count their uses: only the challenge tells one use from another."""
    key.count = -1
    options = client.post(f"{USE}/options").json
    credential, copy = key.use(options), client.get_cookie("form").value
    assert client.post(USE, data={"credential": credential}).location == "/console"

    thief = app.test_client()
    thief.set_cookie("form", copy, domain="localhost")
    assert thief.post(USE, data={"credential": credential}).location == "/sign-in"


def test_a_challenge_is_answered_within_minutes(cast, client, key):
    options = client.post(f"{USE}/options").json

    with time_machine.travel(now() + timedelta(minutes=11)):
        assert client.post(USE, data={"credential": key.use(options)}).location == "/sign-in"


@pytest.mark.parametrize("credential", ["", "{}", "nonsense", "[]", '{"id": 7}'])
def test_nonsense_is_refused(cast, client, key, credential):
    client.post(f"{USE}/options")

    assert client.post(USE, data={"credential": credential}).location == "/sign-in"


def test_a_key_made_for_another_challenge_is_not_kept(cast, signed_in):
    adam = signed_in(cast.adam)
    options = adam.post(f"{OWN}/options", data={"current_password": PASSWORD}).json

    adam.post(OWN, data={"credential": SoftKey().make(options | {"challenge": bytes_to_base64url(b"another")})})

    assert Passkey.of(cast.adam) == []
    adam.post(OWN, data={"credential": SoftKey().make(options)})
    assert Passkey.of(cast.adam) == []


def test_removed_it_opens_nothing(cast, client, key, signed_in):
    adam = signed_in(cast.adam)
    [passkey] = Passkey.of(cast.adam)

    adam.post(f"{OWN}/{passkey.id}/remove", data={"current_password": "wrong"})
    assert len(Passkey.of(cast.adam)) == 1
    adam.post(f"{OWN}/{passkey.id}/remove", data={"current_password": PASSWORD})

    assert Passkey.of(cast.adam) == []
    assert use(client, key).location == "/sign-in"


def test_a_colleague_cannot_remove_it(cast, key, signed_in):
    [passkey] = Passkey.of(cast.adam)

    assert signed_in(cast.nina).post(f"{OWN}/{passkey.id}/remove", data={"current_password": PASSWORD}).status_code == 404
    assert len(Passkey.of(cast.adam)) == 1


def test_who_has_left_does_not_come_in(cast, client, key):
    with transaction():
        type(cast.adam).known_as("adam@acme.example").remove()

    assert use(client, key).location == "/sign-in"


def test_a_suspended_company_lets_its_people_in_and_one_being_erased_nobody(cast, client, key):
    with transaction():
        cast.acme.suspend("unpaid")
    assert use(client, key).location == "/console"
    with transaction():
        cast.acme.begin_to_erase()

    assert use(client, key).location == "/sign-in"
