"""A company signs up, embeds one line, and answers its first visitor."""

import re

import pytest
from journeys.people import OWN_PASSWORD, open_window, sign_in, sign_out, sign_up
from playwright.sync_api import expect

pytestmark = pytest.mark.timeout(400)


def test_from_sign_up_to_the_handled_offline_message(house, person, customer_site, picture, accessible):
    hanna = person()
    line = sign_up(hanna, house, "hats", "Hats & Co", "hanna@hats.example")
    accessible(hanna, "first steps")
    picture(hanna, "first-steps")

    shop = customer_site(line)
    visitor = person(viewport={"width": 1280, "height": 800})
    visitor.goto(shop)
    window = open_window(visitor)
    expect(window.get_by_role("heading", name="Leave a message")).to_be_visible()
    accessible(window, "offline form")
    visitor.keyboard.press("Escape")

    hanna.goto(f"{house.pages}/console")
    expect(hanna.get_by_text("On the site").or_(hanna.get_by_text("Visitor chats")).first).to_be_visible()
    window = open_window(visitor)
    box = window.get_by_role("textbox", name="Write a message")
    box.fill("Do you have straw hats? 有草帽吗?")
    box.press("Enter")
    expect(window.get_by_text("Sent")).to_be_visible()

    hanna.get_by_role("link", name=re.compile("Do you have straw hats")).click()
    hanna.get_by_role("button", name="Accept").click()
    answer = hanna.get_by_role("textbox", name="Write an answer")
    answer.fill("We do, in three sizes 👒")
    answer.press("Enter")
    expect(window.get_by_text("We do, in three sizes 👒")).to_be_visible()
    accessible(hanna, "console")
    accessible(window, "conversation")
    picture(hanna, "console")
    picture(visitor, "window")

    visitor.reload()
    hanna.reload()
    window = open_window(visitor)
    for text in ("Do you have straw hats? 有草帽吗?", "We do, in three sizes 👒"):
        expect(window.get_by_text(text)).to_have_count(1)
        expect(hanna.get_by_role("log").get_by_text(text)).to_have_count(1)
    assert visitor.context.cookies() == []

    hanna.get_by_role("button", name="End the conversation", exact=True).click()
    expect(window.get_by_text("This conversation has ended")).to_be_visible(timeout=20_000)
    picture(visitor, "ended")

    sign_out(hanna, house)
    late = person(locale="en-GB")
    late.goto(shop)
    note = open_window(late)
    note.get_by_label("Your message").fill("Please keep one for me")
    note.get_by_label("Name").fill("Mr Wu")
    note.get_by_label("E-mail").fill("wu@mail.example")
    note.get_by_role("button", name="Send").click()
    expect(note.get_by_text("Your message has arrived")).to_be_visible()

    sign_in(hanna, house, "hats", "hanna@hats.example", OWN_PASSWORD)
    hanna.goto(f"{house.pages}/console#/messages")
    hanna.get_by_role("link", name=re.compile("Please keep one for me")).click()
    hanna.get_by_role("button", name="Mark as handled").click()
    expect(hanna.get_by_text("Handled by Hanna")).to_be_visible()
    picture(hanna, "offline-message")

    other = person()
    sign_up(other, house, "gloves", "Gloves", "gina@gloves.example")
    other.goto(f"{house.pages}/console")
    expect(other.get_by_text("Visitor chats").first).to_be_visible()
    for text in ("straw hats", "Please keep one", "Mr Wu"):
        assert text not in other.content()


def test_both_lose_the_network_and_nothing_is_lost_or_doubled(house, person):
    adam = person()
    sign_in(adam, house, "acme", "1002", house.password)
    visitor = person()
    visitor.goto(house.demo_site)
    window = open_window(visitor)
    box = window.get_by_role("textbox", name="Write a message")
    box.fill("First")
    box.press("Enter")
    expect(window.get_by_text("Sent")).to_be_visible()
    adam.get_by_role("link", name=re.compile("First")).click()
    adam.get_by_role("button", name="Accept").click()
    answer = adam.get_by_role("textbox", name="Write an answer")
    expect(answer).to_be_visible()

    visitor.context.set_offline(True)
    for text in ("Second", "Third"):
        box.fill(text)
        box.press("Enter")
    adam.context.set_offline(True)
    answer.fill("Answer")
    answer.press("Enter")
    visitor.wait_for_timeout(1500)
    visitor.context.set_offline(False)
    adam.context.set_offline(False)

    for text in ("First", "Second", "Third", "Answer"):
        expect(window.get_by_role("log").get_by_text(text, exact=True)).to_have_count(1, timeout=30_000)
        expect(adam.get_by_role("log").get_by_text(text, exact=True)).to_have_count(1, timeout=30_000)


@pytest.mark.parametrize("name", ["tea.png", "list.txt"])
def test_files_both_ways(house, person, tmp_path, name):
    from PIL import Image

    file = tmp_path / name
    Image.new("RGB", (60, 40), "teal").save(file) if name.endswith("png") else file.write_text("one\ntwo")
    adam = person()
    sign_in(adam, house, "acme", "1002", house.password)
    visitor = person()
    visitor.goto(house.demo_site)
    window = open_window(visitor)
    window.locator("input[type=file]").set_input_files(file)
    send(window)
    expect(window.get_by_text("Sent")).to_be_visible()

    adam.get_by_role("link", name=re.compile(name)).last.click()
    adam.get_by_role("button", name="Accept").click()
    adam.locator("input[type=file]").set_input_files(file)
    send(adam)

    for side in (window, adam):
        shown = side.get_by_role("log").get_by_role("link", name=re.compile(re.escape(name)))
        expect(shown).to_have_count(2, timeout=15_000)


def send(side) -> None:
    button = side.get_by_role("button", name="Send", exact=True)
    if button.count() and button.first.is_enabled():
        button.first.click()
