"""What an operator does about the safety of his own account."""

import re

import pyotp
import pytest
from opal import PASSWORD, is_in

from core.db import db, transaction
from core.one_time_codes import current_step
from operators.audit import EntryQuery
from operators.second_factors import LastFactor, OperatorApp, OperatorPasskey, OperatorRecoveryCode

NEW = "eleven kites above the harbour"


@pytest.fixture
def browser(client, opal):
    return opal.sign_in(client)


def test_a_new_password_wants_the_old_one_and_ends_other_sessions(app, browser, opal, told):
    elsewhere = opal.sign_in(app.test_client(), later=1)
    own = "/operator/security/password"

    assert browser.post(own, data={"current_password": "wrong", "password": NEW}).status_code == 422
    assert browser.post(own, data={"current_password": PASSWORD, "password": "short"}).status_code == 422
    assert browser.post(own, data={"current_password": PASSWORD, "password": NEW}).status_code == 302

    assert is_in(browser)
    assert not is_in(elsewhere)
    assert opal.first_step(app.test_client(), NEW).status_code == 302
    assert told(opal.email)[-1]["Subject"] == "Your password for the operators' portal was changed"
    assert EntryQuery().entries()[0].action == "operator.password_changed"


def test_another_app_counts_once_it_has_shown_a_code(browser, opal):
    page = browser.get("/operator/security/app").text
    secret = re.search(r'class="qr__key">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    assert OperatorApp.of(opal.operator).id == opal.app.id

    browser.post("/operator/security/app", data={"code": pyotp.TOTP(secret).generate_otp(current_step())})

    db.session.expire_all()
    assert OperatorApp.of(opal.operator).secret == secret
    assert db.session.get(OperatorApp, opal.app.id) is None


def test_new_recovery_codes_end_the_old(browser, opal):
    page = browser.post("/operator/security/recovery-codes")

    assert "no-store" in page.headers["Cache-Control"]
    assert len(set(re.findall(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", page.text))) == 10
    assert opal.codes[0] not in page.text
    assert browser.post("/operator/proof", data={"proof_code": opal.codes[0]}).status_code == 422


def test_the_last_factor_stays(browser, opal):
    opal.add_passkey(browser)
    [key] = OperatorPasskey.of(opal.operator)
    with transaction():
        OperatorApp.remove(opal.operator)

    with pytest.raises(LastFactor), transaction():
        key.remove()
    browser.post(f"/operator/security/passkeys/{key.id}/remove")
    assert len(OperatorPasskey.of(opal.operator)) == 1
    opal.add_passkey(browser)
    browser.post(f"/operator/security/passkeys/{key.id}/remove")
    assert len(OperatorPasskey.of(opal.operator)) == 1


def test_anothers_passkey_and_session_are_not_there(browser, opal, portal):
    opal.add_passkey(browser)
    [key] = OperatorPasskey.of(opal.operator)
    olive = portal("owner", "olive")

    assert olive.post(f"/operator/security/passkeys/{key.id}/remove").status_code == 404
    assert olive.post("/operator/security/sessions/1/end").status_code == 404
    assert is_in(browser)


def test_lists_sessions_and_ends_one_or_all_others(app, browser, opal):
    second = opal.sign_in(app.test_client(), later=1)
    page = browser.get("/operator/security").text
    [end] = re.findall(r'action="(/operator/security/sessions/\d+/end)"', page)

    browser.post(end)
    assert not is_in(second)
    assert is_in(browser)
    third = app.test_client()
    opal.first_step(third)
    opal.second_step(third, opal.codes[0])
    browser.post("/operator/security/sessions/others/end")
    assert not is_in(third)
    assert is_in(browser)


def test_language_and_time_zone_are_kept(browser, opal):
    browser.post(
        "/operator/preferences", data={"language": "zh_Hant", "time_zone": "Asia/Taipei", "next": "/operator/security"}
    )

    db.session.expire_all()
    assert (opal.operator.language, opal.operator.time_zone) == ("zh_Hant", "Asia/Taipei")
    assert 'lang="zh-Hant"' in browser.get("/operator/security").text
    assert OperatorRecoveryCode.left(opal.operator) == 10


def test_an_odd_address_keeps_the_portals_frame(browser, client, app):
    page = browser.get("/operator/there/is/nothing")

    assert page.status_code == 404
    assert 'class="side__me"' in page.text
    assert app.test_client().get("/operator/there/is/nothing").location.startswith("/operator/sign-in")
