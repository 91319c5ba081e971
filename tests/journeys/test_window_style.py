"""What a company makes of its visitors' window: its looks, its words, its form, its invitations; live, on every device."""

import io
import re
from typing import NamedTuple

import pytest
from journeys.people import OWN_PASSWORD, open_window, say, sign_in, sign_up, window_of
from PIL import Image
from playwright.sync_api import Frame, Page, expect

pytestmark = pytest.mark.timeout(600)

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# As the form of a style's page is sent, with these values in it; what it says afterwards.
SEND = """async ([address, fields]) => {
  const page = new DOMParser().parseFromString(await (await fetch(address)).text(), 'text/html');
  const form = [...page.querySelectorAll('form[method=post]')].find((form) => form.elements.seen);
  const data = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(fields)) {
    data.delete(name);
    for (const one of [value].flat()) data.append(name, one);
  }
  return (await fetch(address, {method: 'POST', body: data})).text();
}"""
INTRODUCTION = (
    "<h2>Berets since 1907</h2><p>Made by <strong>hand</strong> in <a href='https://berets.example/about'>our workshop</a>.</p>"
)
DRESS = {
    "heading": "Berets 贝雷帽",
    "welcome": "Welcome!\nWe answer within a minute.",
    "warning": "We never ask for your password.",
    "introduction": INTRODUCTION,
    "links-text": ["Delivery", "退换货"],
    "links-url": ["https://berets.example/delivery", "https://berets.example/returns"],
    "ads-text": ["Straw berets from 49 €"],
    "ads-url": ["https://berets.example/straw"],
    "ads-picture": [""],
    "ads-starts_on": [""],
    "ads-ends_on": [""],
    "contacts-kind": ["whatsapp"],
    "contacts-number": ["442079460018"],
    "contacts-label": [""],
    "contacts-picture": [""],
    "forum_text": "Beret lovers",
    "forum_url": "https://forum.berets.example/",
    "payment_text": "Pay your order",
    "payment_url": "https://pay.berets.example/",
    "emoticons": "faces",
}
FIELDS = {
    "key": ["name", "email", "own1", "own2"],
    "label": ["", "", "What is it about?", "You may keep my answers."],
    "kind": ["line", "email", "choice", "consent"],
    "options": ["", "", "An order\nA return", ""],
    "url": ["", "", "", "https://berets.example/privacy"],
    "required": ["name", "email", "own2"],
}


class Berets(NamedTuple):
    """A company with one agent, Bea, and its line."""

    line: str


@pytest.fixture(scope="module")
def berets(chromium, house):
    context = chromium.new_context(locale="en-US")
    line = sign_up(context.new_page(), house, "berets", "Berets", "bea@berets.example", administrator="Bea")
    context.close()
    return Berets(line)


@pytest.fixture
def bea(berets, person, house):
    """The owner, who is there for visitors as long as her console is open."""
    page = person()
    sign_in(page, house, "berets", "bea@berets.example", OWN_PASSWORD)
    page.goto(f"{house.pages}/console")
    expect(page.locator(".rail")).to_be_visible()
    return page


@pytest.fixture
def parts(bea, house) -> str:
    """Where the style is set."""
    page = bea.context.new_page()
    page.goto(f"{house.pages}/manage/styles")
    number = re.search(r"/styles/([0-9]+)", page.content())[1]
    page.close()
    return f"{house.pages}/manage/styles/{number}"


@pytest.fixture
def save(bea, parts):
    """`save("window", skin="ink")` sets that in a part of the style."""

    def send(part: str, **fields) -> None:
        assert "Saved." in bea.evaluate(SEND, [f"{parts}/{part}", fields])

    return send


@pytest.fixture
def come(person, berets, customer_site):
    """`come()` opens the shop and the window in it."""

    def open_shop(language: str = "en", **options) -> tuple[Page, Frame]:
        page = person(**{"viewport": {"width": 1100, "height": 760}} | options)
        page.goto(customer_site(berets.line, language))
        return page, open_window(page)

    return open_shop


@pytest.fixture
def bare(save):
    """The window as it was in the beginning."""
    nothing = {name: [] if "-" in name else "" for name in DRESS}
    yield
    save("window", **nothing | {"skin": "plain", "scheme": "auto", "accent": "#0b7285", "emoticons": "native"})


def text_box(window: Frame):
    return window.get_by_role("textbox", name=re.compile("Write a message|输入消息|輸入訊息"))


def test_is_dressed_while_somebody_writes(save, bare, come, picture, accessible):
    """W-05, W-13, W-15, W-16, W-18…W-20, Y-16…Y-18, Y-20."""
    page, window = come()
    text_box(window).fill("Do you have")
    window.evaluate("window.isTheSame = true")

    save("window", **DRESS | {"skin": "soft", "accent": "#d6336c"})

    expect(window.get_by_role("heading", name="Berets 贝雷帽")).to_be_visible()
    for words in ("We answer within a minute.", "We never ask for your password.", "Straw berets", "Delivery"):
        expect(window.get_by_text(words)).to_be_visible()
    expect(text_box(window)).to_have_value("Do you have")
    assert window.evaluate("isTheSame")
    accessible(window, "dressed")
    picture(page, "1-dressed")

    window.get_by_role("button", name="About us").click()
    expect(window.get_by_role("heading", name="Berets since 1907")).to_be_visible()
    expect(window.get_by_role("link", name="our workshop")).to_have_attribute("target", "_blank")
    expect(window.get_by_role("link", name="Pay your order")).to_be_visible()
    expect(window.get_by_role("link", name="WhatsApp")).to_have_attribute("href", "https://wa.me/442079460018")
    expect(text_box(window)).to_be_hidden()
    accessible(window, "about us")
    picture(page, "2-about-us")
    page.keyboard.press("Escape")
    expect(window.get_by_role("button", name="About us")).to_be_focused()
    expect(text_box(window)).to_have_value("Do you have")

    window.get_by_role("button", name="Emoji").click()
    expect(window.get_by_role("button", name="🥰")).to_be_visible()
    window.get_by_role("button", name="Menu").click()
    expect(window.get_by_role("menuitem", name="Beret lovers")).to_be_visible()
    picture(page, "3-menu")


@pytest.mark.parametrize(
    ("skin", "accent"), [("deep", "#5f3dc4"), ("soft", "#ffd43b"), ("ink", "#e8590c"), ("festive", "#c92a2a")]
)
def test_every_skin_can_be_read(save, bare, come, picture, accessible, skin, accent):
    """Y-08."""
    save("window", **DRESS | {"skin": skin, "accent": accent})
    for scheme in ("light", "dark"):
        page, window = come(color_scheme=scheme)
        expect(window.locator(f"html[data-skin={skin}]")).to_be_attached()
        say(window, "Hello")
        expect(window.get_by_text("Hello", exact=True)).to_be_visible()
        accessible(window, f"{skin} {scheme}")
        picture(page, scheme)


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "ar"])
def test_on_a_phone_in_the_dark(save, bare, come, picture, accessible, language):
    save("window", **DRESS | {"skin": "festive", "accent": "#c92a2a", "scheme": "dark"})

    page, window = come(language, **PHONE)

    expect(window.get_by_text("We never ask for your password.")).to_be_visible()
    expect(window.locator("html[data-theme=dark]")).to_be_attached()
    accessible(window, language)
    picture(page, "window")


def test_only_what_the_company_wants_is_in_the_menu(save, come, accessible):
    """W-33, Y-09."""
    everything = ["sound", "send_key", "transcript", "rating", "earlier", "offline_message", "privacy", "forum"]
    _page, window = come()
    say(window, "Hello")
    window.get_by_role("button", name="Menu").click()
    expect(window.get_by_role("menuitem", name="Privacy")).to_be_visible()

    save("window", menu=["sound"], emoticons="none")

    expect(window.get_by_role("menuitem", name="Privacy")).to_be_hidden()
    expect(window.get_by_role("menuitem")).to_have_text(["Report abuse", "End the conversation"])
    expect(window.get_by_role("menuitemcheckbox")).to_have_text(["Sound"])
    expect(window.get_by_role("button", name="Emoji")).to_be_hidden()
    accessible(window, "menu")
    save("window", menu=everything, emoticons="native")


def test_a_logo_at_the_end(bea, parts, save, bare, come, picture):
    """W-17, Y-13, Y-15."""
    file = io.BytesIO()
    Image.new("RGB", (173, 67), "teal").save(file, "png")
    editor = bea.context.new_page()
    editor.goto(f"{parts}/window")
    editor.locator("#file-logo").set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": file.getvalue()})
    expect(editor.locator("input[name=logo]")).not_to_have_value("")
    logo = editor.locator("input[name=logo]").input_value()

    save("window", logo=logo, logo_link="https://berets.example/")

    page, window = come()
    link = window.get_by_role("link", name="berets.example")
    expect(link).to_be_visible()
    assert link.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 173
    picture(page, "logo")
    save("window", logo="", logo_link="")


@pytest.mark.parametrize("device", [{}, PHONE], ids=["desktop", "phone"])
def test_who_comes_first_says_who_he_is(save, come, bea, picture, accessible, device):
    """W-24, M-05."""
    save("registration", **FIELDS, before_chat="yes")
    save("prompts", registration="So that we find your order.")
    try:
        page, window = come(**device)
        expect(window.get_by_text("So that we find your order.")).to_be_visible()
        accessible(window, "form")
        picture(page, "1-form")

        window.get_by_label("Name").fill("Mr Wu")
        window.get_by_label("E-mail").fill("wu@mail")
        window.get_by_label("What is it about?").select_option("A return")
        window.get_by_role("button", name="Start the chat").click()
        for complaint in ("Enter an e-mail address like name@example.com.", "Tick this to go on."):
            expect(window.get_by_text(complaint)).to_be_visible()
        accessible(window, "complaints")
        picture(page, "2-complaints")

        page.reload()
        window = open_window(page)
        expect(window.get_by_label("Name")).to_have_value("Mr Wu")
        expect(window.get_by_label("What is it about?")).to_have_value("A return")
        window.get_by_label("E-mail").fill("wu@mail.example")
        window.get_by_label("You may keep my answers.").check()
        window.get_by_role("button", name="Start the chat").click()
        say(window, f"My beret came too small {len(device)}")
        expect(bea.get_by_role("link", name=re.compile(f"too small {len(device)}")).first).to_be_visible()

        page.reload()
        expect(open_window(page).get_by_text("My beret came too small")).to_be_visible()
        other = page.context.new_page()
        other.goto(page.url)
        expect(text_box(open_window(other))).to_be_visible()
    finally:
        save("registration", before_chat=[])


def test_what_was_written_before_is_sent_after_the_form(save, come, bea):
    """W-24: the form is asked for while he writes already."""
    _page, window = come()
    text_box(window).fill("Do you mend berets?")

    save("registration", **FIELDS, before_chat="yes")
    try:
        text_box(window).press("Enter")

        expect(window.get_by_text("Your message is kept")).to_be_visible()
        window.get_by_label("Name").fill("Mr Wu")
        window.get_by_label("E-mail").fill("wu@mail.example")
        window.get_by_label("You may keep my answers.").check()
        window.get_by_role("button", name="Start the chat").click()
        expect(window.get_by_role("log").get_by_text("Do you mend berets?")).to_be_visible()
        expect(bea.get_by_role("link", name=re.compile("mend berets")).first).to_be_visible()
    finally:
        save("registration", before_chat=[])


def test_nobody_is_there(save, come, bea, house, picture, accessible):
    """L-10, L-11, M-04, W-25."""
    save("registration", **FIELDS, system="board")
    save("prompts", offline_message="Write to us, we call you back.")
    page, window = come()
    text_box(window).fill("Half a")

    bea.goto(f"{house.pages}/manage")

    expect(window.get_by_text("Write to us, we call you back.")).to_be_visible(timeout=60_000)
    expect(window.get_by_label("Your message")).to_have_value("Half a")
    expect(window.get_by_label("What is it about?")).to_be_visible()
    accessible(window, "message form")
    picture(page, "1-form")

    save("registration", system="own", board_url="https://board.berets.example/")
    board = window.get_by_role("link", name="Write on our message board")
    expect(board).to_have_attribute("href", "https://board.berets.example/")
    expect(window.get_by_label("Your message")).to_be_hidden()
    accessible(window, "board")
    picture(page, "2-board")

    save("registration", system="board", board_url="")
    expect(window.get_by_label("Your message")).to_have_value("Half a")
    bea.goto(f"{house.pages}/console")
    expect(window.get_by_text("We are online")).to_be_visible()


@pytest.mark.parametrize("device", [{"viewport": {"width": 1200, "height": 800}}, PHONE], ids=["desktop", "phone"])
def test_a_page_of_its_own(save, bare, berets, house, person, picture, accessible, device):
    """W-13, W-23, Y-20."""
    save("window", **DRESS)
    key = re.search(r"/w/([^.]+)\.js", berets.line)[1]
    page = person(**device)
    page.goto(f"{house.pages}/f/{key}")

    expect(page).to_have_title("Berets 贝雷帽")
    introduction = page.get_by_role("heading", name="Berets since 1907")
    if device is PHONE:
        expect(introduction).to_be_hidden()
    else:
        expect(introduction).to_be_visible()
        expect(page.get_by_role("link", name="Beret lovers")).to_be_visible()
    expect(page.get_by_role("button", name="Close chat")).to_have_count(0)
    say(page.main_frame, "From your own page")
    accessible(page, "own page")
    picture(page, "own-page")

    page.reload()
    expect(page.get_by_role("log").get_by_text("From your own page")).to_be_visible()


def test_is_invited_when_he_has_stayed(save, person, berets, customer_site, bea, picture):
    """I-04…I-06: the window counts, the box stands in the page."""
    rule = {"rule": ["7"], "is_on-7": "yes", "after_seconds-7": "3", "counts-7": "visit", "least_visits-7": "2"}
    save("invitations", **rule, is_automatic="yes", box_title="May we help you choose?", per_visit="1", per_day="5")
    try:
        page = person(viewport={"width": 1100, "height": 760})
        page.goto(customer_site(berets.line))
        window_of(page)
        box = page.locator("laike-invitation")
        expect(box.get_by_text("May we help you choose?")).to_be_visible()
        picture(page, "1-box")
        page.reload()
        expect(box.get_by_text("May we help you choose?")).to_be_visible()

        box.get_by_role("button", name="Chat now").click()

        window = window_of(page)
        expect(text_box(window)).to_be_visible()
        expect(box).to_have_count(0)
        picture(page, "2-accepted")
    finally:
        save("invitations", is_automatic=[])


@pytest.mark.parametrize("device", [{"viewport": {"width": 960, "height": 700}}, PHONE], ids=["desktop", "phone"])
def test_the_editors_preview(save, bare, bea, parts, picture, accessible, device):
    """Y-21: the real window, with nobody behind it."""
    save("window", **DRESS | {"skin": "deep"})
    page = bea.context.new_page()
    page.set_viewport_size(device["viewport"])
    page.goto(f"{parts}/preview")
    window = page.main_frame
    expect(window.get_by_text("We never ask for your password.")).to_be_visible()
    say(window, "Is this how it looks?")
    expect(window.get_by_text("This is how an answer of your team looks.")).to_be_visible()
    accessible(page, "preview")
    picture(page, "preview")
    page.close()
