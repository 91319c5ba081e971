"""An operator comes in: by a link with password and app, by a passkey, and shows the second factor again before a deed."""

import re
import time

import pyotp
import pytest
from journeys.people import OWN_PASSWORD, operator_signs_in, wait_for
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.timeout(300)

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def next_code(secret: str, used: set[str]) -> str:
    """A code that was not used yet: this step's, or the next one's, which counts already."""
    totp, step = pyotp.TOTP(secret), int(time.time()) // 30
    code = next(code for code in map(totp.generate_otp, (step - 1, step, step + 1)) if code not in used)
    used.add(code)
    return code


def link_for(page: Page, house, email: str) -> str:
    """From the mail, which takes some seconds."""
    mail = page.locator(".mails__one", has_text=email)

    def has_come():
        page.goto(f"{house.pages}/dev/outbox")
        return mail.count()

    wait_for(has_come)
    mail.first.get_by_role("link").click()
    return page.locator("a[href*='/operator/invitations/']").get_attribute("href")


def test_an_invited_operator_comes_in_and_proves_it_is_still_her(house, person, picture, accessible):
    olive, used = person(), set()
    operator_signs_in(olive, house, "owner", "Olive")
    olive.get_by_role("link", name="Operators", exact=True).click()
    olive.get_by_role("link", name="Invite an operator").click()
    olive.get_by_label("Name", exact=True).fill("Ivy")
    olive.get_by_label("E-mail address").fill("ivy@operators.example")
    olive.get_by_label("Owner").check()
    olive.get_by_label("Reason").fill("Runs the platform with me")
    accessible(olive, "invite")
    picture(olive, "1-invite")
    olive.get_by_role("button", name="Invite", exact=True).click()
    expect(olive.get_by_text("Ivy gets a mail with a link.")).to_be_visible()
    accessible(olive, "operators")
    picture(olive, "2-operators")

    ivy = person()
    ivy.goto(link_for(ivy, house, "ivy@operators.example"))
    ivy.locator("#password").fill(OWN_PASSWORD)
    accessible(ivy, "invitation")
    picture(ivy, "3-invitation")
    ivy.get_by_role("button", name="Go on").click()
    secret = ivy.locator(".qr__key").inner_text().replace(" ", "")
    accessible(ivy, "factor")
    picture(ivy, "4-factor")
    ivy.locator("#code").fill(next_code(secret, used))
    ivy.get_by_role("button", name="Go on with the app").click()
    expect(ivy.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    accessible(ivy, "codes")
    picture(ivy, "5-codes")
    ivy.get_by_role("link", name="I have kept them").click()
    expect(ivy.locator(".side")).to_be_visible()
    ivy.get_by_role("button", name="Sign out").click()

    ivy.locator("#email").fill("ivy@operators.example")
    ivy.locator("#password").fill(OWN_PASSWORD)
    accessible(ivy, "sign-in")
    picture(ivy, "6-sign-in")
    ivy.get_by_role("button", name="Go on").click()
    accessible(ivy, "second-step")
    picture(ivy, "7-second-step")
    ivy.locator("#code").fill(next_code(secret, used))
    ivy.get_by_role("button", name="Sign in").click()
    expect(ivy.locator(".side")).to_be_visible()

    with house.database() as database:
        database.execute("UPDATE platform.operator_session SET proved_at = now() - interval '1 hour' WHERE operator_id ="
                         " (SELECT id FROM platform.operator WHERE email = 'ivy@operators.example')")  # fmt: skip
    ivy.goto(f"{house.pages}/operator/security")
    accessible(ivy, "security")
    picture(ivy, "8-security")
    ivy.get_by_text("New recovery codes").click()
    ivy.get_by_role("button", name="Make new ones").click()
    expect(ivy.get_by_role("heading", name="Show your second factor")).to_be_visible()
    accessible(ivy, "proof")
    picture(ivy, "9-proof")
    ivy.locator("#proof_code").fill("000000")
    ivy.get_by_role("button", name="Go on").click()
    expect(ivy.get_by_text("That code is not right")).to_be_visible()
    ivy.locator("#proof_code").fill(next_code(secret, used))
    ivy.get_by_role("button", name="Go on").click()
    expect(ivy.get_by_role("heading", name="Your recovery codes")).to_be_visible()

    ivy.goto(f"{house.pages}/operator/operators")
    ivy.get_by_role("link", name="Olive").click()
    accessible(ivy, "operator")
    picture(ivy, "10-operator")
    ivy.get_by_role("link", name="What this operator did").click()
    expect(ivy.get_by_role("cell", name="Operator invited")).to_be_visible()
    accessible(ivy, "audit")
    picture(ivy, "11-audit")
    ivy.get_by_role("button", name="Check the whole log").click()
    expect(ivy.get_by_text(re.compile("All .* entries are as they were written"))).to_be_visible()


def test_a_passkey_on_a_phone_in_the_dark(house, person, picture, accessible):
    """In Simplified Chinese."""
    sam = person(**PHONE, locale="zh-CN", color_scheme="dark")
    devices = sam.context.new_cdp_session(sam)
    devices.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    operator_signs_in(sam, house, "support", "Simon")
    for page in ("security", "roles"):
        sam.goto(f"{house.pages}/operator/{page}")
        accessible(sam, page)
        picture(sam, page)
    sam.goto(f"{house.pages}/operator/security/passkeys/new")
    sam.locator("form.passkey button").click()
    expect(sam.locator(".alert-success")).to_be_visible()
    sam.context.clear_cookies()

    sam.goto(f"{house.pages}/operator/roles")
    accessible(sam, "sign-in")
    picture(sam, "sign-in")
    sam.locator("form.passkey button").click()
    expect(sam.locator(".permissions")).to_be_visible()
