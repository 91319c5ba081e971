"""An agent's day: visitors, colleagues, searching, being away, a lost network, a phone."""

import re

import pytest
from journeys.people import accept, answer, choose_assignment, choose_presence, end, say, sign_in
from playwright.sync_api import expect

pytestmark = pytest.mark.timeout(400)

LINK_BROKEN = "written without a line"


def test_two_agents_and_three_visitors(agent, visitor, picture, accessible):
    adam, nina = agent("1002"), agent("1003", locale="zh-CN")
    _, tea = visitor("Do you have white tea?")
    _, cup = visitor("How big are your cups?")
    leaver, _ = visitor("Is anybody there?")
    accept(adam, "Do you have white tea")
    answer(adam, "Two kinds")
    accept(adam, "Is anybody there")
    nina.get_by_role("link", name=re.compile("How big are your cups")).click()
    nina.get_by_role("button", name="接待").click()
    nina.locator(".answer-box textarea").fill("一百毫升")
    nina.locator(".answer-box textarea").press("Enter")

    expect(tea.get_by_text("Two kinds")).to_be_visible()
    expect(cup.get_by_text("一百毫升")).to_be_visible()
    expect(adam.get_by_role("link", name=re.compile("How big are your cups"))).to_be_hidden()
    expect(adam.locator(".status-bar")).to_contain_text(re.compile(r"Visitors now\s*3"))

    leaver.close()
    gone = adam.locator(".chat-row--gone", has_text="Is anybody there")
    expect(gone).to_be_visible(timeout=30_000)
    mine = adam.locator(".chat-group", has_text="Mine").locator(".chat-row")
    expect(mine.first).to_contain_text("Two kinds")
    expect(mine.last).to_contain_text("Is anybody there")
    accessible(adam, "chats")
    picture(adam, "chats")
    picture(nina, "chinese")


def test_words_outlive_a_reload_and_a_lost_network(agent, visitor, accessible):
    adam = agent("1002")
    _, window = visitor("Will my words arrive?")
    accept(adam, "Will my words arrive")
    box = adam.get_by_role("textbox", name="Write an answer")
    box.fill("half a sentence")

    adam.reload()
    expect(box).to_have_value("half a sentence")
    adam.get_by_role("button", name="End the conversation", exact=True).click()
    expect(adam.get_by_role("dialog", name="Are you sure?")).to_be_visible()
    accessible(adam, "question")
    adam.keyboard.press("Escape")

    adam.context.set_offline(True)
    answer(adam, LINK_BROKEN)
    expect(adam.get_by_text("1 message is kept and will be sent.")).to_be_visible()
    adam.context.set_offline(False)
    expect(window.get_by_text(LINK_BROKEN)).to_have_count(1, timeout=30_000)
    expect(adam.get_by_role("log").get_by_text(LINK_BROKEN)).to_have_count(1)


def test_what_was_said_before_is_read_beside_what_is_said_now(agent, visitor, picture, accessible):
    adam = agent("1002")
    _, window = visitor("My first question is about shipping")
    accept(adam, "My first question")
    answer(adam, "It takes a week")
    expect(window.get_by_text("It takes a week")).to_be_visible()
    adam.get_by_role("button", name="Ask for a rating").click()
    window.get_by_role("radio", name="Very good").check(force=True)
    window.get_by_role("button", name="Rate", exact=True).click()
    expect(adam.locator(".rating-line")).to_contain_text("Rated 5 of 5")
    end(adam)

    window.get_by_role("button", name="Start a new one").click()
    say(window, "And my second about taxes")
    accept(adam, "And my second")
    adam.get_by_role("tab", name="History").click()
    adam.get_by_role("button", name=re.compile("It takes a week")).click()

    pane = adam.get_by_role("region", name="Earlier conversation")
    expect(pane.get_by_text("My first question is about shipping")).to_be_visible()
    expect(adam.get_by_role("textbox", name="Write an answer")).to_be_visible()
    accessible(adam, "history")
    picture(adam, "history")
    pane.get_by_role("button", name="Back to the history").click()
    adam.get_by_role("tab", name="Visits").click()
    expect(adam.get_by_role("tabpanel")).to_contain_text("1 page")


def test_a_conversation_comes_by_itself(agent, visitor, house, picture, accessible):
    olga, adam = agent("1001"), agent("1002")
    choose_presence(adam, "Busy")
    choose_assignment(olga, house, "service")
    try:
        nina = agent("1003", locale="zh-CN")
        olga.goto(f"{house.pages}/console")
        for text in ("Who serves the first?", "And who the second?"):
            visitor(text)

        # The least busy gets the next: one for each of the two.
        expect(olga.get_by_text("Assigned to you: you had the fewest conversations")).to_be_visible()
        for console in (olga, nina):
            expect(console.locator(".conversation-header__name")).to_be_visible()
            expect(console.get_by_role("log").get_by_text(re.compile("Who serves|And who"))).to_have_count(1)
        expect(adam.get_by_role("log")).to_be_hidden()
        accessible(olga, "assigned")
        picture(olga, "assigned")
    finally:
        choose_assignment(olga, house, "by_hand")


def test_colleagues_talk_and_find_it_again(agent, picture, accessible):
    adam, nina = agent("1002"), agent("1003", locale="zh-CN")
    adam.get_by_role("link", name="Colleagues").click()
    adam.get_by_role("button", name=re.compile("Nina")).click()
    box = adam.get_by_role("textbox", name="Write to Nina")
    box.fill("Who takes the night shift? 谁上夜班?")
    box.press("Enter")

    expect(nina.locator(".rail").get_by_role("link", name=re.compile("同事"))).to_contain_text("1")
    nina.locator(".rail").get_by_role("link", name=re.compile("同事")).click()
    nina.get_by_role("link", name=re.compile("谁上夜班")).click()
    nina.locator(".answer-box textarea").fill("我来")
    nina.locator(".answer-box textarea").press("Enter")
    expect(adam.get_by_role("log").get_by_text("我来")).to_be_visible()
    expect(adam.get_by_role("log").get_by_text("Read")).to_be_visible()
    accessible(adam, "talk")
    picture(adam, "talk")

    adam.keyboard.press("Control+k")
    adam.get_by_role("combobox", name="Search").fill("night shift")
    expect(adam.get_by_role("option").first).to_contain_text("Who takes the night shift?")
    accessible(adam, "search")
    picture(adam, "search")
    adam.keyboard.press("Enter")
    expect(adam.locator(".found-message")).to_contain_text("Who takes the night shift?")


def test_an_idle_agent_is_away_until_he_touches_something(person, house, agent):
    nina = agent("1003", locale="zh-CN")
    adam = person()
    adam.clock.install()
    sign_in(adam, house, "acme", "1002", house.password)
    adam.goto(f"{house.pages}/console")
    state = adam.get_by_role("button", name=re.compile("My state"))
    expect(state).to_contain_text("Online")
    expect(adam.locator(".status-bar")).to_be_visible()
    nina.locator(".rail").get_by_role("link", name=re.compile("同事")).click()
    seen = nina.locator(".colleague-list__colleague", has_text="Adam")

    adam.clock.fast_forward("16:00")
    expect(state).to_contain_text("Away")
    expect(seen).to_contain_text("离开")

    adam.mouse.move(200, 200)
    adam.mouse.move(220, 220)
    expect(state).to_contain_text("Online")
    expect(seen).to_contain_text("在线")


def test_site_visitors_are_found_and_opened(agent, person, house, picture, accessible):
    adam = agent("1002")
    shopper = person(viewport={"width": 1100, "height": 760})
    shopper.goto(f"{house.demo_site}/?looking=for-hats")
    adam.locator(".rail").get_by_role("link", name="Site visitors").click()
    adam.get_by_role("searchbox", name="On a page with").fill("for-hats")
    expect(adam.locator(".visitor-line")).to_have_count(1)
    expect(adam.locator(".visitor-line")).to_contain_text("Looking around")
    accessible(adam, "visitors")
    picture(adam, "visitors")

    adam.locator(".visitor-line a").first.click()
    expect(adam.get_by_role("complementary", name="About the visitor")).to_be_visible()
    adam.get_by_role("tab", name="Track").click()
    expect(adam.get_by_role("tabpanel")).to_contain_text("for-hats")
    accessible(adam, "visitor")
    adam.get_by_role("searchbox", name="Find a visitor").fill("nobody is called so")
    adam.get_by_role("button", name="Show everybody").click()
    expect(adam.locator(".visitor-line").first).to_be_visible()


def test_the_console_on_a_phone(agent, visitor, picture, accessible):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "color_scheme": "dark"}
    nina = agent("1003", locale="zh-CN", **phone)
    visitor("Can you see me on a phone?")
    nina.get_by_role("link", name=re.compile("Can you see me on a phone")).click()
    nina.get_by_role("button", name="接待").click()
    expect(nina.locator(".answer-box textarea")).to_be_visible()
    accessible(nina, "conversation")
    picture(nina, "conversation")

    nina.get_by_role("button", name="返回列表").click()
    expect(nina.get_by_role("link", name=re.compile("Can you see me on a phone"))).to_be_visible()
    nina.locator(".rail").get_by_role("link", name=re.compile("网站访客")).click()
    expect(nina.locator(".visitor-line").first).to_be_visible()
    accessible(nina, "visitors")
    picture(nina, "visitors")
