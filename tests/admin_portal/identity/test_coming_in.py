"""Coming in to the portal: two factors for everybody, one answer for strangers, waits that grow, and every way to cheat."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from opal import PASSWORD, is_in
from soft_key import PRESENT, SoftKey

from core.clock import now
from core.db import db, transaction
from operators.access import disable
from operators.audit import EntryQuery
from operators.operator import Operator
from operators.sessions import OperatorSession


def deeds() -> list[str]:
    return [entry.action for entry in EntryQuery().entries()][::-1]


def test_password_and_code_let_in_where_she_wanted_to_go(client, opal):
    first = opal.first_step(client, next="/operator/roles")
    assert first.location == "/operator/second-step"
    assert not is_in(client)

    second = opal.second_step(client, opal.code())

    assert second.location == "/operator/roles"
    assert is_in(client)
    cookie = next(line for line in second.headers.getlist("Set-Cookie") if line.startswith("laike-operator="))
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert deeds() == ["operator.signed_in"]


def test_leads_to_no_other_site(client, opal):
    opal.first_step(client, next="//evil.example/x")
    assert opal.second_step(client, opal.code()).location == "/operator/companies"


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " "])
def test_a_wrong_password_is_told_like_an_unknown_address(client, opal, password):
    wrong = opal.first_step(client, password)
    unknown = client.post("/operator/sign-in", data={"email": "nobody@laike.example", "password": password})

    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace(opal.email, "") == unknown.text.replace("nobody@laike.example", "")
    assert opal.second_step(client, opal.code()).location == "/operator/sign-in"


def test_half_way_opens_nothing(client, opal):
    opal.first_step(client)

    assert client.get("/operator/companies").location.startswith("/operator/sign-in")
    assert client.post("/operator/security/recovery-codes").location.startswith("/operator/sign-in")
    with time_machine.travel(now() + timedelta(minutes=11)):
        assert opal.second_step(client, opal.code()).location == "/operator/sign-in"


def test_half_way_ends_with_a_new_password(client, opal):
    opal.first_step(client)
    with transaction():
        opal.operator.change_password("eleven kites above the harbour")

    assert opal.second_step(client, opal.code()).location == "/operator/sign-in"


def test_a_code_lets_in_once(app, opal):
    code = opal.code()
    for browser, status in ((app.test_client(), 302), (app.test_client(), 422)):
        opal.first_step(browser)
        assert opal.second_step(browser, code).status_code == status


def test_one_code_in_four_hands_lets_in_one(app, opal):
    browsers = [app.test_client() for _ in range(4)]
    for browser in browsers:
        opal.first_step(browser)
    code = opal.code()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda browser: opal.second_step(browser, code).status_code, browsers))

    assert sorted(answers) == [302, 422, 422, 422]
    assert len(OperatorSession.of_operator(opal.operator)) == 1


def test_a_recovery_code_lets_in_once_and_says_when_few_are_left(app, opal):
    for number, code in enumerate([*opal.codes[:7], opal.codes[0]]):
        browser = app.test_client()
        opal.first_step(browser)
        answer = opal.second_step(browser, code.upper())
        assert answer.status_code == (422 if number == 7 else 302)
        if number == 6:
            assert "3 recovery codes are left" in browser.get("/operator/security").text


def test_guessing_codes_is_slow_and_written_down(app, opal):
    statuses = []
    for _ in range(7):
        browser = app.test_client()
        opal.first_step(browser)
        statuses.append(opal.second_step(browser, opal.wrong_code()).status_code)

    assert statuses == [422] * 5 + [429] * 2
    assert deeds() == ["operator.refused"] * 5


def test_strangers_who_know_the_password_keep_nobody_out_who_was_here_before(app, client, opal):
    opal.sign_in(client)
    client.post("/operator/sign-out")
    for _ in range(6):
        stranger = app.test_client()
        opal.first_step(stranger)
        refused = opal.second_step(stranger, opal.wrong_code())

    assert refused.status_code == 429
    opal.first_step(client)
    assert opal.second_step(client, opal.codes[0]).status_code == 302


def test_each_wrong_password_makes_the_next_wait_longer_but_never_for_good(app, opal, told):
    browser, moment = app.test_client(), now()
    with time_machine.travel(moment, tick=False) as clock:
        assert [opal.first_step(browser, "wrong").status_code for _ in range(4)] == [422, 422, 422, 429]
        assert "Wait 5 s" in opal.first_step(browser).text
        elsewhere = {"REMOTE_ADDR": "127.0.0.9"}
        right = {"email": opal.email, "password": PASSWORD}
        assert browser.post("/operator/sign-in", data=right, environ_base=elsewhere).status_code == 302
        for wait in (5, 10, 20, 40, 80, 160, 320):
            clock.shift(wait - 1)
            assert opal.first_step(browser).status_code == 429
            clock.shift(1)
            assert opal.first_step(browser, "wrong").status_code == 422
        clock.shift(640)
        assert opal.first_step(browser).status_code == 302
        assert [mail["Subject"] for mail in told(opal.email)] == ["Somebody tries to sign in as you to the operators' portal"]


def test_many_guesses_at_once_get_no_more_than_the_free_ones(app, opal):
    def guess(number):
        return opal.first_step(app.test_client(), f"guess {number}").status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(guess, range(16)))

    assert statuses.count(422) == 3
    assert statuses.count(429) == 13


def test_who_has_not_set_up_a_factor_does_not_come_in(client, opal):
    with transaction():
        opal.operator.joined_at = None

    assert opal.first_step(client).status_code == 422


def test_disabled_in_mid_session_she_is_out_at_once(client, opal, portal):
    opal.sign_in(client)
    portal("owner")
    with transaction():
        disable(opal.operator)

    assert not is_in(client)
    assert opal.first_step(client).status_code == 422
    with transaction():
        opal.operator.disabled_at = None
    assert not is_in(client)


def test_disabled_half_way_she_does_not_come_in(client, opal, portal):
    opal.first_step(client)
    portal("owner")
    with transaction():
        disable(opal.operator)

    assert opal.second_step(client, opal.code()).location == "/operator/sign-in"


def test_a_session_ends_when_it_rests_and_after_a_day_of_work(client, opal):
    opal.sign_in(client)
    began = now()

    with time_machine.travel(began + timedelta(minutes=31)):
        assert not is_in(client)
    for minutes in range(20, 600, 20):
        with time_machine.travel(began + timedelta(minutes=minutes)):
            assert is_in(client)
    with time_machine.travel(began + timedelta(minutes=601)):
        assert not is_in(client)


def test_signing_in_takes_a_new_token_and_ends_the_old_session(client, opal):
    opal.sign_in(client)
    before = client.get_cookie("laike-operator").value
    opal.sign_in(client, later=1)

    assert client.get_cookie("laike-operator").value != before
    client.set_cookie("laike-operator", before, domain="localhost")
    assert not is_in(client)


@pytest.mark.parametrize("cookie", ["", "x", "x" * 43, "1.x", "' OR 1=1", "\u0000"])
def test_a_made_up_cookie_opens_nothing(client, opal, cookie):
    client.set_cookie("laike-operator", cookie, domain="localhost")
    assert not is_in(client)


def test_signed_out_the_cookie_is_worth_nothing(client, opal):
    opal.sign_in(client)
    cookie = client.get_cookie("laike-operator").value
    client.post("/operator/sign-out")

    client.set_cookie("laike-operator", cookie, domain="localhost")
    assert not is_in(client)
    assert deeds() == ["operator.signed_in", "operator.signed_out"]


def test_another_device_is_told_by_mail_the_same_one_is_not(app, client, opal, told):
    opal.sign_in(client, later=-1)
    client.post("/operator/sign-out")
    opal.sign_in(client)
    assert told(opal.email) == []

    opal.sign_in(app.test_client(), later=1)

    assert [mail["Subject"] for mail in told(opal.email)] == ["New sign-in to the operators' portal"]


def use(browser, key: SoftKey, **more):
    options = browser.post("/operator/sign-in/passkey/options").json
    return browser.post("/operator/sign-in/passkey", data={"credential": key.use(options), **more})


@pytest.fixture
def key(app, opal) -> SoftKey:
    return opal.add_passkey(opal.sign_in(app.test_client()))


def test_a_passkey_lets_in_alone_and_as_the_second_step(app, client, opal, key):
    assert use(client, key, next="/operator/roles").location == "/operator/roles"
    assert is_in(client)
    other = app.test_client()
    opal.first_step(other)
    assert use(other, key).location == "/operator/companies"


def test_anothers_passkey_is_no_second_step(client, opal, key):
    with transaction():
        sam = Operator.add("sam@laike.example", "Sam", "support", joined_at=now())
        sam.change_password(PASSWORD)
    client.post("/operator/sign-in", data={"email": sam.email, "password": PASSWORD})

    assert use(client, key).location == "/operator/second-step"
    assert not is_in(client)


@pytest.mark.parametrize(
    "cheat",
    [
        lambda key: setattr(key, "origin", "https://evil.example"),
        lambda key: setattr(key, "host", "evil.example"),
        lambda key: setattr(key, "flags", PRESENT),
        lambda key: setattr(key, "count", -1),
        lambda key: setattr(key, "_key", SoftKey()._key),
        lambda key: setattr(key, "id", b"unknown"),
    ],
    ids=["origin", "host", "not verified", "old count", "other key", "unknown"],
)
def test_a_cheat_opens_nothing(app, client, key, cheat):
    key.count = 5
    use(app.test_client(), key)
    cheat(key)

    assert use(client, key).location == "/operator/sign-in"
    assert not is_in(client)


def test_a_challenge_is_answered_once(app, client, key):
    options = client.post("/operator/sign-in/passkey/options").json
    credential = key.use(options)
    assert client.post("/operator/sign-in/passkey", data={"credential": credential}).location == "/operator/companies"
    client.post("/operator/sign-out")

    assert client.post("/operator/sign-in/passkey", data={"credential": credential}).location == "/operator/sign-in"


def test_a_disabled_operators_passkey_opens_nothing(client, opal, key, portal):
    portal("owner")
    with transaction():
        disable(opal.operator)
    db.session.expire_all()

    assert use(client, key).location == "/operator/sign-in"
