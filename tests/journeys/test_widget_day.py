"""A visitor's day: writing in every way, waiting, rating, his privacy, nobody there, no network, signed in, in every look."""

import base64
import io
import json
import re
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
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
from PIL import Image
from playwright.sync_api import Frame, Page, expect

pytestmark = pytest.mark.timeout(400)

CARD = "4111 1111 1111 1111"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# As the browser does when somebody pastes a picture, or drops one from his desktop.
PASTE = """(place, [kind, name, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], name, {type: 'image/png'}));
  const options = {bubbles: true, cancelable: true};
  place.dispatchEvent(kind === 'paste'
    ? new ClipboardEvent('paste', {...options, clipboardData: files})
    : new DragEvent(kind, {...options, dataTransfer: files}));
}"""


class Kites(NamedTuple):
    """A company with one agent, Kim: nobody else's visitors stand in its queue."""

    line: str


@pytest.fixture(scope="module")
def kites(chromium, house):
    context = chromium.new_context(locale="en-US")
    page = context.new_page()
    line = sign_up(page, house, "kites", "Kites", "kim@kites.example", administrator="Kim")
    choose_assignment(page, house, "by_hand", conversation_limit="100")
    page.goto(f"{house.pages}/manage/window")
    page.get_by_label("Mask card and ID numbers").check()
    page.locator(".save-bar").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    context.close()
    return Kites(line)


@pytest.fixture
def kim(kites, person, house):
    """Her console."""
    page = person()
    sign_in(page, house, "kites", "kim@kites.example", OWN_PASSWORD)
    page.goto(f"{house.pages}/console")
    expect(page.locator(".rail")).to_be_visible()
    return page


@pytest.fixture
def shop(kites, customer_site):
    """The address of a page of theirs."""
    return customer_site(kites.line)


@pytest.fixture
def come(person, shop):
    """`come()` opens the shop and the window in it."""

    def open_shop(**options) -> tuple[Page, Frame]:
        page = person(**{"viewport": {"width": 1100, "height": 760}} | options)
        page.goto(shop)
        return page, open_window(page)

    return open_shop


@pytest.fixture
def picture_file(tmp_path) -> Path:
    file = tmp_path / "kite.png"
    Image.new("RGB", (320, 200), "teal").save(file)
    return file


def test_writing_in_every_way(kim, come, picture_file, tmp_path, picture, accessible):
    page, window = come()
    expect(window.get_by_role("heading", name="Hello")).to_be_visible()
    accessible(window, "greeting")
    picture(page, "greeting")
    box, log = window.get_by_role("textbox", name="Write a message"), window.get_by_role("log")
    window.get_by_role("button", name="Emoji").click()
    expect(window.get_by_role("group", name="Emoji")).to_be_visible()
    accessible(window, "emoji")
    picture(page, "emoji")
    window.get_by_role("button", name="👍").click()
    box.press_sequentially(" 你好")
    box.press("Enter")
    accept(kim, "👍 你好")

    (tmp_path / "list.txt").write_text("one\ntwo")
    (tmp_path / "empty.txt").touch()
    chooser = window.locator("input[type=file]")
    chooser.set_input_files([picture_file, tmp_path / "list.txt", tmp_path / "empty.txt"])
    expect(window.get_by_text("empty.txt is empty.")).to_be_visible()
    tray = window.get_by_role("list", name="Files to send")
    expect(tray.get_by_role("img", name="kite.png")).to_be_visible()
    content = base64.b64encode(drawn("orange")).decode()
    box.evaluate(PASTE, ["paste", "pasted.png", content])
    for kind in ("dragenter", "dragover", "drop"):
        box.evaluate(PASTE, [kind, "dropped.png", content])
    expect(tray.get_by_role("listitem")).to_have_count(4)
    accessible(window, "files to send")
    picture(page, "files-to-send")
    tray.get_by_role("button", name="Remove dropped.png").click()
    window.get_by_role("button", name="Send", exact=True).click()
    for side in (window, kim):
        for name in ("kite.png", "pasted.png"):
            expect(side.get_by_role("log").get_by_role("img", name=name)).to_be_visible()
        expect(side.get_by_role("log").get_by_role("link", name=re.compile("list.txt"))).to_be_visible()
    expect(log.get_by_text("Read")).to_be_visible()

    answer(kim, "What a kite 🪁")
    for side in (window, kim):
        expect(side.get_by_role("img", name="Nothing lost: both sides hold all 5 messages")).to_be_visible()
    accessible(window, "conversation")
    picture(page, "conversation")
    kim.get_by_role("img", name=re.compile("Nothing lost")).focus()
    picture(kim, "nothing-lost")

    window.get_by_role("button", name="Menu").click()
    expect(window.get_by_role("menu")).to_be_visible()
    accessible(window, "menu")
    picture(page, "menu")
    window.get_by_role("menuitemcheckbox", name="Sound").click()
    choose(window, "Send with Ctrl+Enter", "menuitemcheckbox")
    page.reload()
    window = open_window(page)
    window.get_by_role("button", name="Menu").click()
    for name in ("Sound", "Send with Ctrl+Enter"):
        expect(window.get_by_role("menuitemcheckbox", name=name)).to_be_checked()
    page.keyboard.press("Escape")
    box = window.get_by_role("textbox", name="Write a message")
    box.press_sequentially("Two")
    box.press("Enter")
    box.press_sequentially("lines")
    box.press("Control+Enter")
    expect(kim.get_by_role("log").get_by_text(re.compile(r"Two\s+lines"))).to_be_visible()

    with page.expect_download() as saving:
        choose(window, "Save the conversation")
    transcript = Path(saving.value.path()).read_text("utf-8-sig")
    assert saving.value.suggested_filename.startswith("Kites 20")
    assert saving.value.suggested_filename.endswith(".txt")
    assert transcript.startswith("Conversation with Kites")
    for text in ("  You\n👍 你好", "kite.png\nhttp", "  Kim\nWhat a kite 🪁", "Two\nlines"):
        assert text in transcript


def test_what_is_typed_belongs_to_the_visitor(kim, shop, person, picture, accessible):
    page = person(viewport={"width": 1100, "height": 760})
    left = everything_that_leaves(page)
    page.goto(shop)
    window = open_window(page)
    box = window.get_by_role("textbox", name="Write a message")
    box.fill("May I ask")
    expect(window.get_by_text("May the team see what you type before you send it?")).to_be_visible()
    accessible(window, "consent")
    picture(page, "consent")
    box.press("Enter")
    accept(kim, "May I ask")

    box.fill("Nobody sees this")
    allow = window.get_by_role("button", name="Allow", exact=True)
    expect(allow).to_be_visible()
    box.fill("But this you see")
    allow.click()
    expect(allow).to_be_hidden()
    expect(kim.locator(".typing-line")).to_contain_text("But this you see")
    assert not any("Nobody sees" in text for text in left)
    picture(kim, "typing")

    box.fill("")
    box.press_sequentially(f"My card is {CARD}")
    expect(kim.locator(".typing-line")).to_contain_text("My card is 4111 11•")
    box.press("Enter")
    hidden = "My card is •••• •••• •••• 1111"
    for side in (window, kim):
        expect(side.get_by_role("log").get_by_text(hidden)).to_be_visible()
    expect(window.get_by_text("A card or ID number was hidden")).to_be_visible()
    accessible(window, "hidden number")
    picture(page, "hidden-number")
    assert any("My card is" in text for text in left)
    assert not any("1111 1111" in text or "11111111" in text for text in left)

    choose(window, "Privacy")
    window.get_by_role("checkbox", name=re.compile("Show the team what I am typing")).uncheck()
    window.get_by_role("button", name="Back to the chat").click()
    box.press_sequentially("Mine alone again")
    box.press("Enter")
    expect(kim.get_by_role("log").get_by_text("Mine alone again")).to_be_visible()
    assert not any("Mine alone" in text and "typing" in text for text in left)


def test_waiting_and_rating(kim, come, picture, accessible):
    names = ["first", "second", "third", "fourth", "fifth"]
    windows = {}
    for name in names:
        _, windows[name] = come()
        say(windows[name], f"I am the {name}")
        expect(windows[name].get_by_text("Sent")).to_be_visible()
    last = windows["fifth"]
    expect(last.get_by_text("You are number 5.")).to_be_visible()
    # Who is answered within three seconds has not waited, and says nothing of how long others will.
    expect(kim.locator(".chat-row", has_text="I am the fifth").locator("time")).to_contain_text(re.compile(r"\b([4-9]|\d\d)s"))
    accept(kim, "I am the first")
    expect(last.get_by_text("You are number 4.")).to_be_visible()
    for name in names[1:]:
        accept(kim, f"I am the {name}")

    page, sixth = come()
    say(sixth, "And now me")
    expect(sixth.get_by_text("You are number 1. The wait is up to 1 minute.")).to_be_visible()
    accessible(sixth, "waiting")
    picture(page, "waiting")
    picture(kim, "one-waits")
    sixth.get_by_role("button", name="Leave a message instead").click()
    sixth.get_by_label("Your message").fill("Call me when you can")
    sixth.get_by_label("Phone").fill("+86 20 1234 5678")
    picture(page, "leave-a-message")
    sixth.get_by_role("button", name="Send", exact=True).click()
    expect(sixth.get_by_text("Your message has arrived.")).to_be_visible()
    expect(kim.get_by_role("link", name=re.compile("Offline messages"))).to_contain_text("1")
    sixth.get_by_role("button", name="Back to the chat").click()
    accept(kim, "And now me")

    choose(sixth, "Rate the conversation")
    sixth.get_by_role("button", name="Rate", exact=True).click()
    expect(sixth.get_by_text("Choose one to five stars.")).to_be_visible()
    rate(sixth, "Good", "Quick and kind 很快")
    expect(kim.locator(".rating-line")).to_contain_text("Quick and kind 很快")
    picture(kim, "rated")

    kim.get_by_role("link", name=re.compile("I am the first")).click()
    kim.get_by_role("button", name="Ask for a rating").click()
    expect(windows["first"].get_by_text("How well did Kim help you?")).to_be_visible()
    accessible(windows["first"], "asked for a rating")
    rate(windows["first"], "Bad")
    expect(windows["first"].get_by_text("Thank you for your rating.")).to_be_visible()

    kim.get_by_role("link", name=re.compile("And now me")).click()
    end(kim)
    expect(sixth.get_by_text("This conversation has ended.")).to_be_visible()
    sixth.get_by_role("button", name="Change it").click()
    accessible(sixth, "rating after the end")
    picture(page, "rating-after-the-end")
    rate(sixth, "Very good")
    expect(sixth.get_by_role("img", name="Very good")).to_be_visible()
    picture(page, "ended")
    with page.expect_download() as saving:
        sixth.get_by_role("button", name="Save it").click()
    assert "And now me" in Path(saving.value.path()).read_text()

    sixth.get_by_role("button", name="Start a new one").click()
    page.reload()
    sixth = open_window(page)
    say(sixth, "Me again")
    sixth.get_by_role("button", name="Show earlier conversations").click()
    expect(sixth.get_by_role("log").get_by_text("And now me")).to_be_visible()
    accessible(sixth, "earlier conversations")
    picture(page, "earlier-conversations")
    accept(kim, "Me again")


def test_what_is_stored_is_seen_saved_and_erased(kim, come, picture, accessible):
    page, window = come()
    say(window, "My secret is the blue kite")
    accept(kim, "My secret is the blue kite")
    name = kim.locator(".conversation-header__name").inner_text()

    choose(window, "Privacy")
    window.get_by_role("button", name="Show it").click()
    for part in ("Your visits", "Your conversations"):
        window.locator("summary", has_text=part).click()
    expect(window.locator(".stored-data").first).to_contain_text("About you")
    accessible(window, "privacy")
    picture(page, "privacy")
    with page.expect_download() as saving:
        window.get_by_role("button", name="Download it").click()
    stored = json.loads(Path(saving.value.path()).read_text())
    assert stored["conversations"][0]["messages"][0]["text"] == "My secret is the blue kite"
    assert len(stored["visits"]) == 1

    window.get_by_role("button", name="Erase everything").click()
    question = window.get_by_role("alertdialog")
    expect(question).to_contain_text("They cannot be brought back.")
    accessible(window, "before erasing")
    picture(page, "before-erasing")
    question.get_by_role("button", name="Erase everything").click()
    expect(window.get_by_text("Everything about you has been erased.")).to_be_visible()
    accessible(window, "erased")
    picture(page, "erased")

    expect(kim.get_by_role("link", name=re.compile("My secret"))).to_be_hidden()
    expect(kim.get_by_role("log")).to_be_hidden()
    kim.keyboard.press("Control+k")
    kim.get_by_role("combobox", name="Search").fill("blue kite")
    expect(kim.get_by_text("Nothing found.")).to_be_visible()
    kim.keyboard.press("Escape")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('laike:'))") == []

    window.get_by_role("button", name="Start a new conversation").click()
    window = open_window(page)
    say(window, "Hello, whoever I am")
    expect(window.get_by_role("button", name="Show earlier conversations")).to_be_hidden()
    accept(kim, "Hello, whoever I am")
    expect(kim.locator(".conversation-header__name")).not_to_have_text(name)


def test_nobody_there_and_the_companys_own_questions(kim, come, house, picture, accessible):
    kim.goto(f"{house.pages}/manage/styles")
    kim.locator(".card-title a").first.click()
    kim.get_by_role("link", name="Registration", exact=True).click()
    kim.get_by_role("button", name="A question of your own").click()
    kim.get_by_label("Question 4").fill("Order number")
    kim.locator(".form-fields li").last.get_by_role("checkbox", name="Required").check()
    picture(kim, "form-in-the-management-centre")
    kim.locator(".save-bar").get_by_role("button", name="Save").click()
    expect(kim.get_by_text("Saved.")).to_be_visible()
    kim.goto(f"{house.pages}/console")
    page, window = come()
    expect(window.get_by_text("We are online")).to_be_visible()
    choose_presence(kim, "Offline")
    expect(kim.get_by_role("heading", name="You are offline")).to_be_visible()
    accessible(kim, "offline")
    picture(kim, "offline")

    expect(window.get_by_text("Nobody is here", exact=True)).to_be_visible()
    window.get_by_label("E-mail").fill("wu at sea")
    window.get_by_role("button", name="Send", exact=True).click()
    for complaint in ("Write what you would like to know.", "Enter an e-mail address like", "Fill this in."):
        expect(window.get_by_text(complaint)).to_be_visible()
    accessible(window, "complaints")
    picture(page, "complaints")
    window.get_by_label("Your message").fill("Where is my kite?")
    window.get_by_label("E-mail").fill("wu@mail.example")
    window.get_by_label("Order number").fill("K-17")
    page.reload()
    window = open_window(page)
    expect(window.get_by_label("Order number")).to_have_value("K-17")
    accessible(window, "offline form")
    picture(page, "offline-form")
    window.get_by_role("button", name="Send", exact=True).click()
    expect(window.get_by_text("Your message has arrived.")).to_be_visible()
    accessible(window, "left")
    picture(page, "left")

    kim.get_by_role("link", name="Go online").click()
    kim.get_by_role("link", name=re.compile("Offline messages")).click()
    kim.get_by_role("link", name=re.compile("Where is my kite")).click()
    facts = kim.get_by_role("article")
    expect(facts).to_contain_text("Order number")
    expect(facts).to_contain_text("K-17")
    accessible(kim, "message")
    picture(kim, "message")
    kim.get_by_label(re.compile("How was it handled")).fill("Written to him")
    kim.get_by_role("button", name="Mark as handled").click()
    expect(facts).to_contain_text("Handled by Kim")
    expect(facts).to_contain_text("Written to him")


def test_a_lost_network_and_a_silent_service(kim, come, shop, person, house, picture, accessible):
    page, window = come()
    say(window, "Can you hear me?")
    accept(kim, "Can you hear me?")
    page.context.set_offline(True)
    expect(window.get_by_text("What you write is kept and sent when it is back.")).to_be_visible()
    say(window, "Said into the wind")
    accessible(window, "no connection")
    picture(page, "no-connection")
    page.context.set_offline(False)
    expect(kim.get_by_role("log").get_by_text("Said into the wind")).to_be_visible(timeout=30_000)

    stranger = person(viewport={"width": 1100, "height": 760})
    stranger.goto(shop)
    with house.silent():
        unheard = open_shelter(stranger)
        unheard.get_by_role("textbox", name="Your message").fill("Kept at the gate")
        picture(stranger, "service-away")
        say(window, "Is the line dead?")
        expect(window.get_by_text("Sending", exact=True)).to_be_visible()
    for text in ("Said into the wind", "Is the line dead?"):
        for side in (window, kim):
            expect(side.get_by_role("log").get_by_text(text)).to_have_count(1, timeout=60_000)
    window_of_stranger = open_window(stranger)
    box = window_of_stranger.get_by_role("textbox", name="Write a message")
    expect(box).to_have_value("Kept at the gate", timeout=60_000)
    box.press("Enter")
    accept(kim, "Kept at the gate")


def test_two_tabs_say_the_same(kim, come):
    page, first = come()
    beside = page.context.new_page()
    beside.goto(page.url)
    second = open_window(beside)
    say(first, "Written in the first tab")
    expect(second.get_by_role("log").get_by_text("Written in the first tab")).to_be_visible()
    accept(kim, "Written in the first tab")
    box = second.get_by_role("textbox", name="Write a message")
    first.get_by_role("textbox", name="Write a message").fill("Half a thought")
    expect(box).to_have_value("Half a thought")

    box.press("Enter")
    expect(first.get_by_role("textbox", name="Write a message")).to_have_value("")
    for side in (first, second, kim):
        expect(side.get_by_role("log").get_by_text("Half a thought")).to_have_count(1)
    answer(kim, "Both of you")
    for side in (first, second):
        expect(side.get_by_role("log").get_by_text("Both of you")).to_have_count(1)


@pytest.mark.parametrize(
    ("language", "look"),
    [
        ("en", PHONE),
        ("en", {"color_scheme": "dark"}),
        ("ar", {}),
        ("zh-CN", {}),
        ("zh-TW", PHONE | {"color_scheme": "dark"}),
    ],
    ids=["phone", "dark", "rtl", "simplified", "traditional-phone-dark"],
)
def test_looks(kites, kim, person, customer_site, picture_file, picture, accessible, language, look):
    page = person(**{"viewport": {"width": 1100, "height": 760}} | look)
    page.goto(customer_site(kites.line, language))
    window = open_window(page)
    box = window.locator(".composer textarea")
    accessible(window, "greeting")
    picture(page, "greeting")
    text = f"Do kites fly in the rain? 下雨能放吗? {language} {len(look)}"
    box.fill(text)
    expect(window.locator(".consent")).to_be_visible()
    picture(page, "consent")
    box.press("Enter")
    expect(window.locator(".waiting")).to_be_visible()
    accessible(window, "waiting")
    picture(page, "waiting")
    accept(kim, text)
    window.locator("input[type=file]").set_input_files(picture_file)
    window.locator(".composer button[type=submit]").click()
    answer(kim, "They do, if the wind likes you. " * 4)
    expect(window.locator(".whole-mark")).to_be_visible()
    accessible(window, "conversation")
    picture(page, "conversation")
    assert window.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    if "is_mobile" in look:
        assert page.locator("laike-widget iframe").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}

    window.locator(".menu > button").click()
    picture(page, "menu")
    # After it come reporting abuse, and the end.
    window.get_by_role("menuitem").nth(-3).click()
    expect(window.locator(".privacy")).to_be_visible()
    accessible(window, "privacy")
    picture(page, "privacy")
    page.keyboard.press("Escape")
    kim.get_by_role("button", name="Ask for a rating").click()
    expect(window.locator(".rating-form")).to_be_visible()
    accessible(window, "rating")
    picture(page, "rating")


def test_who_is_signed_in_on_the_site(kites, kim, person, house, customer_site, picture, accessible):
    boss = person()
    sign_in(boss, house, "kites", "kim@kites.example", OWN_PASSWORD)
    boss.goto(f"{house.pages}/manage/styles")
    boss.get_by_role("link", name=re.compile("Kites")).first.click()
    boss.get_by_role("link", name="Set up signed identities").click()
    boss.get_by_role("button", name="Make a secret").click()
    boss.get_by_text("Show the secret made on").click()
    key = boss.get_by_role("textbox", name="Secret", exact=True).inner_text()

    signed = kites.line.replace("></script>", f' data-identity="{token(key, "customer-9", "Wu")}"></script>')
    address = customer_site(signed)
    first, second = person(), person(**PHONE)
    first.goto(address)
    window = open_window(first)
    say(window, "I am signed in")
    accept(kim, "I am signed in")
    expect(kim.locator(".conversation-header__name")).to_have_text("Wu")
    expect(kim.locator(".conversation-header .verified-mark")).to_be_visible()
    accessible(kim, "verified")
    picture(kim, "verified")
    second.goto(address)
    expect(open_window(second).get_by_role("log").get_by_text("I am signed in")).to_be_visible()

    boss.get_by_role("checkbox", name=re.compile("Only visitors your server vouches for")).check()
    boss.locator(".save-bar").get_by_role("button", name="Save").click()
    expect(boss.get_by_text("Saved.")).to_be_visible()
    forged = kites.line.replace("></script>", f' data-identity="{token("x" * 43, "customer-9", "Wu")}"></script>')
    thief = person()
    thief.goto(customer_site(forged))
    refused = open_window(thief)
    expect(refused.get_by_role("alert")).to_be_visible()
    expect(refused.get_by_text("I am signed in")).to_be_hidden()
    accessible(refused, "refused")
    picture(thief, "refused")


def choose(window: Frame, name: str, role: str = "menuitem") -> None:
    """From the menu."""
    window.get_by_role("button", name="Menu").click()
    window.get_by_role(role, name=name).click()


def rate(window: Frame, stars: str, comment: str = "") -> None:
    window.get_by_role("radio", name=stars, exact=True).check(force=True)
    window.get_by_role("textbox", name=re.compile("What should we know")).fill(comment)
    window.get_by_role("button", name="Rate", exact=True).click()


def open_shelter(page: Page):
    """The loader's own form, when the window itself cannot be fetched."""
    page.locator("laike-widget button").first.click()
    shelter = page.locator("laike-widget form")
    expect(shelter).to_be_visible(timeout=30_000)
    return shelter


def everything_that_leaves(page: Page) -> list[str]:
    """What a browser sends from now on, over sockets and in requests."""
    left = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: left.append(str(data))))
    page.on("request", lambda request: left.append((request.post_data_buffer or b"").decode(errors="replace")))
    return left


def drawn(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(file, "png")
    return file.getvalue()


def token(secret: str, sub: str, name: str) -> str:
    """As the customer's own server signs it."""
    claims = {"sub": sub, "name": name, "email": "wu@mail.example", "exp": int(time.time()) + 600}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(secret))
