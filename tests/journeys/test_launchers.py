"""How the way into the chat stands in a company's page: every kind, on every device, in every page, live (W-02, W-29, Y-10, Y-11)."""

import io
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest
from journeys.people import OWN_PASSWORD, say, sign_in, sign_up, window_of
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.timeout(400)

# A seat that was left without a word is free after three quarters of a minute.
OFFLINE_WITHIN = 60_000
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# As somebody does who sets all of it, and presses the button: text, ticks, choices and the tiles among them.
FILL_IN = """(fields) => {
  const form = document.querySelector('form.form-card[method=post], form.routing-form');
  for (const [name, value] of Object.entries(fields)) {
    const field = form.elements[name];
    if (field.type === 'checkbox') field.checked = value;
    else field.value = value;
  }
  form.requestSubmit();
}"""
TEXT = "<p>All our hats are made by hand.</p>" * 40


class Hats(NamedTuple):
    """A company with one agent, Hanna, and its line."""

    line: str


@pytest.fixture(scope="module")
def hats(chromium, house):
    context = chromium.new_context(locale="en-US")
    line = sign_up(context.new_page(), house, "bowlers", "Bowlers", "hanna@bowlers.example")
    context.close()
    return Hats(line)


@pytest.fixture
def hanna(hats, person, house):
    """The owner, in her management centre."""
    page = person()
    sign_in(page, house, "bowlers", "hanna@bowlers.example", OWN_PASSWORD)
    return page


@pytest.fixture
def style(hanna, house):
    """`style(kind="text", …)` saves the icon, with a picture if `picture` says what is on it; the rest is as in the beginning."""
    hanna.goto(f"{house.pages}/manage/styles")
    parts = f"{house.pages}/manage/styles/{re.search(r'/styles/([0-9]+)', hanna.content())[1]}"
    usual = {"kind": "bubble", "template": "person", "place": "floating", "side": "right", "at": "bottom", "on": "all"}
    usual |= {"accent": "#0b7285", "text": "", "side_offset": "20", "edge_offset": "20", "hides_offline": False}

    def save(part: str = "launcher", picture: bytes | None = None, **fields) -> None:
        hanna.goto(f"{parts}/{part}")
        if picture:
            file = {"name": "icon.png", "mimeType": "image/png", "buffer": picture}
            hanna.locator("#file-online_picture").set_input_files(file)
            expect(hanna.locator("input[name=online_picture]")).not_to_have_value("")
        none = {} if picture else {"online_picture": ""}
        hanna.evaluate(FILL_IN, (usual | none if part == "launcher" else {}) | fields)
        expect(hanna.get_by_text("Saved.")).to_be_visible()

    save()
    return save


@pytest.fixture
def shop(hats):
    """`shop(body, language="en", …)` is the address of a page of theirs, on an origin of its own."""
    servers = []

    def serve(body: str = TEXT, attributes: str = 'lang="en"', style: str = "", policy: str | None = None) -> str:
        line = hats.line if policy is None else hats.line.replace("<script ", '<script nonce="of-hats" ')
        page = f'<!doctype html><html {attributes}><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        page += f'<title>Hat shop</title><style nonce="of-hats">body{{font-family:sans-serif;{style}}}</style>'
        page += f"<body><main><h1>Hats</h1>{body}</main>{line}</body></html>"
        server = ThreadingHTTPServer(("127.0.0.1", 0), pages_of(page.encode(), policy))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    for server in servers:
        server.shutdown()


def pages_of(page: bytes, policy: str | None) -> type[BaseHTTPRequestHandler]:
    class Pages(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *arguments):
            pass

    return Pages


def drawn(size: tuple[int, int], text: str) -> bytes:
    picture, file = Image.new("RGB", size, "#1864ab"), io.BytesIO()
    ImageDraw.Draw(picture).text((16, 16), text, fill="white", font_size=24)
    picture.save(file, "png")
    return file.getvalue()


def launcher(page: Page):
    """What the module has drawn over the page."""
    return page.locator("laike-launcher")


def test_the_usual_bubble_needs_nothing_more(style, person, shop, accessible):
    page, fetched = person(), []
    page.on("request", lambda request: fetched.append(request.url))

    page.goto(shop())
    page.get_by_role("button", name="Open chat").click()
    window_of(page).get_by_role("textbox").first.wait_for()

    assert launcher(page).count() == 0
    assert not [url for url in fetched if "/a/host-" in url]
    accessible(page, "bubble")


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_every_kind_opens_with_one_click(style, person, shop, picture, accessible, device):
    kinds = {
        "bubble": {"template": "headset", "side": "left", "accent": "#f5b301"},
        "picture": {"at": "middle", "picture": drawn((120, 150), "Ask us")},
        "group": {"picture": drawn((220, 300), "Hat care"), "text": "Ask about hats"},
        "text": {"at": "middle", "text": "在线客服", "side_offset": "0"},
    }
    for kind, fields in kinds.items():
        style(kind=kind, **fields)
        page = person(**(PHONE if device == "phone" else {}))
        page.goto(shop())
        if kind == "group" and device == "phone":
            launcher(page).get_by_role("button", name="Ask about hats", expanded=False).click()
        entry = launcher(page).get_by_role("button").last
        expect(entry).to_be_visible()
        accessible(page, kind)
        picture(page, kind)

        entry.click()
        window = window_of(page)
        window.get_by_role("textbox").first.wait_for()
        if kind != "bubble":
            expect(entry).to_be_hidden()
        picture(page, f"{kind}-open")
        window.get_by_role("button", name="Close").first.click()

        expect(entry).to_be_focused()


def test_a_list_of_agents_and_departments(style, hanna, house, person, shop, picture, accessible):
    style("routing", designated_members=True)
    style(kind="list", text="Talk to us")
    hanna.goto(f"{house.pages}/console")
    page = person()
    page.goto(shop())

    entry = launcher(page).get_by_role("list").get_by_role("button", name=re.compile("Hanna.*Online"))
    expect(entry).to_be_visible()
    accessible(page, "list")
    picture(page, "list")
    style(kind="group", picture=drawn((220, 300), "Hat care"))
    expect(entry).to_be_visible()
    picture(page, "group")
    hanna.goto(f"{house.pages}/console")
    entry.click()
    say(window_of(page), "Do you have bowlers?")

    expect(hanna.get_by_role("link", name=re.compile("bowlers")).first).to_be_visible()


def test_an_open_page_follows_within_seconds(style, hanna, house, person, shop):
    page = person()
    page.goto(shop())
    expect(page.get_by_role("button", name="Open chat")).to_be_visible()
    window_of(page)
    page.evaluate("window.isTheSame = true")

    style(kind="text", text="Ask about hats")
    expect(launcher(page).get_by_role("button", name="Ask about hats")).to_be_visible()
    style(kind="none")
    expect(launcher(page)).to_have_count(0)
    style(hides_offline=True)
    # Hanna's seat may still be hers from the journey before.
    expect(launcher(page)).to_have_count(0, timeout=OFFLINE_WITHIN)
    hanna.goto(f"{house.pages}/console")
    expect(launcher(page).get_by_role("button", name="Open chat")).to_be_visible()
    style()
    expect(page.locator("laike-widget > button")).to_be_visible()

    assert page.evaluate("isTheSame")


def test_stands_where_the_page_puts_it(style, person, shop, picture):
    style(kind="text", place="inline", text="Ask about hats")
    page = person()
    page.goto(shop('<p data-laike></p><p><a href="/contact" data-laike>Our own link</a></p>'))
    ours = page.get_by_role("button", name="Ask about hats")
    expect(ours).to_have_count(1)

    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<p data-laike></p>')")
    expect(ours).to_have_count(2)
    picture(page, "inline")
    page.get_by_role("link", name="Our own link").click()
    window_of(page).get_by_role("button", name="Close").first.click()

    expect(page.get_by_role("link", name="Our own link")).to_be_focused()
    assert page.url.endswith("/")


@pytest.mark.parametrize(
    ("attributes", "css"), [('lang="ar" dir="rtl"', ""), ('lang="zh-TW"', "background:#101418;color:#eee")], ids=["rtl", "dark"]
)
def test_goes_with_the_page(style, person, shop, picture, accessible, attributes, css):
    style(kind="group", picture=drawn((200, 120), "Hats"))
    page = person(color_scheme="dark" if css else "light")

    page.goto(shop(TEXT, attributes, css))

    expect(launcher(page).get_by_role("list")).to_be_visible()
    accessible(page)
    picture(page, "list")


def test_a_page_with_a_strict_policy(style, chromium, house, shop):
    policy = f"default-src 'none'; script-src 'nonce-of-hats'; style-src 'nonce-of-hats'; frame-src {house.pages}"
    address = shop(TEXT, policy=f"{policy}; require-trusted-types-for 'script'")
    style(kind="picture", picture=drawn((120, 150), "Ask us"))
    context = chromium.new_context()
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)

    page.goto(address)
    bubble = launcher(page).get_by_role("button", name="Open chat")
    expect(bubble.locator("svg").first).to_be_visible()
    bubble.click()
    window_of(page).get_by_role("textbox").first.wait_for()

    # The picture, and nothing else.
    assert [text for text in complaints if "Loading the image" not in text] == []
    context.close()


def test_the_pages_own_script(style, person, shop):
    style(kind="none")
    page = person()
    early = "window.laike ??= Object.assign((...c) => laike.q.push(c), {q: []}); window.standings = []"
    page.goto(shop(f"<script>{early}; laike('on', 'standing', (one) => standings.push(one))</script>"))
    window_of(page)

    page.wait_for_function("standings.length > 0")
    page.evaluate("laike('open')")
    expect(page.locator("laike-widget iframe")).to_be_visible()
    page.evaluate("laike('close')")

    expect(page.locator("laike-widget iframe")).to_be_hidden()
    assert page.evaluate("standings") in (["offline"], ["online"])
