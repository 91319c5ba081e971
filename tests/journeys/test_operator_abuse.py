"""A visitor reports a company; an operator sees it, looks at what else is known, and freezes it at once."""

import re

import pytest
from journeys.people import open_window, operator_signs_in, sign_up
from playwright.sync_api import expect

pytestmark = pytest.mark.timeout(300)

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def test_reported_looked_at_and_frozen(house, person, customer_site, picture, accessible):
    hanna, otto = person(), person()
    line = sign_up(hanna, house, "bluffs", "PayPaI Refunds", "hanna@bluffs.example")
    hanna.goto(f"{house.pages}/console")
    expect(hanna.locator(".rail")).to_be_visible()

    ann = person(**PHONE)
    ann.goto(customer_site(line))
    window = open_window(ann)
    expect(window.get_by_role("textbox", name="Write a message")).to_be_visible()
    window.get_by_role("button", name="Menu").click()
    with ann.context.expect_page() as opened:
        window.get_by_role("menuitem", name="Report abuse").click()
    report = opened.value
    expect(report.get_by_text("You report the chat of PayPaI Refunds")).to_be_visible()
    accessible(report, "report")
    picture(report, "1-report")
    report.get_by_role("button", name="Send report").click()
    expect(report.get_by_text("Choose what is wrong.")).to_be_visible()
    report.get_by_label("They want my money or my data").check()
    report.get_by_label("What happened").fill("They asked for the number of my card.")
    report.get_by_role("button", name="Send report").click()
    expect(report.get_by_role("heading", name="Thank you")).to_be_visible()
    report.close()

    operator_signs_in(otto, house, "operations", name="Otto")
    otto.get_by_role("link", name="Reports and signals").click()
    accessible(otto, "signals")
    picture(otto, "2-signals")
    otto.get_by_role("link", name="Reported by a visitor").first.click()
    expect(otto.get_by_text("They asked for the number of my card.")).to_be_visible()
    accessible(otto, "signal")
    picture(otto, "3-signal")
    otto.get_by_role("link", name="Freeze").click()
    expect(otto.get_by_text("This happens at once:")).to_be_visible()
    accessible(otto, "freeze")
    picture(otto, "4-freeze")
    otto.get_by_label("Reason").fill("Asks for cards, bears another's name.")
    otto.get_by_role("button", name="Freeze now").click()
    expect(otto.get_by_text("PayPaI Refunds is frozen.")).to_be_visible()

    expect(window.get_by_role("textbox", name="Write a message")).to_be_hidden()
    expect(window.get_by_role("textbox", name=re.compile("message", re.IGNORECASE)).first).to_be_visible()
    picture(ann, "5-frozen")

    otto.goto(f"{house.pages}/operator/abuse/blocks/new?kind=network&value=198.51.100.0/24")
    otto.get_by_label("Reason").fill("Signs up again and again")
    otto.get_by_role("button", name="Block", exact=True).click()
    otto.get_by_label("Address, mail address or domain, number").fill("198.51.100.7")
    expect(otto.get_by_text("Blocked by 198.51.100.0/24")).to_be_visible()
    accessible(otto, "blocks")
    picture(otto, "6-blocks")
    otto.locator("summary", has_text="Lift").click()
    otto.get_by_role("button", name="Let it through").click()
    expect(otto.get_by_text("Nothing is blocked.")).to_be_visible()
