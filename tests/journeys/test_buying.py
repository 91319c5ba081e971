"""A company's trial ends, it buys what it needs, and goes back to the free edition with everything it had."""

import re
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
import requests
from journeys.people import OWN_PASSWORD, House, sign_in, sign_up
from playwright.sync_api import Page, expect

from billing.vouchers import hash_of, new_code
from saas.embedded import Postgres

pytestmark = pytest.mark.timeout(600)

DECLINED, GOOD = "4000000000000002", "4242424242424242"
MONTH = 32 * 24 * 3600
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def test_from_the_trial_to_the_free_edition_with_all_data_kept(house, person, picture, accessible):
    hanna = person()
    sign_up(hanna, house, "scarves", "Scarves & Co", "hanna@scarves.example")
    hanna.goto(f"{house.pages}/manage/plan")
    expect(hanna.get_by_text("On trial: 15 days left.")).to_be_visible()
    accessible(hanna, "plan")
    picture(hanna, "1-trial")
    for name in ("Ann", "Ben", "Cai"):
        expect(invited(hanna, person, house, name).get_by_text("Visitor chats").first).to_be_visible()

    end_trial(house, "scarves")
    hanna.goto(f"{house.pages}/manage/plan")
    expect(hanna.get_by_role("heading", name="Free", exact=True)).to_be_visible()
    fourth = invited(hanna, person, house, "Dot")
    expect(fourth.get_by_role("heading", name="All 3 seats are in use")).to_be_visible()
    expect(fourth.get_by_text(re.compile("ask your administrator"))).to_be_visible()
    picture(fourth, "2-no-seat")

    hanna.goto(f"{house.pages}/manage/plan/prices")
    accessible(hanna, "prices")
    picture(hanna, "3-prices")
    hanna.get_by_role("spinbutton", name="Seats").first.fill("5")
    hanna.get_by_role("button", name="Continue").click()
    expect(hanna.get_by_text("$75.00")).to_be_visible()
    accessible(hanna, "order")
    picture(hanna, "4-order")
    hanna.get_by_role("button", name="Subscribe by card").click()
    stripe = pay_by_card(hanna, DECLINED)
    expect(hanna.get_by_text("Your card was declined.")).to_be_visible()
    picture(hanna, "5-declined")
    pay_by_card(hanna, GOOD)
    expect(hanna.get_by_role("heading", name="Paid. Thank you.")).to_be_visible()
    accessible(hanna, "payment")
    picture(hanna, "6-paid")
    hanna.get_by_role("link", name="See your plan").click()
    expect(hanna.get_by_text("5 seats × $15.00 = $75.00")).to_be_visible()

    fourth.reload()
    expect(fourth.get_by_text("Visitor chats").first).to_be_visible()

    buy(hanna, house, "Top up $100.00")
    hanna.get_by_role("button", name=re.compile("Pay .* by card, Alipay or WeChat Pay")).click()
    hanna.get_by_label("WeChat Pay").check()
    hanna.get_by_role("button", name=re.compile("^Pay")).click()
    hanna.get_by_role("button", name="I pay, and it arrives in ten minutes").click()
    expect(hanna.get_by_role("heading", name="Waiting for your payment")).to_be_visible()
    accessible(hanna, "waiting")
    advance(stripe, 11 * 60)
    expect(hanna.get_by_role("heading", name="Paid. Thank you.")).to_be_visible(timeout=30_000)
    buy(hanna, house, "Regional routing")
    hanna.get_by_role("button", name="Pay $59.00 from the wallet").click()
    expect(hanna.get_by_text("Paid from the wallet.")).to_be_visible()
    with hanna.expect_download() as download:
        hanna.get_by_role("link", name=re.compile("Download receipt")).click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")

    hanna.goto(f"{house.pages}/manage/plan/vouchers")
    hanna.get_by_label("Code").fill("WRONG-CODE")
    hanna.get_by_role("button", name="Redeem").click()
    expect(hanna.get_by_text("This code cannot be redeemed.")).to_be_visible()
    hanna.get_by_label("Code").fill(style_voucher(house).lower())
    hanna.get_by_label("For which style").first.select_option(label="Scarves & Co")
    hanna.get_by_role("button", name="Redeem").click()
    expect(hanna.get_by_text("Redeemed: a style for 12 months.")).to_be_visible()
    expect(hanna.get_by_text(re.compile("^Until")).first).to_be_visible()
    accessible(hanna, "vouchers")
    picture(hanna, "7-voucher")

    hanna.goto(f"{house.pages}/manage/plan/statement")
    expect(hanna.get_by_role("cell", name="$41.00")).to_be_visible()
    expect(hanna.locator(".chart canvas")).to_be_visible()
    accessible(hanna, "statement")
    picture(hanna, "8-statement")
    hanna.goto(f"{house.pages}/manage/plan/documents")
    expect(hanna.get_by_role("link", name="See INV")).to_have_count(0)
    expect(hanna.get_by_role("link", name=re.compile("^PDF R-"))).to_have_count(3)
    accessible(hanna, "documents")
    assert "receipt for order" in mails(hanna, house)
    look_around(hanna, person, house, picture)

    hanna.goto(f"{house.pages}/manage/plan")
    hanna.get_by_role("link", name="Cancel the subscription").click()
    expect(hanna.get_by_text("Agents online at the same time")).to_be_visible()
    accessible(hanna, "cancellation")
    picture(hanna, "9-cancellation")
    hanna.get_by_role("button", name="Cancel at the end of the period").click()
    expect(hanna.get_by_text(re.compile("Your subscription ends on")).first).to_be_visible()
    advance(stripe, MONTH)

    expect(fourth.get_by_text("Your seat was released")).to_be_visible(timeout=60_000)
    hanna.goto(f"{house.pages}/manage/plan")
    expect(hanna.get_by_role("heading", name="Free", exact=True)).to_be_visible()
    expect(hanna.get_by_text(re.compile("of 3"))).to_be_visible()
    expect(hanna.get_by_role("listitem").filter(has_text="Regional routing").get_by_text(re.compile("^Until"))).to_be_visible()
    expect(hanna.get_by_role("listitem").filter(has_text="Open API").get_by_text("Not included")).to_be_visible()
    picture(hanna, "10-free-again")
    hanna.goto(f"{house.pages}/manage/members")
    for name in ("Hanna", "Ann", "Ben", "Cai", "Dot"):
        expect(hanna.get_by_role("link", name=re.compile(name)).first).to_be_visible()
    hanna.goto(f"{house.pages}/manage/styles")
    expect(hanna.get_by_text(re.compile("^Until")).first).to_be_visible()
    assert "your subscription has ended" in mails(hanna, house)
    # Whoever buys next in this house does so by the real clock.
    advance(stripe, -MONTH - 11 * 60)
    faults = requests.get(f"{stripe}/_ctl/state", timeout=10).json()
    assert (faults["dishonest"], faults["unimplemented"]) == ([], [])


def invited(hanna: Page, person, house: House, name: str) -> Page:
    """Hanna invites a colleague, who joins: the colleague's browser."""
    address = f"{name.lower()}@scarves.example"
    hanna.goto(f"{house.pages}/manage/members/new")
    hanna.get_by_label("Name", exact=True).fill(name)
    hanna.get_by_label("E-mail address").fill(address)
    hanna.get_by_label("Role").select_option(label="Agent")
    hanna.locator("main form button[type=submit]").first.click()
    hanna.wait_for_url(lambda url: not url.endswith("/new"))
    colleague = person()
    colleague.goto(link_to(hanna, house, address))
    colleague.locator("input[name=password]").fill(OWN_PASSWORD)
    colleague.get_by_role("button", name=re.compile("^Join")).click()
    colleague.wait_for_url(lambda url: "/invitations/" not in url)
    return colleague


def link_to(page: Page, house: House, address: str) -> str:
    """The link in the invitation, which a worker sends in a moment."""
    page.goto(f"{house.pages}/dev/outbox")
    for _ in range(60):
        mail = page.get_by_role("listitem").filter(has_text=address)
        if mail.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    mail.first.get_by_role("link").first.click()
    return page.locator("a[href*='/invitations/']").get_attribute("href")


def mails(page: Page, house: House) -> str:
    """What the outbox holds, as soon as the workers are done."""
    page.goto(f"{house.pages}/dev/outbox")
    return page.content()


def end_trial(house: House, company_id: str) -> None:
    """As if fifteen days had passed."""
    with database(house) as connection:
        connection.execute(
            "UPDATE platform.grant SET valid_from = valid_from - interval '15 days', valid_until = valid_until - interval '15 days'"
            " WHERE reason = 'trial:professional' AND company_id = (SELECT id FROM platform.company WHERE company_id = %s)",
            [company_id],
        )


def style_voucher(house: House) -> str:
    """A code as an operator would hand it out."""
    code = new_code()
    with database(house) as connection:
        connection.execute(
            "INSERT INTO platform.voucher (code_hash, gives, expires_at, issued_at)"
            " VALUES (%s, '{\"style_months\": 12}', now() + interval '1 year', now())",
            [hash_of(code)],
        )
    return code


@contextmanager
def database(house: House):
    """The house's own, as its administrator."""
    with Postgres(house.folder / "postgres") as postgres, psycopg.connect(postgres.url("laike"), autocommit=True) as connection:
        yield connection


def pay_by_card(page: Page, number: str) -> str:
    """On the provider's page; gives its origin."""
    page.get_by_label("Card number").fill(number)
    address = urlsplit(page.url)
    page.locator("button[name=action][value=pay]").click()
    return f"{address.scheme}://{address.netloc}"


def advance(stripe: str, seconds: int) -> None:
    """Put the provider's clock forward; it does what was due, and tells."""
    requests.post(f"{stripe}/_ctl/advance", json={"seconds": seconds}, timeout=60).raise_for_status()


def buy(page: Page, house: House, what: str) -> None:
    """To the order, from the price page."""
    page.goto(f"{house.pages}/manage/plan/prices")
    page.get_by_role("region", name=what, exact=True).get_by_role("button").click()
    page.get_by_role("heading", name="Your order").wait_for()


def look_around(hanna: Page, person, house: House, picture) -> None:
    """The same pages on a phone, in the dark, and in Chinese."""
    looks = {"phone": PHONE, "dark": {"color_scheme": "dark"}, "zh": {"locale": "zh-CN"}}
    for look, options in looks.items():
        page = person(**options)
        sign_in(page, house, "scarves", "hanna@scarves.example", OWN_PASSWORD)
        for name in ("plan", "plan/prices", "plan/statement", "plan/vouchers", "plan/subscription", "plan/documents"):
            page.goto(f"{house.pages}/manage/{name}" + ("?lang=zh_Hans" if look == "zh" else ""))
            page.wait_for_load_state("networkidle")
            picture(page, f"{look}-{name.rpartition('/')[2]}")
