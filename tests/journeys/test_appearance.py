"""Setting how a site greets its visitors, beside a preview that follows every key (Y-08…Y-21)."""

import re

from journeys.people import House, open_window, sign_in
from pictures import heavy
from pictures import picture as drawn
from playwright.sync_api import Frame, Page, expect

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"></svg>'


def open_editor(page: Page, house: House, part: str = "window") -> Frame:
    """Olga opens a part of the demo company's style; gives its preview."""
    sign_in(page, house, "acme", "1001", house.password)
    page.goto(f"{house.pages}/manage/styles/1/{part}")
    return preview_in(page)


def preview_in(page: Page) -> Frame:
    page.locator("[data-editor-frame]").wait_for(state="attached")
    frame = page.locator("[data-editor-frame]").element_handle().content_frame()
    frame.wait_for_selector("#preview .window", state="attached")
    return frame


def unfold(page: Page, title: str) -> None:
    part = page.locator("details.section").filter(has=page.get_by_role("heading", name=title, exact=True))
    if part.get_attribute("open") is None:
        part.locator("summary").click()


def choose(page: Page, field: str, name: str, content: bytes) -> None:
    page.locator(f"#file-{field}").set_input_files({"name": name, "mimeType": "image/png", "buffer": content})


def test_the_preview_follows_and_visitors_get_what_was_saved(person, house, picture, accessible):
    olga = person()
    preview = open_editor(olga, house)
    expect(preview.get_by_text("Acme", exact=True).first).to_be_visible()
    accessible(olga, "editor")

    olga.get_by_text("Festive").click()
    olga.get_by_role("button", name="#b91c1c").click()
    olga.get_by_label("Title").fill("Acme Tea House")
    olga.get_by_label("Warning line").fill("We never ask for your password.")
    expect(preview.get_by_text("Acme Tea House")).to_be_visible()
    expect(preview.get_by_text("We never ask for your password.")).to_be_visible()
    expect(preview.locator("html")).to_have_attribute("data-skin", "festive")
    expect(olga.get_by_text("Not saved yet")).to_be_visible()

    unfold(olga, "Links at the bottom")
    olga.get_by_role("button", name="Add a link").click()
    olga.locator("#links-0-text").fill("Shop")
    olga.locator("#links-0-url").fill("javascript:alert(1)")
    olga.locator("#links-0-text").focus()
    expect(olga.locator("#links-0-url-fault")).to_have_text("Enter a full address that begins with https://.")
    expect(preview.get_by_role("link", name="Shop")).to_have_count(0)
    olga.locator("#links-0-url").fill("acme.example/shop")
    expect(preview.get_by_role("link", name="Shop")).to_have_attribute("href", "https://acme.example/shop")
    expect(olga.locator("#links-0-url-fault")).to_be_hidden()

    write_introduction(olga)
    olga.locator("label").filter(has=olga.locator("[data-editor-switch=scheme][value=dark]")).click()
    expect(preview.locator("html")).to_have_attribute("data-theme", "dark")
    olga.get_by_text("Offline", exact=True).click()
    expect(preview.get_by_role("heading", name=re.compile("message", re.IGNORECASE)).first).to_be_visible()
    olga.get_by_text("Online", exact=True).click()
    picture(olga, "1-editor")

    blank = blank_page(olga)
    expect(blank.get_by_text("Acme Tea House")).to_be_visible()
    picture(blank, "2-blank")
    blank.close()
    olga.get_by_role("button", name="Save", exact=True).last.click()
    expect(olga.get_by_text("Saved. Open pages show it within seconds.")).to_be_visible()
    expect(olga.get_by_label("Title")).to_have_value("Acme Tea House")
    picture(olga, "3-saved")

    visitor = person()
    visitor.goto(house.demo_site)
    window = open_window(visitor)
    expect(window.get_by_text("Acme Tea House").first).to_be_visible()
    expect(window.get_by_text("We never ask for your password.")).to_be_visible()
    expect(window.locator("html")).to_have_attribute("data-skin", "festive")
    picture(visitor, "4-visitor")


def write_introduction(olga: Page) -> None:
    unfold(olga, "Company introduction")
    paper = olga.get_by_role("textbox", name="Introduction")
    paper.click()
    olga.keyboard.type("Tea since 1987, from ")
    olga.get_by_role("button", name="Bold").click()
    # The button gives the keyboard back a moment later.
    expect(paper).to_be_focused()
    olga.keyboard.type("Hangzhou")
    olga.get_by_label("Picture", exact=True).first.set_input_files(
        {"name": "shop.png", "mimeType": "image/png", "buffer": drawn((300, 200))}
    )
    expect(paper.locator("img")).to_be_visible()
    expect(olga.locator("#introduction")).to_have_value(
        re.compile("<strong>Hangzhou</strong>.*<img src=.?/pictures/", re.DOTALL)
    )


def blank_page(olga: Page) -> Page:
    """What the button beside the preview opens (Y-21)."""
    with olga.context.expect_page() as opened:
        olga.get_by_role("button", name="Open in a new tab").click()
    return opened.value


def test_what_is_wrong_with_a_logo_is_said_at_once(person, house, picture):
    olga = person()
    preview = open_editor(olga, house)
    unfold(olga, "Logo")
    logo = olga.locator("#logo-part")

    for name, content, sentence in (
        ("heavy.png", heavy(201), "This picture has 201 KB; at most 200 KB are taken."),
        ("drawing.svg", SVG, "SVG pictures are not taken."),
        ("notes.png", b"not a picture", "This file is not a picture."),
        ("half.png", drawn()[:70], "This picture is damaged and cannot be opened."),
    ):
        choose(olga, "logo", name, content)
        expect(logo.get_by_role("alert")).to_contain_text(sentence)

    choose(olga, "logo", "square.png", drawn((300, 300)))
    expect(logo.get_by_text("This picture has 300 × 300 pixels; it is stretched to 173 × 67.")).to_be_visible()
    expect(logo.get_by_role("alert")).to_be_hidden()
    expect(preview.locator("footer img")).to_be_visible()
    logo.scroll_into_view_if_needed()
    picture(olga, "logo")
    logo.get_by_role("button", name="Remove").click()
    expect(preview.locator("footer img")).to_have_count(0)


def test_the_icon_is_seen_as_it_will_stand_there(person, house, picture, accessible):
    olga = person()
    preview = open_editor(olga, house, "launcher")
    accessible(olga, "icon")

    olga.get_by_text("One of its own").click()
    olga.get_by_role("button", name="#be185d").click()
    olga.get_by_text("Text link", exact=True).click()
    olga.locator("#text").fill("Ask our tea masters")
    expect(preview.get_by_text("Ask our tea masters")).to_be_visible()
    picture(olga, "text")
    olga.get_by_text("Your own picture", exact=True).click()
    choose(olga, "online_picture", "icon.png", drawn((120, 120)))
    expect(preview.get_by_role("button", name="Open chat").locator("img")).to_be_visible()
    olga.get_by_label("Side", exact=True).select_option(label="Left")
    picture(olga, "picture")
    olga.get_by_text("List to choose from", exact=True).click()
    expect(preview.get_by_role("button", name=re.compile("Tea counter"))).to_be_visible()
    picture(olga, "list")


def test_on_a_phone_the_preview_lies_over_the_form(person, house, picture, accessible):
    olga = person(**PHONE)
    preview = open_editor(olga, house)
    expect(olga.locator(".editor__preview")).to_be_hidden()

    olga.get_by_label("Welcome text").fill("Which tea is yours?")
    picture(olga, "form")
    olga.get_by_role("button", name="Preview").click()
    expect(preview.get_by_text("Which tea is yours?")).to_be_visible()
    accessible(olga, "phone")
    picture(olga, "preview")
    olga.get_by_role("button", name="Back", exact=True).click()
    expect(olga.locator(".editor__preview")).to_be_hidden()
    expect(olga.get_by_label("Welcome text")).to_have_value("Which tea is yours?")


def test_in_the_dark_and_in_chinese(person, house, picture):
    olga = person(color_scheme="dark")
    open_editor(olga, house)
    for language, spoken in (("English", "en"), ("简体中文", "zh-Hans")):
        olga.get_by_role("button", name=language).click()
        for part in ("window", "launcher"):
            olga.goto(f"{house.pages}/manage/styles/1/{part}")
            expect(preview_in(olga).locator("html")).to_have_attribute("lang", spoken)
            picture(olga, f"{part}-{spoken}")
    olga.get_by_role("button", name="English").click()
    expect(olga.get_by_role("heading", name="Place")).to_be_visible()


def test_without_scripts_everything_can_be_set(person, house):
    olga = person(java_script_enabled=False)
    sign_in(olga, house, "acme", "1001", house.password)
    olga.goto(f"{house.pages}/manage/styles/1/window")
    unfold(olga, "Links at the bottom")
    before = olga.locator("[name='links-text']").count()

    olga.get_by_label("Welcome text").fill("Without scripts")
    olga.get_by_role("button", name="Add a link").click()
    expect(olga.locator("[name='links-text']")).to_have_count(before + 1)
    expect(olga.get_by_label("Welcome text")).to_have_value("Without scripts")
    olga.locator("[name='links-text']").last.fill("Teas")
    olga.locator("[name='links-url']").last.fill("acme.example/teas")
    unfold(olga, "Logo")
    choose(olga, "logo", "logo.png", drawn((173, 67)))
    olga.get_by_role("button", name="Save", exact=True).last.click()

    expect(olga.get_by_text("Saved. Open pages show it within seconds.")).to_be_visible()
    expect(olga.locator("[name='links-text']").last).to_have_value("Teas")
    expect(olga.locator("#logo-part img")).to_have_attribute("src", re.compile("/pictures/"))
