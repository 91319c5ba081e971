"""A company that speaks by itself, and closes in the evening."""

import re
from contextlib import contextmanager

import psycopg
import pytest
from journeys.people import House, accept, answer, open_window, say, sign_up, wait_for
from playwright.sync_api import Frame, Page, expect

from saas.embedded import Postgres

pytestmark = pytest.mark.timeout(600)

TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("main *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth).map((one) => String(one.className || one.tagName))"""
# The alarm comes by at least that often; here the clocks are turned behind its back.
ALARM = 30_000
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def test_what_is_said_by_itself_is_said_once(house, person, customer_site, picture, accessible):
    hanna = person()
    line = sign_up(hanna, house, "lamps", "Lamps & Co", "hanna@lamps.example")
    write_prompts(hanna, house, picture, accessible)
    write_own_text(hanna, house, picture, accessible)
    first, second = hanna, hanna.context.new_page()
    for console in (first, second):
        console.goto(f"{house.pages}/console")
    visitor = person(viewport={"width": 1100, "height": 760})
    visitor.goto(customer_site(line))
    window = open_window(visitor)
    say(window, "Is anybody there?")
    other_tab = visitor.context.new_page()
    other_tab.goto(visitor.url)
    other_window = open_window(other_tab)

    accept(first, "Is anybody there?")

    greeting = "Good day from Hanna of Lamps & Co."
    follow_up = "I am here. What would you like to know?"
    for where in (window, other_window, first):
        for text in (greeting, follow_up):
            expect(said_in(where).get_by_text(text)).to_have_count(1)
    expect(said_in(window).get_by_text("Automatic").first).to_be_visible()
    accessible(window, "window with automatic messages")
    picture(visitor, "2-window")
    picture(first, "2-console")

    let_time_pass(house, "lamps", minutes=6)
    waiting = "Thank you for waiting. I will be with you in a moment."
    expect(said_in(window).get_by_text(waiting)).to_have_count(1, timeout=ALARM)
    expect(first.get_by_role("link", name=re.compile("Is anybody there"))).to_be_visible()
    answer(first, "Now I am.")
    expect(said_in(window).get_by_text("Now I am.")).to_be_visible()

    let_time_pass(house, "lamps", minutes=16)
    goodbye = re.compile("We have not heard from you for a while")
    for where in (window, other_window):
        expect(said_in(where).get_by_text(goodbye)).to_have_count(1, timeout=ALARM)
    expect(window.get_by_text("Thank you for talking to Lamps & Co.")).to_be_visible()
    picture(visitor, "3-ended")
    visitor.reload()
    window = open_window(visitor)
    for text in (greeting, follow_up, waiting):
        expect(window.get_by_text(text)).to_have_count(1)


def test_outside_of_opening_hours_there_is_a_form_or_nothing(house, person, customer_site, picture, accessible):
    hanna = person()
    line = sign_up(hanna, house, "shades", "Shades & Co", "hanna@shades.example")
    console = hanna.context.new_page()
    console.goto(f"{house.pages}/console")
    visitor = person(**PHONE)
    visitor.goto(customer_site(line))
    window = open_window(visitor)
    expect(window.get_by_role("textbox", name="Write a message")).to_be_visible()

    hanna.bring_to_front()
    hours = hours_page(hanna, house)
    accessible(hours, "always open")
    hours.get_by_label("In opening hours").check()
    remove_all_periods(hours)
    hours.get_by_role("button", name="Monday: add a period").click()
    expect(hours.locator("[name=begins-day0]")).to_have_value("09:00")
    hours.get_by_role("button", name="Copy to all weekdays").click()
    expect(hours.locator("[name=begins-day4]")).to_have_value("09:00")
    hours.locator("#country").select_option("CN")
    hours.locator("#holiday-year").select_option(index=0)
    hours.get_by_role("button", name="Add public holidays").click()
    expect(hours.locator("input[value='National Day']")).to_be_visible()
    accessible(hours, "with holidays")
    picture(hours, "1-hours")
    remove_all_periods(hours)
    hours.get_by_role("button", name="Save").last.click()

    expect(hours.get_by_text("Closed now")).to_be_visible()
    expect(window.get_by_role("heading", name="Leave a message")).to_be_visible()
    picture(visitor, "2-closed-form")

    hours.get_by_label("The chat is not there at all").check()
    hours.get_by_role("button", name="Save").last.click()
    visitor.reload()
    expect(visitor.get_by_role("button")).to_have_count(0)

    hours.get_by_label("Always").check()
    hours.get_by_role("button", name="Save").last.click()
    expect(hours.get_by_text("It never closes.")).to_be_visible()
    visitor.reload()
    expect(open_window(visitor).get_by_role("textbox", name="Write a message")).to_be_visible()


def test_both_pages_on_a_phone_in_the_dark_and_in_chinese(house, person, picture, accessible):
    hanna = person()
    sign_up(hanna, house, "candles", "Candles & Co", "hanna@candles.example")
    hours, prompts = hours_page(hanna, house).url, style_page(hanna, house, "Prompts").url
    for name, viewport in (("phone", PHONE["viewport"]), ("desktop", {"width": 1440, "height": 1000})):
        hanna.set_viewport_size(viewport)
        for theme, language in (("dark", "en"), ("light", "zh_Hans")):
            hanna.context.add_cookies([{"name": "theme", "value": theme, "url": house.pages}])
            hanna.goto(prompts)
            hanna.locator(f".foot__choice[value={language}]").click()
            expect(hanna.locator("html")).to_have_attribute("lang", language.replace("_", "-"))
            for what, address in (("hours", hours), ("prompts", prompts)):
                hanna.goto(address)
                if what == "hours":
                    hanna.locator("[name=kept][value=own]").check()
                accessible(hanna, f"{what} {name} {theme} {language}")
                assert hanna.evaluate(TOO_WIDE) == [], f"{what} on a {name}"
                hanna.screenshot(path=house.folder.parent / "pictures" / f"prompts-{what}-{name}-{theme}.png", full_page=True)


def write_prompts(hanna: Page, house: House, picture, accessible) -> None:
    page = style_page(hanna, house, "Prompts")
    page.locator("#greeting").fill("Hello, this is {agent} of {company}.")
    expect(page.get_by_text("Hello, this is Hanna of Lamps & Co.")).to_be_visible()
    for name in ("after_connect", "unanswered", "no_reaction", "busy", "closing"):
        page.locator(f"[name=suggest][value={name}]").click()
    page.locator("#after_connect_seconds").fill("2")
    accessible(page, "prompts")
    page.screenshot(path=house.folder.parent / "pictures" / "prompts-1-page.png", full_page=True)
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def write_own_text(hanna: Page, house: House, picture, accessible) -> None:
    hanna.goto(f"{house.pages}/manage")
    hanna.get_by_role("link", name="My texts").click()
    hanna.locator("#greeting").fill("Good day from {agent} of {company}.")
    accessible(hanna, "my texts")
    picture(hanna, "1-my-texts")
    hanna.get_by_role("button", name="Save").last.click()
    expect(hanna.get_by_text("Saved.")).to_be_visible()


def style_page(hanna: Page, house: House, tab: str) -> Page:
    hanna.goto(f"{house.pages}/manage/styles")
    hanna.goto(hanna.locator("a[href*='/manage/styles/']").evaluate_all(
        "links => links.map(link => link.href).find(href => /styles\\/[0-9]+/.test(href))"
    ))  # fmt: skip
    hanna.get_by_role("navigation", name="Parts of this style").get_by_role("link", name=tab).click()
    return hanna


def hours_page(hanna: Page, house: House) -> Page:
    return style_page(hanna, house, "Opening hours")


def remove_all_periods(page: Page) -> None:
    buttons = page.locator("#week button[value^=remove]")
    for left in range(buttons.count() - 1, -1, -1):
        buttons.first.click()
        expect(buttons).to_have_count(left)


def said_in(where: Page | Frame):
    return where.get_by_role("log")


def let_time_pass(house: House, company_id: str, minutes: int) -> None:
    """Everything that was said lies further back."""
    back = f"interval '{minutes} minutes'"
    with database_of(house, company_id) as (database, schema):
        for table, column in (("message", "created_at"), ("conversation", "accepted_at"), ("automatic_message", "at")):
            wait_for(lambda table=table, column=column: database.execute(
                f'UPDATE "{schema}".{table} SET {column} = {column} - {back} WHERE {column} IS NOT NULL'
            ).rowcount)  # fmt: skip


@contextmanager
def database_of(house: House, company_id: str):
    place = """SELECT schema.name FROM platform.company JOIN platform.schema ON schema.id = company.schema_id
               WHERE company.company_id = %s"""
    with (
        Postgres(house.folder / "postgres") as postgres,
        psycopg.connect(postgres.url("laike"), autocommit=True) as database,
    ):
        (schema,) = database.execute(place, [company_id]).fetchone()
        yield database, schema
