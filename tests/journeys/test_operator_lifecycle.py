"""An operator suspends a company: its people only read, its visitors only leave messages; and then all goes on."""

import pytest
from journeys.people import accept, answer, open_window, operator_signs_in, say, sign_up
from playwright.sync_api import expect

pytestmark = pytest.mark.timeout(600)


def test_O_03_suspended_and_resumed(person, house, customer_site, picture, accessible):
    olga, opal, vera, late = person(), person(), person(), person()
    shop = customer_site(sign_up(olga, house, "teapot", "Teapot Ltd", "olga@teapot.example", "Olga"))
    olga.goto(f"{house.pages}/console")
    vera.goto(shop)
    window = open_window(vera)
    say(window, "Is the blue one there?")
    accept(olga, "Is the blue one there?")
    late.goto(shop)

    operator_signs_in(opal, house, "owner", "Opal")
    opal.goto(f"{house.pages}/operator/companies/teapot/manage")
    picture(opal, "manage")
    accessible(opal, "manage")
    opal.get_by_role("link", name="Suspend").click()
    opal.get_by_label("What its people are told").fill("Your invoice is open. Pay it, and write to us.")
    opal.get_by_label("Reason").fill("Ticket 812")
    picture(opal, "suspending")
    accessible(opal, "suspending")
    opal.get_by_role("button", name="Suspend the company").click()
    expect(opal.get_by_text("Teapot Ltd is suspended.")).to_be_visible()

    # The open console hears of it; what goes on is ended in peace; whoever comes now finds the form.
    expect(olga.get_by_text("Your invoice is open. Pay it, and write to us.").first).to_be_visible()
    expect(olga.locator(".console--standstill")).to_be_visible()
    picture(olga, "console")
    answer(olga, "It is, until Friday.")
    expect(window.get_by_text("It is, until Friday.")).to_be_visible()
    form = open_window(late)
    expect(form.get_by_label("Your message")).to_be_visible()
    picture(late, "form")
    olga.goto(f"{house.pages}/manage/settings")
    expect(olga.get_by_text("Your invoice is open. Pay it, and write to us.").first).to_be_visible()
    picture(olga, "settings")

    opal.get_by_role("link", name="Resume").click()
    opal.get_by_label("Reason").fill("They have paid")
    opal.get_by_role("button", name="Let it work again").click()
    expect(opal.get_by_text("Teapot Ltd works again.")).to_be_visible()
    opal.get_by_role("link", name="Notes and timeline").click()
    expect(opal.get_by_text("Company resumed")).to_be_visible()
    picture(opal, "timeline")
    accessible(opal, "timeline")

    olga.goto(f"{house.pages}/console")
    expect(olga.locator(".console--standstill")).to_have_count(0)
    say(form, "And the green one?")
    accept(olga, "And the green one?")
