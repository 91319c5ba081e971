"""Coming in by a link: password, then a second factor; once, within three days."""

import re
from datetime import timedelta

import pyotp
import pytest
import time_machine
from opal import PASSWORD, is_in
from soft_key import SoftKey

from core.clock import now
from core.db import db, transaction
from core.one_time_codes import current_step
from operators.links import OperatorLink
from operators.operator import Operator
from operators.second_factors import OperatorApp, OperatorPasskey, OperatorRecoveryCode
from operators.sessions import OperatorSession


@pytest.fixture
def link(context) -> str:
    """Sam's."""
    with transaction():
        return f"/operator/invitations/{OperatorLink.make(Operator.add('sam@laike.example', 'Sam', 'support'))}"


def sam() -> Operator:
    db.session.expire_all()
    return Operator.known_as("sam@laike.example")


def shown_code(page: str) -> str:
    secret = re.search(r'class="qr__key">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    return pyotp.TOTP(secret).generate_otp(current_step())


def set_password(client, link, password=PASSWORD):
    return client.post(link, data={"name": "Sam", "password": password, "time_zone": "Asia/Taipei"})


def test_an_owner_invites_and_the_invited_comes_in(app, portal, told):
    olive = portal("owner", "olive")
    olive.post("/operator/operators", data={"name": "Sam", "email": "Sam@Laike.example", "role": "support", "reason": "New"})
    [mail] = told("sam@laike.example")
    link = re.search(r"http://localhost:8000(\S+)", mail.get_content())[1]
    browser = app.test_client()

    assert "Welcome, Sam" in browser.get(link).text
    assert set_password(browser, link, "sam@laike.example").status_code == 422
    assert not sam().has_joined
    setting_up = set_password(browser, link).location
    page = browser.get(setting_up).text
    assert browser.post(setting_up, data={"code": "000"}).status_code == 422
    codes = browser.post(setting_up, data={"code": shown_code(page)})

    assert len(set(re.findall(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", codes.text))) == 10
    assert "no-store" in codes.headers["Cache-Control"]
    assert is_in(browser)
    assert (sam().has_joined, sam().time_zone, sam().role) == (True, "Asia/Taipei", "support")
    assert browser.get("/operator/operators").status_code == 403
    assert app.test_client().get(link).status_code == 410


def test_nobody_is_in_before_the_factor(client, link):
    set_password(client, link)

    assert not is_in(client)
    assert client.post("/operator/sign-in", data={"email": "sam@laike.example", "password": PASSWORD}).status_code == 422


def test_the_password_comes_first(client, link):
    assert client.get(f"{link}/app").location == link
    with transaction():
        app = OperatorApp.begin(sam())
    code = pyotp.TOTP(app.secret).generate_otp(current_step())
    assert client.post(f"{link}/app", data={"code": code}).status_code == 400
    assert not sam().has_joined


def test_who_stops_half_way_opens_the_link_again(app, client, link):
    set_password(client, link)
    first = client.get(f"{link}/app").text
    again = app.test_client()
    set_password(again, link, "eleven kites above the harbour")

    assert again.post(f"{link}/app", data={"code": shown_code(first)}).status_code == 200
    assert is_in(again)


def test_a_passkey_instead_of_an_app(client, link):
    set_password(client, link)
    key = SoftKey()
    options = client.post(f"{link}/passkey/options").json
    codes = client.post(f"{link}/passkey", data={"credential": key.make(options)})

    assert "Your recovery codes" in codes.text
    assert is_in(client)
    assert len(OperatorPasskey.of(sam())) == 1
    assert OperatorRecoveryCode.left(sam()) == 10


def test_a_passkey_for_another_challenge_is_none(client, link):
    set_password(client, link)
    options = client.post(f"{link}/passkey/options").json
    client.post(f"{link}/passkey/options")

    assert client.post(f"{link}/passkey", data={"credential": SoftKey().make(options)}).location == f"{link}/app"
    assert not sam().has_joined


@pytest.mark.parametrize("token", ["x" * 43, "..", "1.x"])
def test_a_made_up_link_opens_nothing(client, link, token):
    address = f"/operator/invitations/{token}"
    assert client.get(address).status_code in (302, 404, 410)
    assert client.post(f"{address}/app", data={"code": "000000"}).status_code in (404, 405, 410)


def test_a_link_is_good_for_three_days_and_until_the_next_one(client, link):
    with time_machine.travel(now() + timedelta(hours=73)):
        assert client.get(link).status_code == 410
        assert set_password(client, link).status_code == 410
    with transaction():
        OperatorLink.make(sam())
    assert client.get(link).status_code == 410


def test_the_database_does_not_tell_the_link(link):
    kept = db.session.execute(db.select(OperatorLink.token_hash)).scalar()

    assert link.rpartition("/")[2] not in kept
    assert OperatorSession.of_operator(sam()) == []
