"""A form before the chat: built by the company, filled in by a stranger, on his card afterwards (W-24…W-26, L-11)."""

import re

import pytest
from journeys.people import OWN_PASSWORD, accept, open_window, say, sign_in, sign_up
from playwright.sync_api import expect

pytestmark = pytest.mark.timeout(400)

ADDRESS = "nora@drums.example"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def drums(chromium, house):
    """A company on its trial, which may ask before the chat; gives the line to embed."""
    context = chromium.new_context(locale="en-US")
    line = sign_up(context.new_page(), house, "drums", "Drums", ADDRESS, administrator="Nora")
    context.close()
    return line


def open_builder(nora, house) -> None:
    nora.goto(f"{house.pages}/manage/styles")
    nora.locator(".card-title a").first.click()
    nora.get_by_role("link", name="Registration", exact=True).click()


def test_who_is_a_stranger_says_who_he_is_once(drums, person, house, customer_site, picture, accessible):
    nora = person()
    sign_in(nora, house, "drums", ADDRESS, OWN_PASSWORD)
    open_builder(nora, house)
    fields = nora.locator(".form-fields li")
    expect(fields).to_have_count(3)
    fields.filter(has_text="Name").get_by_role("checkbox", name="Required").check()
    nora.get_by_role("button", name="Remove Phone").click()
    expect(fields).to_have_count(2)
    nora.get_by_role("button", name="Choice", exact=True).click()
    expect(fields).to_have_count(3)
    nora.get_by_label("Question 3").fill("Which drum?")
    nora.get_by_label("Choices, one on each line").fill("Snare\nBass")
    nora.get_by_role("button", name="Consent to tick").click()
    expect(fields).to_have_count(4)
    nora.get_by_label("Question 4").fill("I agree to the drum rules. 我同意")
    nora.get_by_label("Link to what they agree to").fill("drums.example/rules")
    fields.nth(3).get_by_role("checkbox", name="Required").check()
    expect(nora.locator(".form-sample")).to_contain_text("I agree to the drum rules. 我同意 *")
    nora.get_by_label("Ask visitors to fill in the form").check()
    accessible(nora, "builder")
    picture(nora, "builder")
    nora.locator(".save-bar").get_by_role("button", name="Save").click()
    expect(nora.get_by_text("Saved.")).to_be_visible()
    nora.goto(f"{house.pages}/console")
    expect(nora.get_by_text("Visitor chats").first).to_be_visible()

    shop = customer_site(drums)
    visitor = person(**PHONE)
    visitor.goto(shop)
    window = open_window(visitor)
    expect(window.get_by_role("heading", name="Before we begin")).to_be_visible()
    window.get_by_role("button", name="Start the chat").click()
    expect(window.get_by_text("Fill this in.").first).to_be_visible()
    accessible(window, "complaints")
    picture(visitor, "complaints")
    window.get_by_label("Name").fill("Li")
    window.get_by_label("E-mail").fill("li@mail.example")
    window.get_by_label("Which drum?").select_option("Bass")
    window.get_by_label(re.compile("I agree to the drum rules")).check()
    picture(visitor, "filled-in")
    window.get_by_role("button", name="Start the chat").click()
    say(window, "Is it loud?")
    accept(nora, "Is it loud?")
    expect(nora.locator(".conversation-header__name")).to_have_text("Li")
    panel = nora.get_by_role("complementary", name="About the visitor")
    expect(panel).to_contain_text("Which drum?")
    expect(panel).to_contain_text("Bass")
    picture(nora, "card")

    visitor.reload()
    window = open_window(visitor)
    expect(window.get_by_text("Is it loud?")).to_be_visible()
    nora.get_by_role("button", name="End the conversation", exact=True).click()
    expect(window.get_by_text("This conversation has ended")).to_be_visible(timeout=20_000)
    window.get_by_role("button", name="Start a new one").click()
    expect(window.get_by_role("textbox", name="Write a message")).to_be_visible()
    expect(window.get_by_role("heading", name="Before we begin")).to_be_hidden()


def test_the_builder_on_a_phone_in_the_dark_and_in_chinese(drums, person, house, picture, accessible):
    nora = person(**PHONE, locale="zh-CN", color_scheme="dark")
    sign_in(nora, house, "drums", ADDRESS, OWN_PASSWORD)
    nora.goto(f"{house.pages}/manage/styles")
    nora.locator(".card-title a").first.click()
    nora.goto(f"{nora.url}/registration")
    expect(nora.locator("#form-fields")).to_be_visible()
    accessible(nora, "builder on a phone")
    picture(nora, "builder")
    assert nora.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_builder_works_without_scripts(drums, person, house):
    nora = person(java_script_enabled=False)
    nora.goto(f"{house.pages}/sign-in")
    sign_in(nora, house, "drums", ADDRESS, OWN_PASSWORD)
    open_builder(nora, house)
    count = nora.locator(".form-fields li").count()
    nora.get_by_role("button", name="A question of your own").click()
    expect(nora.locator(".form-fields li")).to_have_count(count + 1)
    nora.get_by_label(f"Question {count + 1}").fill("Shoe size")
    nora.locator(".save-bar").get_by_role("button", name="Save").click()
    expect(nora.get_by_text("Saved.")).to_be_visible()
    expect(nora.locator('input[value="Shoe size"]')).to_be_visible()
