"""An agent's day in a company of three seats: who is given whom, who is gone, a group of colleagues, finding, tidying."""

import re
from typing import NamedTuple

import pytest
from journeys.people import (
    OWN_PASSWORD,
    accept,
    answer,
    choose_assignment,
    choose_presence,
    end,
    open_window,
    say,
    sign_in,
    sign_up,
)
from playwright.sync_api import Frame, Page, expect

pytestmark = pytest.mark.timeout(400)

AGENTS = {"Reed": "1002", "Moss": "1003", "Ivy": "1004"}
# Olga of the demo company has had her trial, so this company has the three seats nobody pays for.
ADDRESS = "olga+ferns@acme.example"


class Ferns(NamedTuple):
    """A company of three seats, with the line to embed."""

    line: str


@pytest.fixture(scope="module")
def ferns(chromium, house):
    context = chromium.new_context(locale="en-US")
    fern = context.new_page()
    line = sign_up(fern, house, "ferns", "Ferns", ADDRESS, administrator="Fern")
    for name, number in AGENTS.items():
        fern.goto(f"{house.pages}/manage/members/new")
        fern.get_by_label("Name", exact=False).first.fill(name)
        fern.locator("input[name=number]").fill(number)
        fern.locator("input[name=coming_in][value=password]").check()
        fern.locator("input[name=password]").fill(OWN_PASSWORD)
        fern.get_by_role("button", name="Add agent").click()
        expect(fern.get_by_role("heading", name="Agents")).to_be_visible()
    context.close()
    return Ferns(line)


@pytest.fixture
def console(ferns, person, house):
    """`console("Reed")` is his; Fern's own comes with her address."""

    def open_console(name: str, **options) -> Page:
        page = person(**options)
        sign_in(page, house, "ferns", AGENTS.get(name, ADDRESS), OWN_PASSWORD)
        page.goto(f"{house.pages}/console")
        expect(page.locator(".status-bar, .chat-list, .list-column").first).to_be_visible()
        return page

    return open_console


@pytest.fixture
def fern(ferns, person, house):
    """In the management centre, where nobody takes a seat."""
    page = person()
    sign_in(page, house, "ferns", ADDRESS, OWN_PASSWORD)
    page.goto(f"{house.pages}/manage")
    return page


@pytest.fixture
def shop(ferns, customer_site):
    return customer_site(ferns.line)


@pytest.fixture
def come(person, shop):
    """`come("Hello")` opens the shop and writes."""

    def write(text: str, **options) -> tuple[Page, Frame]:
        page = person(**{"viewport": {"width": 1100, "height": 760}} | options)
        page.goto(shop)
        window = open_window(page)
        say(window, text)
        expect(window.get_by_text(re.compile("^(Sent|Read)$"))).to_be_visible()
        return page, window

    return write


def test_the_fourth_is_refused_a_seat_and_told_who_has_them(console, fern, person, house, picture, accessible):
    _, moss, owner = console("Reed"), console("Moss"), console("Fern")
    expect(owner.locator(".status-bar")).to_contain_text("3 of 3")
    ivy = person()
    sign_in(ivy, house, "ferns", AGENTS["Ivy"], OWN_PASSWORD)
    ivy.goto(f"{house.pages}/console")
    expect(ivy.get_by_role("heading", name="All 3 seats are in use")).to_be_visible()
    for name in ("Fern 1001", "Moss 1003", "Reed 1002"):
        expect(ivy.get_by_role("listitem").filter(has_text=name)).to_be_visible()
    accessible(ivy, "no seat")
    picture(ivy, "no-seat")

    fern.goto(f"{house.pages}/manage/seats")
    line = fern.locator(".line", has_text="Moss")
    line.get_by_text("Release", exact=True).click()
    picture(fern, "release")
    line.get_by_role("button", name="Release the seat").click()
    expect(moss.get_by_role("heading", name="Your seat was released")).to_be_visible()
    accessible(moss, "released")
    picture(moss, "released")
    ivy.goto(f"{house.pages}/console")
    expect(ivy.locator(".status-bar")).to_contain_text("3 of 3")
    choose_presence(ivy, "Offline")


def test_visitors_go_to_who_takes_them(console, fern, come, house, picture, accessible):
    reed, moss = console("Reed"), console("Moss")
    owner = console("Fern")
    choose_presence(owner, "Invisible")
    choose_presence(moss, "Away")
    reed.get_by_role("button", name=re.compile("My state")).click()
    expect(reed.get_by_role("button", name="Busy")).to_be_visible()
    expect(reed.get_by_role("button", name="Invisible")).to_be_hidden()
    accessible(reed, "me")
    picture(reed, "me")
    reed.keyboard.press("Escape")
    try:
        choose_assignment(fern, house, "service", conversation_limit="1", answer_within_seconds="")
        picture(fern, "assignment")

        _, first = come("First in the queue")
        expect(reed.get_by_text("Assigned to you: you had the fewest conversations")).to_be_visible()
        _, second = come("Second in the queue")
        expect(second.get_by_text("You are number 1.")).to_be_visible()
        expect(reed.locator(".chat-row", has_text="Second in the queue")).to_be_visible()
        reed.get_by_role("link", name=re.compile("Second in the queue")).click()
        reed.get_by_role("button", name="Accept").click()
        expect(reed.get_by_text("You have reached your limit of open conversations (1).")).to_be_visible()
        picture(reed, "limit")
        for console_ in (moss, owner):
            expect(console_.locator(".conversation-header")).to_be_hidden()

        choose_presence(moss, "Online")
        expect(moss.get_by_role("log").get_by_text("Second in the queue")).to_be_visible()
        come("Third in the queue")
        reed.get_by_role("link", name=re.compile("First in the queue")).click()
        answer(reed, "The first is served")
        expect(first.get_by_role("log").get_by_text("The first is served")).to_be_visible()
        end(reed)
        expect(reed.get_by_role("log").get_by_text("Third in the queue")).to_be_visible()

        choose_assignment(fern, house, "service", conversation_limit="5", answer_within_seconds="15")
        first.get_by_role("button", name="Start a new one").click()
        say(first, "It is me again")
        header = reed.locator(".conversation-header")
        reed.get_by_role("link", name=re.compile("It is me again")).click()
        expect(header).to_contain_text("Assigned to you: you served this visitor last")
        accessible(reed, "last agent")
        picture(reed, "last-agent")

        # He lets it lie, so it goes to a colleague, and what he had begun to write stays where he finds it.
        reed.get_by_role("textbox", name="Write an answer").fill("I was about to say")
        slip = reed.locator(".slip--waiting", has_text="I was about to say")
        expect(slip).to_be_visible(timeout=60_000)
        accessible(reed, "gone back")
        picture(reed, "gone-back")
        moss.get_by_role("link", name=re.compile("It is me again")).click()
        answer(moss, "Welcome back")
        expect(first.get_by_role("log").get_by_text("Welcome back")).to_be_visible()
    finally:
        choose_assignment(fern, house, "by_hand", conversation_limit="15", answer_within_seconds="")


def test_a_colleague_takes_over_from_who_is_gone(console, come, house, picture, accessible):
    reed, moss = console("Reed"), console("Moss", locale="zh-CN")
    visitor, window = come("Is my fern ill?")
    accept(reed, "Is my fern ill?")
    answer(reed, "Send us a picture")
    expect(window.get_by_role("log").get_by_text("Send us a picture")).to_be_visible()
    say(window, "It has brown spots")
    expect(reed.get_by_role("log").get_by_text("It has brown spots")).to_be_visible()
    reed.get_by_role("textbox", name="Write an answer").fill("That is no")
    address = reed.url

    reed.goto("about:blank")
    moss.locator(".rail__link").nth(1).click()
    expect(moss.locator(".colleague-list__colleague", has_text="Reed").locator(".presence-dot--offline")).to_be_visible(
        timeout=60_000
    )
    moss.locator(".rail__link").nth(0).click()
    # Each change of a state has the queue looked after: the first notes who is gone, the next puts his visitors back.
    set_state(moss, 1)
    house.let_absence_grow_old("ferns", "Reed")
    set_state(moss, 0)
    expect(window.get_by_text("Reed had to leave. Somebody else takes over.")).to_be_visible(timeout=30_000)
    accessible(window, "agent left")
    picture(visitor, "agent-left")

    moss.get_by_role("link", name=re.compile("brown spots")).click()
    for text in ("Is my fern ill?", "Send us a picture", "It has brown spots"):
        expect(moss.get_by_role("log").get_by_text(text)).to_have_count(1)
    moss.locator(".conversation-foot .button").click()
    moss.locator(".answer-box textarea").fill("那是孢子,不是病")
    moss.locator(".answer-box textarea").press("Enter")
    expect(window.get_by_role("log").get_by_text("那是孢子,不是病")).to_be_visible()
    accessible(moss, "taken over")
    picture(moss, "taken-over")

    reed.goto(address)
    expect(reed.get_by_text("Moss answers here.")).to_be_visible()
    expect(reed.locator(".kept-words")).to_contain_text("That is no")
    expect(reed.get_by_role("textbox", name="Write an answer")).to_be_hidden()
    expect(reed.get_by_role("log").get_by_text("那是孢子,不是病")).to_be_visible()
    accessible(reed, "kept words")
    picture(reed, "kept-words")


def test_a_group_of_colleagues_and_a_file(console, tmp_path, picture, accessible):
    reed, moss = console("Reed"), console("Moss", color_scheme="dark")
    (tmp_path / "watering.txt").write_text("Mondays and Thursdays")
    reed.get_by_role("link", name="Colleagues").click()
    reed.get_by_role("button", name="New group").click()
    sheet = reed.get_by_role("dialog", name="New group")
    sheet.get_by_label("Title").fill("Who waters 浇水")
    for name in ("Moss", "Fern"):
        sheet.get_by_role("checkbox", name=name).check()
    accessible(reed, "new group")
    picture(reed, "new-group")
    sheet.get_by_role("button", name="Start").click()
    box = reed.get_by_role("textbox", name="Write to Who waters 浇水")
    box.fill("The list is here")
    reed.locator("input[type=file]").set_input_files(tmp_path / "watering.txt")
    reed.get_by_role("button", name="Send", exact=True).click()

    colleagues = moss.get_by_role("link", name=re.compile("Colleagues"))
    expect(colleagues).to_contain_text("2")
    colleagues.click()
    moss.get_by_role("link", name=re.compile("Who waters")).click()
    log = moss.get_by_role("log")
    expect(log.get_by_role("link", name=re.compile("watering.txt"))).to_be_visible()
    with moss.expect_download() as saving:
        log.get_by_role("link", name=re.compile("watering.txt")).click()
    assert saving.value.suggested_filename == "watering.txt"
    expect(colleagues).not_to_contain_text("2")
    accessible(moss, "group in the dark")
    picture(moss, "group-dark")


def test_cards_searching_and_tidying(console, come, picture, accessible):
    reed, moss = console("Reed"), console("Moss")
    come("Do you sell moss 苔藓?")
    come("And pots?")
    accept(reed, "Do you sell moss")
    accept(reed, "And pots?")
    reed.get_by_role("button", name="Card", exact=True).click()
    card = reed.get_by_role("complementary", name="About the visitor")
    for label, text in (
        ("Name", "吴女士"),
        ("E-mail", "wu@mail.example"),
        ("Phone", "+86 20 1234 5678"),
        ("Note", "Likes pots"),
    ):
        card.get_by_label(label, exact=True).fill(text)
    card.get_by_role("button", name="Save").click()
    expect(card.get_by_text("Saved")).to_be_visible()
    accessible(reed, "card")
    picture(reed, "card")
    moss.locator(".chat-group", has_text="With colleagues").locator("summary, button").first.click()
    expect(moss.locator(".chat-row", has_text="吴女士")).to_be_visible()

    reed.keyboard.press("Control+k")
    search = reed.get_by_role("combobox", name="Search")
    search.fill("苔藓")
    expect(reed.get_by_role("option").first).to_contain_text("苔藓")
    picture(reed, "search")
    search.press("Enter")
    expect(reed.get_by_role("log").get_by_text("Do you sell moss 苔藓?")).to_be_visible()

    come("Anybody for me?")
    expect(reed.locator(".chat-row", has_text="Anybody for me?")).to_be_visible()
    reed.keyboard.press("Alt+z")
    expect(reed.get_by_role("button", name="Accept")).to_be_visible()
    reed.locator("body").press("?")
    expect(reed.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    accessible(reed, "shortcuts")
    picture(reed, "shortcuts")
    reed.keyboard.press("Escape")

    row = reed.locator(".chat-row", has_text="吴女士")
    row.hover()
    row.get_by_role("button", name="End the conversation with 吴女士").click()
    expect(row).to_be_hidden()
    picture(reed, "undo")
    reed.get_by_role("button", name="Undo").click()
    expect(row).to_be_visible()
    expect(reed.get_by_role("textbox", name="Write an answer")).to_be_visible()
    end(reed)
    expect(moss.locator(".chat-row", has_text="吴女士")).to_be_hidden()


def test_ones_own_switches_stay(console, come, picture, accessible):
    reed = console("Reed")
    come("Which soil?")
    accept(reed, "Which soil?")
    reed.get_by_role("button", name=re.compile("My state")).click()
    reed.get_by_role("button", name="What calls me, and how").click()
    calls = reed.get_by_role("dialog", name="What calls me, and how")
    calls.get_by_role("checkbox", name="Sound: A visitor comes to the site").check()
    calls.get_by_role("combobox", name="Which sound: A visitor comes to the site").select_option("knock")
    accessible(reed, "calls")
    picture(reed, "calls")
    reed.keyboard.press("Escape")
    reed.get_by_role("button", name=re.compile("My state")).click()
    reed.get_by_text("Send with Ctrl+Enter").click()
    reed.keyboard.press("Escape")
    reed.get_by_role("button", name="Hide the status bar").click()

    reed.reload()
    box = reed.get_by_role("textbox", name="Write an answer")
    box.press_sequentially("Loose")
    box.press("Enter")
    box.press_sequentially("and wet")
    box.press("Control+Enter")
    expect(reed.get_by_role("log").get_by_text(re.compile(r"Loose\s+and wet"))).to_be_visible()
    expect(reed.locator(".status-bar")).to_be_hidden()
    reed.get_by_role("button", name=re.compile("My state")).click()
    reed.get_by_role("button", name="What calls me, and how").click()
    expect(calls.get_by_role("checkbox", name="Sound: A visitor comes to the site")).to_be_checked()


def test_the_list_of_site_visitors(console, person, shop, picture, accessible):
    reed = console("Reed")
    reed.get_by_role("link", name="Site visitors").click()
    pages = []
    for address, language in (("?pot=small", "en-US"), ("?pot=large", "zh-CN"), ("?pot=large&blue", "zh-TW")):
        page = person(locale=language)
        page.goto(shop + address, referer="https://www.baidu.example/s?wd=pots")
        pages.append(page)
        expect(reed.locator(".visitor-line", has_text=address.split("&")[0]).first).to_be_visible()
    lines = reed.locator(".visitor-line")
    reed.get_by_role("searchbox", name="On a page with").fill("pot=large")
    expect(lines).to_have_count(2)
    reed.get_by_role("searchbox", name="On a page with").fill("")
    expect(lines.first).to_contain_text("baidu.example")

    reed.get_by_role("button", name="On the site", exact=True).click()
    head = reed.get_by_role("columnheader", name="On the site")
    expect(head).to_have_attribute("aria-sort", "ascending")
    newest = lines.first.inner_text()
    reed.get_by_role("button", name="On the site", exact=True).click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert lines.first.inner_text() != newest
    reed.get_by_role("button", name="Choose columns").click()
    picture(reed, "columns")
    accessible(reed, "columns")
    reed.get_by_role("checkbox", name="Language").check()
    reed.get_by_role("checkbox", name="Visits").uncheck()
    reed.keyboard.press("Escape")
    reed.reload()
    expect(reed.get_by_role("columnheader", name="Language")).to_be_visible()
    expect(reed.get_by_role("columnheader", name="Visits")).to_be_hidden()
    expect(head).to_have_attribute("aria-sort", "descending")

    pages[0].goto(shop + "?checkout")
    expect(lines.filter(has_text="?checkout")).to_have_count(1)
    say(open_window(pages[0]), "I cannot pay")
    reed.get_by_role("group", name="State").get_by_role("button", name=re.compile("Waiting")).click()
    expect(lines.filter(has_text="?checkout")).to_have_count(1)
    accessible(reed, "waiting")
    picture(reed, "waiting")


def test_offline_messages_are_handled_once_and_sessions_end(console, come, house, picture, accessible):
    reed, moss = console("Reed"), console("Moss")
    _, window = come("Nobody needs to answer now")
    window.get_by_role("button", name="Menu").click()
    window.get_by_role("menuitem", name="Leave a message").click()
    window.get_by_label("Your message").fill("Write to me about roots")
    window.get_by_label("E-mail").fill("wu@mail.example")
    window.get_by_role("button", name="Send", exact=True).click()
    inboxes = [one.get_by_role("link", name=re.compile("Offline messages")) for one in (reed, moss)]
    for inbox in inboxes:
        expect(inbox).to_contain_text("1")
    inboxes[0].click()
    reed.get_by_role("link", name=re.compile("about roots")).click()
    reed.get_by_role("button", name="Mark as handled").click()
    expect(reed.get_by_text("Handled by Reed")).to_be_visible()
    expect(inboxes[1]).not_to_contain_text("1")
    reed.get_by_role("button", name="Handled", exact=True).click()
    accessible(reed, "handled")
    picture(reed, "handled")

    beside = reed.context.new_page()
    beside.goto(f"{house.pages}/console")
    beside.get_by_role("button", name=re.compile("My state")).click()
    beside.get_by_role("button", name="Sign out").click()
    expect(reed.get_by_role("heading", name="You have been signed out")).to_be_visible(timeout=30_000)
    expect(reed.get_by_text("This session has ended, here or on another device.")).to_be_visible()
    accessible(reed, "signed out")
    picture(reed, "signed-out")


def set_state(console: Page, which: int) -> None:
    """By its place in the list: online, busy, away."""
    console.locator(".me-menu > button").click()
    console.locator(".me-sheet__item[aria-pressed]").nth(which).click()
