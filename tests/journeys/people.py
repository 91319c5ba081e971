"""What people do in a journey."""

import hashlib
import html
import itertools
import os
import re
import secrets
import signal
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from playwright.sync_api import Frame, Page, expect

from saas.embedded import Postgres

_NETWORKS = itertools.count()
OWN_PASSWORD = "seven hats on a wall"


@dataclass
class House:
    """A running Laike."""

    pages: str
    demo_site: str
    password: str
    folder: Path

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Its doors take calls and answer none."""
        doors = list(self._doors())
        assert doors, "there is nobody to silence"
        for process in doors:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in doors:
                os.kill(process, signal.SIGCONT)

    def let_absence_grow_old(self, company_id: str, name: str) -> None:
        """Wait until an agent is noted as gone; then he has been gone for an hour."""
        place = """SELECT schema.name FROM platform.company JOIN platform.schema ON schema.id = company.schema_id
                   WHERE company.company_id = %s"""
        with self.database() as database:
            (schema,) = database.execute(place, [company_id]).fetchone()
            older = f"""UPDATE "{schema}".absence SET since = since - interval '1 hour'
                        WHERE member_id = (SELECT id FROM "{schema}".member WHERE name = %s)"""
            wait_for(lambda: database.execute(older, [name]).rowcount)

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection]:
        """Its database, as whoever may do everything there."""
        with (
            Postgres(self.folder / "postgres") as postgres,
            psycopg.connect(postgres.url("laike"), autocommit=True) as connection,
        ):
            yield connection

    def _doors(self) -> Iterator[int]:
        for process in Path("/proc").glob("[0-9]*"):
            try:
                environment = (process / "environ").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            if f"LAIKE_RUN={self.folder}" in environment and {"ROLE=live", "ROLE=pages"} & set(environment):
                yield int(process.name)


def wait_for(what: Callable, patience: float = 30):
    """For what no page shows."""
    deadline = time.monotonic() + patience
    while not (found := what()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
    return found


def window_of(page: Page) -> Frame:
    """The widget's window in a customer's page."""
    page.locator("laike-widget iframe").wait_for(state="attached")
    frame = page.locator("laike-widget iframe").element_handle().content_frame()
    frame.wait_for_selector("#app > *", state="attached")
    return frame


def open_window(page: Page) -> Frame:
    """Click the launcher, as a visitor does."""
    if not page.locator("laike-widget button[aria-expanded=true]").count():
        # The loader's bubble, or what is drawn in its stead while the style is changing.
        page.locator("laike-widget button[aria-expanded]:visible").first.click()
    return window_of(page)


def sign_in(page: Page, house: House, company: str, name: str, password: str) -> None:
    """To the console, or wherever the role leads."""
    # From a network of one's own: all of us together sign in more often than one network may.
    page.set_extra_http_headers({"X-Forwarded-For": f"203.0.113.{next(_NETWORKS) % 250 + 1}"})
    page.goto(f"{house.pages}/sign-in")
    page.locator("input[name=company_id]").fill(company)
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.locator("form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.set_extra_http_headers({})


def operator_signs_in(page: Page, house: House, role: str, name: str = "") -> None:
    """Into the operators' portal, as somebody with this role who has just shown the second factor; `name` tells two apart."""
    name, token = name or role.title(), secrets.token_urlsafe(32)
    who = """INSERT INTO platform.operator (email, name, role, language, time_zone, created_at, joined_at)
             VALUES (%s, %s, %s, 'en', 'UTC', now(), now()) ON CONFLICT (email) DO UPDATE SET role = EXCLUDED.role RETURNING id"""
    session = """INSERT INTO platform.operator_session (operator_id, token_hash, created_at, last_used_at, proved_at, ip, device)
                 VALUES (%s, %s, now(), now(), now(), '127.0.0.1', '')"""
    with house.database() as database:
        (id,) = database.execute(who, [f"{name.lower()}@operators.example", name, role]).fetchone()
        database.execute(session, [id, hashlib.sha256(token.encode()).hexdigest()])
    page.context.add_cookies([{"name": "laike-operator", "value": token, "url": house.pages}])
    page.goto(f"{house.pages}/operator/companies")


def sign_out(page: Page, house: House) -> None:
    page.goto(f"{house.pages}/manage")
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url("**/sign-in*")


def sign_up(page: Page, house: House, company_id: str, name: str, email: str, administrator: str = "Hanna") -> str:
    """Sign up with `OWN_PASSWORD`, and give back the line to embed."""
    # From a network of its own: nobody may open many companies from one.
    page.set_extra_http_headers({"X-Forwarded-For": f"198.51.100.{zlib.crc32(company_id.encode()) % 250 + 1}"})
    page.goto(f"{house.pages}/sign-up")
    page.get_by_label("Company name").fill(name)
    page.get_by_label("Company ID").fill(company_id)
    page.get_by_label("Your name").fill(administrator)
    page.get_by_label("Your e-mail address").fill(email)
    page.locator("input[name=password]").fill(OWN_PASSWORD)
    page.get_by_label("I agree to the").check()
    page.get_by_role("button", name="Sign up").click()
    page.wait_for_url("**/manage/first-steps")
    page.set_extra_http_headers({})
    return html.unescape(re.search(r"&lt;script[^<]*?&gt;&lt;/script&gt;", page.content())[0])


def say(window: Frame, text: str) -> None:
    """As a visitor."""
    box = window.get_by_role("textbox", name="Write a message")
    box.fill(text)
    box.press("Enter")


def accept(console: Page, text: str) -> None:
    """Take the visitor who wrote that."""
    console.get_by_role("link", name=re.compile(re.escape(text))).first.click()
    console.get_by_role("button", name="Accept").click()
    expect(console.get_by_role("textbox", name="Write an answer")).to_be_visible()


def answer(console: Page, text: str) -> None:
    box = console.get_by_role("textbox", name="Write an answer")
    box.fill(text)
    box.press("Enter")


def end(console: Page) -> None:
    """End the conversation on the screen, and wait until it can no longer be taken back."""
    console.get_by_role("button", name="End the conversation", exact=True).click()
    expect(console.get_by_role("button", name="Undo")).to_be_visible()
    expect(console.get_by_role("button", name="Undo")).to_be_hidden()


def choose_presence(console: Page, presence: str) -> None:
    """From the sheet behind one's own face, in English."""
    console.get_by_role("button", name=re.compile("My state")).click()
    console.get_by_role("group", name="My state").get_by_role("button", name=presence).click()


def choose_assignment(olga: Page, house: House, way: str, **fields: str) -> None:
    """How waiting visitors reach agents, by the owner in the management centre."""
    olga.goto(f"{house.pages}/manage/assignment")
    olga.locator(f"input[name=assignment][value={way}]").check()
    for name, value in fields.items():
        olga.locator(f"input[name={name}]").fill(value)
    olga.get_by_role("button", name="Save").click()
    expect(olga.get_by_text("Saved.")).to_be_visible()
