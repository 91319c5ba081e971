"""Money goes back to a company: one operator asks, a second one agrees, and the company sees it."""

import re

import pytest
from journeys.people import House, operator_signs_in, sign_up, wait_for
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.timeout(300)

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
PAGES = {
    "phone": ("companies/ledgers/money", "figures"),
    "dark": ("companies/ledgers/money", "figures", "orders", "corrections", "reconciliation"),
    "zh": ("companies/ledgers/money",),
}


def test_a_large_refund_takes_two(house, person, picture, accessible):
    hanna, fiona, ben = person(), person(), person()
    sign_up(hanna, house, "ledgers", "Ledgers & Sons", "hanna@ledgers.example")
    buy_a_year(hanna, house)
    operator_signs_in(fiona, house, "finance", "Fiona")
    operator_signs_in(ben, house, "finance", "Ben")

    fiona.goto(f"{house.pages}/operator/companies/ledgers/money")
    accessible(fiona, "company")
    picture(fiona, "1-company")
    fiona.get_by_role("region", name="Orders and payments").get_by_role("link", name="Refund").click()
    fiona.get_by_label("Everything that is left").check()
    fiona.get_by_label("Reason").fill("Bought the wrong edition, ticket 812.")
    fiona.get_by_label("What the company is told").fill("As you asked, we return what you paid for the year.")
    fiona.get_by_role("button", name="Show what it changes").click()
    expect(fiona.get_by_role("row", name=re.compile("Returned of order"))).to_contain_text("$1,500.00")
    expect(fiona.get_by_text("a second person must agree")).to_be_visible()
    accessible(fiona, "effect")
    picture(fiona, "2-effect")
    fiona.get_by_role("button", name="Ask a second person").click()
    expect(fiona.get_by_text("waits for a second person, under Corrections")).to_be_visible()

    ben.goto(f"{house.pages}/operator/corrections?status=waiting&company=ledgers")
    accessible(ben, "corrections")
    ben.get_by_role("row", name=re.compile("ledgers")).get_by_role("link", name="Refund").click()
    expect(ben.get_by_text("Bought the wrong edition, ticket 812.")).to_be_visible()
    expect(ben.get_by_role("row", name=re.compile("Returned of order"))).to_contain_text("$1,500.00")
    accessible(ben, "decision")
    picture(ben, "3-decision")
    ben.get_by_role("button", name="Approve and do it").click()
    expect(ben.get_by_text("Approved and done.")).to_be_visible()

    wait_for(lambda: "Refund" in statement(hanna, house))
    picture(hanna, "4-statement")
    letter = wait_for(lambda: mail_about(hanna, house, "your account was changed by us"))
    assert "As you asked, we return what you paid for the year." in letter
    assert "ticket 812" not in letter
    look_around(person, house, picture, accessible)


def buy_a_year(hanna: Page, house: House) -> None:
    """Ten seats, paid ahead by card."""
    hanna.goto(f"{house.pages}/manage/plan/orders/new?product=professional:term:12&quantity=10&currency=USD")
    hanna.get_by_role("button", name=re.compile("Pay .* by card, Alipay or WeChat Pay")).click()
    hanna.get_by_label("Card number").fill("4242424242424242")
    hanna.locator("button[name=action][value=pay]").click()
    expect(hanna.get_by_role("heading", name="Paid. Thank you.")).to_be_visible()


def statement(hanna: Page, house: House) -> str:
    hanna.goto(f"{house.pages}/manage/plan/statement")
    return hanna.get_by_role("region", name="Account statement").inner_text()


def mail_about(page: Page, house: House, subject: str) -> str:
    """The text of the mail with these words in its subject; empty until it has come."""
    page.goto(f"{house.pages}/dev/outbox")
    mail = page.get_by_role("listitem").filter(has_text=subject)
    if not mail.count():
        return ""
    mail.first.get_by_role("link").first.click()
    return page.content()


def look_around(person, house: House, picture, accessible) -> None:
    """The same pages on a phone, in the dark, and in Chinese."""
    for look, options in {"phone": PHONE, "dark": {"color_scheme": "dark"}, "zh": {"locale": "zh-CN"}}.items():
        page = person(**options)
        operator_signs_in(page, house, "finance", "Fiona")
        for path in PAGES[look]:
            page.goto(f"{house.pages}/operator/{path}")
            if path == "figures":
                expect(page.locator(".chart canvas").first).to_be_visible()
                page.locator(".chart").first.scroll_into_view_if_needed()
            picture(page, f"{look}-{path.replace('/', '-')}")
            accessible(page, f"{look} {path}")
