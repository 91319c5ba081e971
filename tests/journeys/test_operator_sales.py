"""An operator announces; agents at work see it at once, and put it away for good."""

import re

import pytest
from journeys.people import operator_signs_in
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.timeout(300)

TEXTS = {"English": "New prices from May on", "简体中文": "五月起执行新价格", "繁體中文": "五月起適用新價格"}


def test_an_announcement_reaches_who_is_at_work(house, agent, person, picture, accessible):
    console, omar = agent("1001"), person()
    operator_signs_in(omar, house, "operations", "Omar")
    announce(omar, house)
    picture(omar, "1-announcement")
    accessible(omar, "announcement")

    bar = console.get_by_role("region", name="Announcements")
    expect(bar.get_by_text("New prices from May on")).to_be_visible(timeout=10_000)
    accessible(console, "ticker")
    picture(console, "2-ticker")

    bar.get_by_role("button", name="Put away").click()
    expect(bar).to_be_hidden()
    console.reload()
    expect(console.get_by_text("Visitor chats").first).to_be_visible()
    console.goto(f"{house.pages}/manage/members")
    expect(console.get_by_text("New prices from May on")).to_be_hidden()

    other = agent("1002")
    expect(other.get_by_role("region", name="Announcements")).to_be_visible(timeout=15_000)
    omar.get_by_text("End it now").click()
    omar.get_by_role("button", name="End it", exact=True).click()
    expect(omar.get_by_text("It is not shown any more.")).to_be_visible()
    expect(other.get_by_role("region", name="Announcements")).to_be_hidden(timeout=10_000)


def test_what_we_sell_is_changed_with_its_effect_shown(house, person, picture, accessible):
    olive = person()
    operator_signs_in(olive, house, "owner", "Olive")
    olive.goto(f"{house.pages}/operator/products")
    accessible(olive, "products")
    picture(olive, "1-products")
    olive.get_by_role("link", name="Your own logo").first.click()
    olive.get_by_role("link", name="Make a new version").click()
    olive.get_by_label("Price in CNY").fill("250")
    olive.get_by_label("Reason").fill("The gateway became dearer")
    picture(olive, "2-new-version")
    olive.get_by_role("button", name="See what it changes").click()
    expect(olive.get_by_text("¥250.00")).to_be_visible()
    accessible(olive, "effect")
    picture(olive, "3-effect")
    olive.get_by_role("button", name="Make version 2").click()
    expect(olive.get_by_text("Version 2 is made.")).to_be_visible()
    picture(olive, "4-versions")

    olive.goto(f"{house.pages}/operator/voucher-batches/new")
    olive.get_by_label("Name of the batch", exact=True).fill("Spring fair")
    olive.get_by_label("May be redeemed until").fill("2099-12-31")
    accessible(olive, "batch")
    picture(olive, "5-batch")
    olive.get_by_role("button", name="See what it is").click()
    olive.get_by_role("button", name="Make the batch").click()
    olive.get_by_role("button", name="Print the codes once").dblclick()
    expect(olive.get_by_text(re.compile("^[2-9A-Z]{4}(-[2-9A-Z]{4}){3}$"))).to_have_count(10)
    with olive.expect_download() as download:
        olive.get_by_role("link", name="XLSX").click()
    assert download.value.path().read_bytes().startswith(b"PK")
    picture(olive, "6-codes")

    for name in ("sms-rates", "sms-costs", "limits", "voucher-batches", "announcements"):
        olive.goto(f"{house.pages}/operator/{name}")
        accessible(olive, name)
        picture(olive, f"7-{name}")


def announce(omar: Page, house) -> None:
    omar.goto(f"{house.pages}/operator/announcements")
    omar.get_by_role("link", name="Write one").click()
    for language, text in TEXTS.items():
        omar.get_by_label(language).first.fill(text)
    omar.get_by_label("Link").fill("https://example.com/prices")
    omar.get_by_role("button", name="Publish").click()
    expect(omar.get_by_role("heading", name=re.compile("Announcement"))).to_be_visible()
