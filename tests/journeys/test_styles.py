"""A company's styles: added, renamed, copied, changed while a visitor looks, brought back, deleted.  On a desk and a phone."""

import re

import pytest
import requests
from journeys.people import (
    OWN_PASSWORD,
    House,
    accept,
    answer,
    choose_presence,
    open_window,
    say,
    sign_in,
    sign_up,
    wait_for,
)
from journeys.test_buying import end_trial
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.timeout(400)

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_a_style_is_changed_while_a_visitor_looks_and_comes_back(house, person, customer_site, picture, accessible):
    boss, desk, phone = person(), person(), person(**PHONE)
    line = sign_up(boss, house, "bonnets", "Bonnets", "hanna@bonnets.example")
    shop = customer_site(line)
    for visitor in (desk, phone):
        visitor.goto(shop)
        wait_for(lambda visitor=visitor: side_of(visitor) == "right")

    boss.goto(f"{house.pages}/manage/styles")
    accessible(boss, "styles")
    picture(boss, "1-styles")
    boss.get_by_role("link", name="Set up").click()
    boss.get_by_label("Site name").fill("Bonnets & Caps")
    boss.get_by_role("button", name="Save").click()
    expect(boss.get_by_role("heading", name="Bonnets & Caps", level=1)).to_be_visible()
    accessible(boss, "site")
    picture(boss, "2-site")

    choose_side(boss, "left")
    for visitor in (desk, phone):
        wait_for(lambda visitor=visitor: side_of(visitor) == "left")
    picture(desk, "3-left")
    picture(phone, "3-left-phone")

    boss.get_by_role("link", name="Versions").click()
    expect(boss.locator("del", has_text="Right")).to_be_visible()
    accessible(boss, "versions")
    picture(boss, "4-versions")
    choose_side(boss, "right")
    for visitor in (desk, phone):
        wait_for(lambda visitor=visitor: side_of(visitor) == "right")
    boss.get_by_role("link", name="Versions").click()
    boss.get_by_role("link", name="Version 1 · Icon").click()
    accessible(boss, "version")
    boss.get_by_role("button", name="Return to this version").click()
    expect(boss.get_by_text("Version 1 is back.")).to_be_visible()
    for visitor in (desk, phone):
        wait_for(lambda visitor=visitor: side_of(visitor) == "left")
    picture(boss, "5-back")


def test_styles_are_added_copied_and_deleted(house, person, customer_site, picture, accessible):
    boss, visitor = person(), person()
    sign_up(boss, house, "mittens", "Mittens", "hanna@mittens.example")
    choose_side(boss, "left", house)

    boss.goto(f"{house.pages}/manage/styles")
    boss.get_by_role("link", name="Copy style").click()
    expect(boss.get_by_label("Site name")).to_have_value("Mittens, copy")
    accessible(boss, "new")
    picture(boss, "1-new")
    boss.get_by_label("Site name").fill("Mittens")
    boss.get_by_role("button", name="Add style").click()
    expect(boss.get_by_text("Mittens is there.")).to_be_visible()
    visitor.goto(customer_site(boss.get_by_role("textbox", name="Embed code").inner_text()))
    wait_for(lambda: side_of(visitor) == "left")

    boss.goto(f"{house.pages}/manage/styles")
    expect(boss.get_by_text("Included in your plan")).to_have_count(2)
    picture(boss, "2-two")
    boss.get_by_role("link", name="Delete", exact=True).last.click()
    expect(boss.get_by_text("This cannot be taken back.")).to_be_visible()
    accessible(boss, "removal")
    picture(boss, "3-removal")
    boss.get_by_role("button", name="Delete style").click()
    expect(boss.get_by_text("Mittens is deleted.")).to_be_visible()
    wait_for(lambda: side_of(visitor) == "")


def test_an_expired_style_leaves_open_pages_and_lets_who_talks_finish(house, person, customer_site, picture):
    boss, console, talker, watcher, newcomer = (person() for _number in range(5))
    sign_up(boss, house, "parasols", "Parasols", "hanna@parasols.example")
    add_style(boss, house, "Umbrellas")
    line = boss.get_by_role("textbox", name="Embed code").inner_text()
    shop, loader = customer_site(line), re.search(r'src="(.+?)"', line)[1]
    sign_in(console, house, "parasols", "hanna@parasols.example", OWN_PASSWORD)
    console.goto(f"{house.pages}/console")
    choose_presence(console, "Online")
    for visitor in (talker, watcher):
        visitor.goto(shop)
        wait_for(lambda visitor=visitor: side_of(visitor) == "right")
    window = open_window(talker)
    say(window, "Is the red one here?")
    accept(console, "Is the red one here?")

    end_trial(house, "parasols")

    wait_for(lambda: side_of(watcher) == "")
    # The process that serves pages was told nothing of what we did to the database, and believes for seconds what it knows.
    wait_for(lambda: "no-cache" in requests.get(loader, timeout=10).headers["Cache-Control"])
    newcomer.goto(shop)
    newcomer.wait_for_load_state("networkidle")
    assert side_of(newcomer) == ""
    answer(console, "It is. Shall we keep it for you?")
    expect(window.get_by_text("Shall we keep it for you?")).to_be_visible()
    talker.reload()
    window = open_window(talker)
    say(window, "Please do.")
    expect(console.get_by_text("Please do.").last).to_be_visible()
    boss.goto(f"{house.pages}/manage/styles")
    expect(boss.get_by_text("not shown to visitors")).to_be_visible()
    picture(boss, "1-expired")
    boss.get_by_role("link", name="Renew").click()
    boss.get_by_label("Try it for 7 days").check()
    picture(boss, "2-renew")
    boss.get_by_role("button", name="Renew").click()
    expect(boss.get_by_text("The style can be shown until")).to_be_visible()
    wait_for(lambda: side_of(watcher) == "right")
    newcomer.reload()
    wait_for(lambda: side_of(newcomer) == "right")


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_pages_fit_a_phone_and_the_dark_in_chinese(house, person, picture, accessible, look):
    olga = person(**PHONE, locale="zh-CN", color_scheme=look)
    sign_in(olga, house, "acme", "1001", house.password)
    olga.goto(f"{house.pages}/manage/styles")
    olga.get_by_role("button", name="简体中文").click()
    olga.goto(f"{house.pages}/manage/styles")
    addresses = [olga.locator(".style-card__actions a").nth(0).get_attribute("href"), *hrefs(olga, "versions")]

    for number, address in enumerate([f"{house.pages}/manage/styles", f"{house.pages}/manage/styles/new", *addresses]):
        olga.goto(address if address.startswith("http") else house.pages + address)
        accessible(olga, address)
        assert olga.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        picture(olga, f"{number}")


def add_style(boss: Page, house: House, name: str) -> None:
    boss.goto(f"{house.pages}/manage/styles/new")
    boss.get_by_label("Site name").fill(name)
    boss.get_by_role("button", name="Add style").click()
    expect(boss.get_by_text(f"{name} is there.")).to_be_visible()


def hrefs(page: Page, ending: str) -> list[str]:
    links = [link.get_attribute("href") for link in page.locator("main a").all()]
    return [link for link in links if link.endswith(ending)]


def choose_side(boss: Page, side: str, house: House | None = None) -> None:
    if house is not None:
        boss.goto(f"{house.pages}/manage/styles")
        boss.get_by_role("link", name="Set up").first.click()
    boss.get_by_role("link", name="Icon", exact=True).click()
    boss.locator("select[name=side]").select_option(side)
    boss.get_by_role("button", name="Save", exact=True).click()
    expect(boss.get_by_text("Saved. Open pages show it within seconds.")).to_be_visible()


def side_of(visitor: Page) -> str:
    """On which side of the page the icon stands; "" while there is none."""
    buttons = visitor.locator("laike-widget button, laike-launcher button")
    box = next((box for button in buttons.all() if (box := button.bounding_box())), None)
    if box is None:
        return ""
    return "left" if box["x"] + box["width"] / 2 < visitor.viewport_size["width"] / 2 else "right"
