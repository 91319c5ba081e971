"""Inviting visitors: from the list, by a rule, again and again, without asking; on a desktop and on a phone."""

import re

import pytest
from journeys.people import answer, say, window_of
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.timeout(400)

PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def comes(person, house):
    """`comes("blue")` is the page of somebody who looks around and has not opened the window."""

    def come(who: str, **options) -> Page:
        page = person(**{"viewport": {"width": 1100, "height": 760}} | options)
        page.goto(f"{house.demo_site}/?who={who}")
        return page

    return come


@pytest.fixture
def style(agent, house):
    """Olga, on the page of the demo site's invitations.  Nothing of what she sets outlives the journey."""
    olga = agent("1001")
    olga.goto(f"{house.pages}/manage/styles")
    olga.goto(house.pages + olga.locator('a[href*="/manage/styles/"]:not([href$="/new"])').first.get_attribute("href"))
    olga.locator(".parts").get_by_role("link", name="Invitations").click()
    expect(olga.locator("#is_automatic")).to_be_visible()
    yield olga
    olga.goto(olga.url.partition("?")[0])
    for switch in ("is_automatic", "repeats"):
        olga.locator(f"#{switch}").uncheck()
    save(olga)


def save(olga: Page) -> None:
    olga.locator(".save-bar").get_by_role("button", name="Save").click()
    expect(olga.get_by_text("Saved.")).to_be_visible()


def add_rule(olga: Page, seconds: int) -> None:
    """For everybody, after so many seconds."""
    olga.locator("#is_automatic").check()
    if not olga.locator("input[name=rule]").count():
        olga.get_by_role("button", name="Add a rule").click()
        olga.locator("input[name^=name-]").fill("After a while")
    else:
        olga.locator(".invitation-rule").evaluate("rule => { rule.open = true }")
    olga.locator("input[name^=after_seconds-]").fill(str(seconds))


def row_of(console: Page, who: str) -> Locator:
    """The line of who is on that page."""
    if not console.url.endswith("#/visitors"):
        console.locator('.rail a[href^="#/visitors"]').click()
    console.get_by_label("Find a visitor").fill(f"who={who}")
    row = console.locator(".visitor-line")
    expect(row).to_have_count(1)
    return row


def box_on(page: Page) -> Locator:
    return page.locator("laike-invitation")


def test_an_agent_invites_from_the_list(agent, comes, picture, accessible):
    adam, nina = agent("1002"), agent("1003", locale="zh-CN")
    blue = comes("blue")
    row = row_of(adam, "blue")
    row.get_by_role("button", name="Invite", exact=True).click()

    expect(box_on(blue).get_by_role("heading", name="May we help you?")).to_be_visible()
    expect(row.get_by_text("Invited by you")).to_be_visible()
    picture(adam, "list")
    picture(blue, "box")
    nina.locator('.rail a[href^="#/visitors"]').click()
    theirs = nina.locator(".visitor-line", has_text="who=blue")
    expect(theirs.locator(".visitor-state--inviting")).to_be_visible()
    expect(theirs.locator(".invite-button").first).to_have_attribute("aria-disabled", "true")
    picture(nina, "chinese")
    accessible(adam, "list")

    box_on(blue).get_by_role("button", name="Chat now").click()
    window = window_of(blue)
    say(window, "I look for a blue cup")
    adam.get_by_role("button", name="Show").click()
    expect(adam.get_by_role("log").get_by_text("I look for a blue cup")).to_be_visible()
    answer(adam, "Here it is")
    expect(window.get_by_text("Here it is")).to_be_visible()
    expect(adam.get_by_text("You invited this visitor")).to_be_visible()


def test_words_of_ones_own_a_no_and_taking_it_back(agent, comes, picture, accessible):
    adam, green = agent("1002"), comes("green")
    row_of(adam, "green").locator(".visitor-line__link").click()
    bar = adam.locator(".invitation-bar")
    bar.get_by_role("button", name="With your own words").click()
    expect(bar.get_by_role("textbox")).to_be_focused()
    adam.keyboard.type("The green one is half price today.")
    accessible(adam, "panel")
    picture(adam, "own-words")
    bar.get_by_role("button", name="Invite").click()

    expect(box_on(green).get_by_text("The green one is half price today.")).to_be_visible()
    box_on(green).get_by_role("button", name="Not now").click()
    expect(adam.get_by_text("does not want to chat now.")).to_be_visible()
    expect(box_on(green)).to_have_count(0)

    bar.get_by_role("button", name="Invite", exact=True).click()
    expect(box_on(green).get_by_role("button", name="Chat now")).to_be_visible()
    bar.get_by_role("button", name="Withdraw").click()
    expect(box_on(green)).to_have_count(0)


def test_a_rule_invites_after_two_seconds(agent, style, comes, picture, accessible):
    agent("1002")
    add_rule(style, seconds=2)
    style.locator("#box_title").fill("Looking for tea?")
    expect(style.locator(".invitation-sample").get_by_text("Looking for tea?")).to_be_visible()
    accessible(style, "page")
    picture(style, "page")
    style.locator("#box").scroll_into_view_if_needed()
    picture(style, "boxes")
    save(style)

    red = comes("red")
    expect(box_on(red).get_by_role("heading", name="Looking for tea?")).to_be_visible()
    box_on(red).get_by_role("button", name="Not now").click()
    expect(box_on(red)).to_have_count(0)
    style.reload()
    expect(style.locator("#figures").get_by_role("cell", name="After a while")).to_be_visible()
    style.locator("#figures").scroll_into_view_if_needed()
    picture(style, "figures")


def test_the_repeated_mode_greys_the_buttons(agent, style, comes):
    """I-09, I-10"""
    adam, grey = agent("1002"), comes("grey")
    button = row_of(adam, "grey").get_by_role("button", name=re.compile("^Invite"))
    expect(button).to_have_attribute("aria-disabled", "false")

    add_rule(style, seconds=600)
    style.locator("#repeats").check()
    save(style)

    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_accessible_name(re.compile("again and again"))
    # A person presses it all the same; Playwright would not.
    button.click(force=True)
    expect(adam.locator(".toast-bar")).to_contain_text("again and again")
    expect(box_on(grey)).to_have_count(0)


def test_chatting_directly(agent, comes, house, picture):
    """I-02, S-06, CF-31: dead until the company allows it; then the window opens and says why."""
    adam, olga, white = agent("1002"), agent("1001"), comes("white")
    row = row_of(adam, "white")
    direct = row.get_by_role("button", name=re.compile("^Chat directly"))
    expect(direct).to_have_accessible_name(re.compile("switched direct chat off"))

    olga.goto(f"{house.pages}/manage/settings")
    olga.locator("#chats_directly").check()
    save(olga)
    expect(direct).to_have_attribute("aria-disabled", "false")
    direct.click()
    adam.get_by_role("dialog").get_by_role("button", name="Open the chat").click()

    window = window_of(white)
    expect(window.get_by_text("You need not answer")).to_be_visible()
    picture(white, "direct")
    answer(adam, "Welcome to our shop")
    expect(window.get_by_text("Welcome to our shop")).to_be_visible()
    olga.locator("#chats_directly").uncheck()
    save(olga)


def test_on_a_phone(agent, comes, picture, accessible):
    adam, tiny = agent("1002", **PHONE), comes("tiny", **PHONE)
    row = row_of(adam, "tiny")
    row.get_by_role("button", name="Invite", exact=True).click()
    expect(row.locator(".visitor-state--inviting")).to_be_visible()
    picture(adam, "list")
    accessible(adam, "list")

    expect(box_on(tiny).get_by_role("button", name="Chat now")).to_be_visible()
    picture(tiny, "box")
    box_on(tiny).get_by_role("button", name="Chat now").click()
    say(window_of(tiny), "From a phone")
    expect(row.locator(".visitor-state--talking")).to_be_visible()
    adam.locator('.rail a[href^="#/chats"]').click()
    expect(adam.get_by_text("From a phone").first).to_be_visible()
