"""A visitor leaves a message, an agent answers by mail, and what the visitor writes back comes into the thread (L-01…L-13)."""

import re

import pytest
from journeys.people import OWN_PASSWORD, open_window, sign_in, sign_up
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.timeout(400)

ADDRESS = "olga+bells@acme.example"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def bells(chromium, house):
    """A company with an administrator alone; gives the line to embed."""
    context = chromium.new_context(locale="en-US")
    line = sign_up(context.new_page(), house, "bells", "Bells", ADDRESS, administrator="Bea")
    context.close()
    return line


@pytest.fixture
def shop(bells, customer_site):
    return customer_site(bells)


@pytest.fixture
def console(bells, person, house):
    def open_console(**options) -> Page:
        page = person(**options)
        sign_in(page, house, "bells", ADDRESS, OWN_PASSWORD)
        page.goto(f"{house.pages}/console#/messages")
        expect(page.locator(".segments")).to_be_visible()
        return page

    return open_console


def leave(page: Page, shop: str, text: str, email: str) -> None:
    page.goto(shop)
    window = open_window(page)
    # Whoever has just closed a console may still count as there.
    menu = window.get_by_role("menuitem", name="Leave a message")
    expect(window.get_by_label("Your message").or_(window.get_by_role("textbox", name="Write a message")).first).to_be_visible()
    if not window.get_by_label("Your message").is_visible():
        window.get_by_role("button", name="Menu").click()
        menu.click()
    window.get_by_label("Your message").fill(text)
    window.get_by_label("Name").fill("Mr Wu")
    window.get_by_label("E-mail").fill(email)
    window.get_by_label("Phone").fill("+86 20 1234 5678")
    window.get_by_role("button", name="Send", exact=True).click()
    expect(window.get_by_text("Your message has arrived.")).to_be_visible()


def open_mail_to(page: Page, house, address: str) -> None:
    """The newest mail caught for an address."""
    page.goto(f"{house.pages}/dev/outbox")
    page.locator("tr, li, a").filter(has_text=address).first.wait_for()
    page.get_by_role("link").filter(has_text=re.compile("Your message to Bells")).first.click()
    expect(page.locator(".mail-text")).to_be_visible()


def open_message(page: Page, text: str) -> None:
    page.get_by_role("link", name=re.compile(re.escape(text))).first.click()
    expect(page.get_by_role("article")).to_be_visible()


def test_answered_by_mail_and_answered_back(console, person, shop, house, picture, accessible):
    visitor = person(viewport={"width": 1100, "height": 760})
    leave(visitor, shop, "Does the big bell ring? 大钟会响吗？", "wu@mail.example")

    bea = console()
    inbox = bea.get_by_role("link", name=re.compile("Offline messages"))
    expect(inbox).to_contain_text("1")
    open_message(bea, "Does the big bell ring?")
    article = bea.get_by_role("article")
    expect(article).to_contain_text("+86 20 1234 5678")
    bea.get_by_label("Answer to wu@mail.example").fill("It does, at noon.")
    bea.reload()
    expect(bea.get_by_label("Answer to wu@mail.example")).to_have_value("It does, at noon.")
    accessible(bea, "message")
    picture(bea, "message")
    bea.get_by_role("button", name="Send by e-mail").click()
    expect(article.get_by_text("Sent", exact=True)).to_be_visible()
    expect(bea.get_by_label("Assigned to")).to_have_value(re.compile("[0-9]+"))
    bea.get_by_label(re.compile("How was it handled")).fill("Answered")
    bea.get_by_role("button", name="Mark as handled").click()
    expect(article).to_contain_text("Handled by Bea")
    expect(inbox).not_to_contain_text("1")

    mailbox = person()
    open_mail_to(mailbox, house, "wu@mail.example")
    expect(mailbox.locator(".mail-text")).to_contain_text("It does, at noon.")
    mailbox.get_by_label("Answer this mail").fill("Thank you. And on Sundays? 周日呢？")
    picture(mailbox, "mail")
    mailbox.get_by_role("button", name="Reply").click()
    expect(mailbox.get_by_text("The answer came in.")).to_be_visible()

    expect(article).to_contain_text("And on Sundays? 周日呢？")
    expect(article).not_to_contain_text("On Mon")
    expect(inbox).to_contain_text("1")
    expect(bea.get_by_role("button", name="Mark as handled")).to_be_visible()
    expect(article).to_contain_text("Noted before: Answered")
    accessible(bea, "thread")
    picture(bea, "thread")
    bea.emulate_media(color_scheme="dark")
    picture(bea, "thread-dark")


def test_on_a_phone(console, person, shop, picture, accessible):
    visitor = person(**PHONE)
    leave(visitor, shop, "Ring me", "li@mail.example")
    bea = console(**PHONE)
    picture(bea, "list")
    open_message(bea, "Ring me")
    expect(bea.get_by_role("link", name="+86 20 1234 5678")).to_have_attribute("href", "tel:+862012345678")
    bea.get_by_label("Answer to li@mail.example").fill("Good day")
    bea.get_by_role("button", name="Send by e-mail").click()
    expect(bea.get_by_role("article").get_by_text("Sent", exact=True)).to_be_visible()
    accessible(bea, "message on a phone")
    bea.get_by_role("article").evaluate("article => { article.scrollTop = 0 }")
    picture(bea, "message")
    assert bea.evaluate("document.documentElement.scrollWidth") <= 390


def test_looked_through_in_the_management_centre(console, person, shop, house, picture, accessible):
    visitor = person(viewport={"width": 1100, "height": 760})
    leave(visitor, shop, "Where is the museum of bells?", "chen@mail.example")
    bea = person()
    sign_in(bea, house, "bells", ADDRESS, OWN_PASSWORD)
    bea.goto(f"{house.pages}/manage/messages")
    expect(bea.get_by_role("heading", name="Offline messages")).to_be_visible()
    accessible(bea, "list")
    picture(bea, "list")
    with bea.expect_download() as saving:
        bea.get_by_role("link", name="XLSX").click()
    assert saving.value.suggested_filename.endswith(".xlsx")
    bea.locator("tr", has_text="museum").get_by_role("link").click()
    bea.get_by_label("Your answer").fill("Beside the river.")
    bea.get_by_role("button", name="Send by e-mail").click()
    expect(bea.get_by_text("Your answer is on its way.")).to_be_visible()
    accessible(bea, "message")
    picture(bea, "message")
    bea.get_by_role("button", name="Mark as handled").click()
    expect(bea.get_by_text("Handled by Bea")).to_be_visible()

    bea.set_viewport_size({"width": 390, "height": 844})
    bea.goto(f"{house.pages}/manage/messages?state=handled")
    picture(bea, "list-phone")
    assert bea.evaluate("document.documentElement.scrollWidth") <= 390

    zh = person(locale="zh-CN", color_scheme="dark")
    sign_in(zh, house, "bells", ADDRESS, OWN_PASSWORD)
    zh.goto(f"{house.pages}/manage/messages")
    picture(zh, "list-zh-dark")
    zh.goto(f"{house.pages}/console#/messages")
    zh.locator(".offline-row__link").first.click()
    expect(zh.get_by_role("article")).to_be_visible()
    picture(zh, "console-zh-dark")
