"""Signing in safely: an app's code, recovery codes, a passkey, allowed networks; in a real browser with a virtual key."""

import re
import time

import pyotp
import pytest
from journeys.people import OWN_PASSWORD, sign_out, sign_up
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.timeout(300)

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def first_step(page: Page, house, email: str) -> None:
    page.goto(f"{house.pages}/sign-in")
    page.locator("#name").fill(email)
    page.locator("#password").fill(OWN_PASSWORD)
    page.locator("#begin").select_option("manage")
    page.locator("main form .btn-primary").click()


def next_code(secret: str, used: set[str]) -> str:
    """A code that was not used yet: this step's, or the next one's, which counts already."""
    totp, step = pyotp.TOTP(secret), int(time.time()) // 30
    code = next(code for code in map(totp.generate_otp, (step - 1, step, step + 1)) if code not in used)
    used.add(code)
    return code


def test_an_app_and_its_recovery_codes(house, person, picture, accessible):
    ida, used = person(), set()
    sign_up(ida, house, "lanterns", "Lanterns & Co", "ida@lanterns.example")
    ida.goto(f"{house.pages}/manage/me/security")
    accessible(ida, "security")
    picture(ida, "1-security")
    ida.get_by_role("link", name="Set up").click()
    secret = ida.locator(".qr__key").inner_text().replace(" ", "")
    accessible(ida, "set-up")
    picture(ida, "2-set-up")
    ida.locator("#code").fill("000000")
    ida.get_by_role("button", name="Switch it on").click()
    expect(ida.get_by_text("That code is not right")).to_be_visible()
    ida.locator("#code").fill(next_code(secret, used))
    ida.get_by_role("button", name="Switch it on").click()
    recovery = re.findall(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", ida.locator(".copyable__text").inner_text())
    assert len(recovery) == 10
    accessible(ida, "codes")
    picture(ida, "3-codes")
    ida.get_by_role("link", name="I have kept them").click()
    expect(ida.get_by_text("10 recovery codes left")).to_be_visible()
    sign_out(ida, house)

    first_step(ida, house, "ida@lanterns.example")
    expect(ida.get_by_role("heading", name="Second step")).to_be_visible()
    accessible(ida, "second-step")
    picture(ida, "4-second-step")
    ida.go_back()
    ida.goto(f"{house.pages}/manage")
    expect(ida.locator("#password")).to_be_visible()
    first_step(ida, house, "ida@lanterns.example")
    ida.locator("#code").fill(recovery[0])
    ida.get_by_role("button", name="Sign in").click()
    expect(ida.locator(".side")).to_be_visible()

    phone = person(**PHONE, locale="zh-CN", color_scheme="dark")
    first_step(phone, house, "ida@lanterns.example")
    expect(phone.locator("#code")).to_be_visible()
    accessible(phone, "second-step-phone")
    picture(phone, "5-second-step-phone")
    phone.locator("#code").fill(next_code(secret, used))
    phone.locator("#trust").check()
    phone.locator("main form .btn-primary").click()
    expect(phone.locator("#code")).to_have_count(0)
    phone.goto(f"{house.pages}/manage/me/security")
    picture(phone, "6-security-phone")
    phone.context.clear_cookies(name="laike")
    first_step(phone, house, "ida@lanterns.example")
    expect(phone.locator("#code")).to_have_count(0)


def test_a_passkey_instead_of_the_password(house, person, picture):
    tom = person()
    sign_up(tom, house, "boots", "Boots & Co", "tom@boots.example")
    devices = tom.context.new_cdp_session(tom)
    devices.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    tom.goto(f"{house.pages}/manage/me/security")
    tom.get_by_text("Add a passkey").click()
    tom.locator("#passkey-password").fill("not my password")
    tom.get_by_role("button", name="Go on").click()
    expect(tom.get_by_text("This is not your current password")).to_be_visible()
    tom.locator("#passkey-password").fill(OWN_PASSWORD)
    tom.get_by_role("button", name="Go on").click()
    expect(tom.get_by_text("You can sign in with this passkey now.")).to_be_visible()
    picture(tom, "1-made")
    sign_out(tom, house)

    tom.get_by_role("button", name="Sign in with a passkey").click()
    expect(tom.locator("#password")).to_have_count(0)
    tom.goto(f"{house.pages}/manage/me/security")
    expect(tom.get_by_text("Your last sign-ins")).to_be_visible()
    expect(tom.get_by_role("cell", name="Passkey", exact=True).first).to_be_visible()
    sign_out(tom, house)

    first_step(tom, house, "tom@boots.example")
    picture(tom, "2-second-step")
    tom.get_by_role("button", name="Use a passkey").click()
    expect(tom.locator(".side")).to_be_visible()


def test_who_would_lock_himself_out_is_stopped(house, person, picture, accessible):
    """In Traditional Chinese."""
    eva = person()
    sign_up(eva, house, "clocks", "Clocks & Co", "eva@clocks.example")
    eva.goto(f"{house.pages}/manage/security/networks")
    eva.get_by_role("button", name="繁體中文").click()
    expect(eva.locator("html")).to_have_attribute("lang", "zh-Hant")
    accessible(eva, "networks")
    eva.locator("#networks").fill("203.0.113.0/24 Office")
    eva.locator(".save-bar .btn-primary").click()
    expect(eva.get_by_text("127.0.0.1").first).to_be_visible()
    expect(eva.locator(".alert-warning")).to_have_count(2)
    picture(eva, "1-locked-out")
    eva.locator("#networks").fill("office")
    eva.locator(".save-bar .btn-primary").click()
    expect(eva.locator("#networks-fault")).to_contain_text("office")
    expect(eva.locator("#networks")).to_have_value("office")
    eva.goto(f"{house.pages}/manage")
    expect(eva.locator(".side")).to_be_visible()


def test_people_come_in_by_the_companys_own_provider(house, person, picture, accessible):
    people = [User(sub="bea", claims={"email": "bea@chairs.example", "email_verified": True, "name": "Bea"})]
    with run_server_in_thread(user_claims=people, require_nonce=True) as provider:
        uma = person()
        sign_up(uma, house, "chairs", "Chairs & Co", "uma@chairs.example")
        uma.goto(f"{house.pages}/manage/security/sso")
        accessible(uma, "single-sign-on")
        uma.get_by_label("Let people in by single sign-on").check()
        uma.get_by_role("button", name="Save").click()
        expect(uma.get_by_text("Enter the issuer's address.")).to_be_visible()
        uma.locator("#issuer").fill(f"http://localhost:{provider.server_port}")
        uma.locator("#client_id").fill("laike")
        uma.locator("#client_secret").fill("a secret")
        uma.get_by_label("Who comes for the first time becomes an agent").check()
        uma.get_by_role("button", name="Save").click()
        expect(uma.get_by_text("Saved.", exact=True)).to_be_visible()
        picture(uma, "1-settings")
        uma.get_by_role("button", name="Check the provider").click()
        expect(uma.get_by_text("The issuer answers")).to_be_visible()
        accessible(uma, "checked")
        uma.go_back()
        uma.get_by_role("link", name="Try to sign in").click()
        uma.get_by_role("button", name=re.compile("bea")).click()
        expect(uma.get_by_role("heading", name="This works")).to_be_visible()
        expect(uma.get_by_text("Becomes a new agent with the role Agent.")).to_be_visible()
        accessible(uma, "tried")
        picture(uma, "2-tried")

        bea = person(**PHONE)
        bea.goto(f"{house.pages}/sign-in")
        bea.get_by_role("link", name="Single sign-on").click()
        accessible(bea, "company")
        bea.locator("#company_id").fill("chairs")
        bea.get_by_role("button", name="Go on").click()
        bea.get_by_role("button", name=re.compile("bea")).click()
        bea.wait_for_url(f"{house.pages}/**")
        bea.goto(f"{house.pages}/manage/me/security")
        expect(bea.get_by_role("cell", name="Single sign-on").first).to_be_visible()
        picture(bea, "3-in")
