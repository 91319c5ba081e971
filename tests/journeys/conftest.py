"""The whole product running as `make run` runs it, and real browsers that people use it with."""

import os
import re
import shutil
import subprocess
import sys
import threading
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from journeys.people import House, open_window, say, sign_in
from playwright.sync_api import Browser, Error, Frame, Page, expect, sync_playwright

from tools.browser import chromium as find_browser

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("LAIKE_TEST_DATA", ROOT / "var" / "test"))
PICTURES = DATA / "pictures"
# Playwright keeps this protection off, and people's browsers on: without it the frame's storage would behave otherwise.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-features=Translate", "--enable-features=ThirdPartyStoragePartitioning",
]  # fmt: skip

FAILED = pytest.StashKey[bool]()
# A machine that is busy with the rest of the tests is slow, not broken.
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def house():
    """`make run` on free ports and a folder of its own."""
    folder = DATA / "journeys"
    shutil.rmtree(folder, ignore_errors=True)
    environment = {**os.environ, "LAIKE_PORT": "0", "LAIKE_VAR": str(folder), "PYTHONUNBUFFERED": "1", "LOG_LEVEL": "WARNING"}
    # Some visitors come from elsewhere (journeys/places.py).
    environment["TRUSTED_PROXIES"] = "1"
    command = [sys.executable, "-m", "saas.run"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield _read_board(process, folder)
    finally:
        # Not Ctrl+C, to which a shell makes deaf what it starts in the background.
        process.terminate()
        process.wait(60)


@pytest.fixture(autouse=True)
def own_languages(house):
    """Whoever of the demo company chooses another language has chosen it for this journey only."""
    with house.database() as database:
        find = "SELECT s.name FROM platform.company c JOIN platform.schema s ON s.id = c.schema_id WHERE c.company_id = 'acme'"
        (acme,) = database.execute(find).fetchone()
        before = database.execute(f"SELECT language, id FROM {acme}.member").fetchall()
    yield
    with house.database() as database:
        database.cursor().executemany(f"UPDATE {acme}.member SET language = %s WHERE id = %s", before)


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def person(chromium, house, request):
    """`person(locale="zh-CN")` opens a browser of somebody's own.  What goes wrong in its pages fails the test."""
    people = People(chromium)
    yield people.open
    if request.node.stash.get(FAILED, False):
        people.photograph(request.node.name)
    people.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """A journey remembers whether it failed, for whoever cleans up after it."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


class People:
    """The browsers of one journey, and what their pages complained about."""

    def __init__(self, browser: Browser):
        self._browser, self._contexts, self._complaints = browser, [], []

    def open(self, **options) -> Page:
        context = self._browser.new_context(**{"viewport": {"width": 1440, "height": 900}, "locale": "en-US"} | options)
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        context.on("page", self._listen)
        return context.new_page()

    def photograph(self, journey: str) -> None:
        """Keep how everybody's page looked at the end."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        for number, context in enumerate(self._contexts, 1):
            for page in context.pages:
                # A tab behind another one is not drawn.
                with suppress(Error):
                    page.screenshot(path=PICTURES / f"{journey}-end-{number}.png", timeout=3_000)

    def close(self) -> None:
        for context in self._contexts:
            context.close()
        assert self._complaints == []

    def _listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self._complaints.append(str(error)))
        page.on("console", self._note)

    def _note(self, message) -> None:
        # A lost network and a refused form are part of some journeys; a broken script or policy never is.
        if (
            message.type == "error"
            and "Failed to load resource" not in message.text
            and "WebSocket connection" not in message.text
        ):
            self._complaints.append(message.text)


@pytest.fixture
def agent(person, house):
    """`agent("1002")` is a console of the demo company's Adam; "1001" is Olga's, "1003" is Nina's, in Chinese."""

    def open_console(number: str, **options) -> Page:
        page = person(**options)
        sign_in(page, house, "acme", number, house.password)
        page.goto(f"{house.pages}/console")
        expect(page.locator(".rail")).to_be_visible()
        return page

    return open_console


@pytest.fixture
def visitor(person, house):
    """`visitor("Hello")` comes to the demo shop and writes; gives back his page and his window."""

    def write(text: str, **options) -> tuple[Page, Frame]:
        page = person(**{"viewport": {"width": 1100, "height": 760}} | options)
        page.goto(house.demo_site)
        window = open_window(page)
        say(window, text)
        return page, window

    return write


@pytest.fixture
def customer_site(tmp_path):
    """`customer_site(line)` is the address of a page on another origin with that line before `</body>`."""
    servers = []

    def serve(line: str, language: str = "en") -> str:
        page = (
            f'<!doctype html><html lang="{language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        )
        page += f"<title>Hat shop</title><body><h1>Hats</h1><p>All our hats.</p>{line}</body></html>"
        (tmp_path / "index.html").write_text(page)
        handler = partial(QuietHandler, directory=str(tmp_path))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    for server in servers:
        server.shutdown()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments) -> None:
        pass


@pytest.fixture
def picture(request):
    """`picture(page, "console")` keeps what a person sees, below var/test/pictures, when LAIKE_PICTURES asks for it.

    A few hundred of them take minutes, and who looks at them looks on purpose.
    """
    PICTURES.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> None:
        if os.environ.get("LAIKE_PICTURES"):
            page.screenshot(path=PICTURES / f"{request.node.name}-{name}.png")

    return take


@pytest.fixture(scope="session")
def accessible():
    """`accessible(page)` fails when axe finds anything in what is shown."""
    axe = (ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text()

    def check(page: Page | Frame, name: str = "") -> None:
        frame = page if isinstance(page, Frame) else page.main_frame
        # Colours half-way between two are nobody's choice.
        frame.evaluate("document.getAnimations().forEach(one => { try { one.finish() } catch { one.cancel() } })")
        frame.evaluate(axe)
        found = frame.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:150]) for one in found] == [], name

    return check


def _write_down(output, file: Path) -> None:
    """What the house says from now on, for when a journey meets a fault of ours."""
    with file.open("w", buffering=1) as written:
        shutil.copyfileobj(output, written, 200)


def _read_board(process: subprocess.Popen, folder: Path) -> House:
    """Wait for the start-up board and read the addresses off it."""
    told = ""
    for line in process.stdout:
        told += line
        if "/dev/outbox" in line:
            threading.Thread(target=_write_down, args=(process.stdout, folder / "said"), daemon=True).start()
            pages = re.search(r"(http://localhost:\d+)/sign-up", told)[1]
            site = re.search(r"(http://127\.0\.0\.1:\d+)", told)[1]
            password = re.search(r"password\s+(.+?) \(for each", told)[1]
            return House(pages, site, password, folder.absolute())
    raise AssertionError(f"Laike did not start:\n{told}")
