"""An operator looks for a company with what is at hand, and looks at it."""

import re

from journeys.people import operator_signs_in
from playwright.sync_api import expect


def test_an_operator_finds_a_company_and_sees_how_it_stands(person, house, agent, visitor, picture, accessible):
    agent("1002")
    visitor("Do you ship to Norway?")
    page = person()
    operator_signs_in(page, house, "owner", "Fiona")

    page.keyboard.press("/")
    page.keyboard.type("acm")
    expect(page.get_by_text("Found by company ID, name")).to_be_visible()
    expect(page).to_have_url(re.compile("search=acm"))
    picture(page, "found")
    accessible(page)

    page.get_by_role("link", name="Acme").click()
    expect(page.get_by_role("row", name=re.compile("Adam"))).to_be_visible()
    expect(page.get_by_role("region", name="Conversations today")).to_contain_text(re.compile("[1-9]"))
    picture(page, "overview")
    accessible(page)
    page.get_by_text("Show the addresses in full").click()
    page.get_by_label("Why do you need them?").fill("Ticket 812")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("olga@acme.example")).to_be_visible()

    page.get_by_role("link", name="Usage").click()
    expect(page.locator(".chart canvas").first).to_be_visible()
    picture(page, "usage")
    accessible(page)
    page.get_by_role("link", name="Rights").click()
    expect(page.get_by_role("region", name="Grants").first).to_contain_text("Trial")
    picture(page, "rights")
    accessible(page)
