"""An operator sees what a company sees: with its consent, in front of its people's eyes, and not a moment longer."""

import pytest
from journeys.people import operator_signs_in, sign_up
from playwright.sync_api import expect

pytestmark = pytest.mark.timeout(600)


def test_G_10_O_03_consent_a_look_and_the_end_of_it(person, house, picture, accessible):
    olga, otto = person(), person()
    sign_up(olga, house, "windmill", "Windmill Ltd", "olga@windmill.example", "Olga")

    # Nobody of support may look; Otto asks.
    operator_signs_in(otto, house, "support", "Otto")
    otto.goto(f"{house.pages}/operator/companies/windmill/help")
    expect(otto.get_by_text("The company has not consented")).to_be_visible()
    picture(otto, "help")
    accessible(otto, "help")
    otto.get_by_role("link", name="Ask for consent").click()
    otto.get_by_label("Ticket").fill("T-812")
    otto.get_by_label("Reason").fill("The chat window stays white")
    picture(otto, "asking")
    otto.get_by_role("button", name="Ask the company").click()
    expect(otto.get_by_text("were asked")).to_be_visible()

    # Olga reads why, and allows an hour of looking.
    olga.goto(f"{house.pages}/manage")
    expect(olga.get_by_text("Support asks for your consent")).to_be_visible()
    olga.goto(f"{house.pages}/manage/support-access")
    expect(olga.get_by_text("The chat window stays white")).to_be_visible()
    picture(olga, "asked")
    accessible(olga, "asked")
    olga.get_by_label("For how long").select_option("1")
    olga.get_by_role("button", name="Allow").click()
    expect(olga.get_by_role("button", name="End it now")).to_be_visible()

    # Otto looks; both see that he does.
    otto.goto(f"{house.pages}/operator/companies/windmill/help/visit")
    otto.get_by_label("Ticket").fill("T-812")
    otto.get_by_label("Reason").fill("The chat window stays white")
    otto.get_by_role("button", name="Look inside").click()
    expect(otto.get_by_text("You are looking at Windmill Ltd as Olga")).to_be_visible()
    otto.get_by_role("link", name="Company settings").click()
    expect(otto.get_by_role("heading", name="Company settings")).to_be_visible()
    picture(otto, "visit")
    accessible(otto, "visit")
    otto.goto(f"{house.pages}/manage/support-access")
    expect(otto.get_by_text("no part of a visit")).to_be_visible()
    expect(otto.get_by_role("button", name="Leave")).to_be_visible()
    picture(otto, "refused")
    olga.goto(f"{house.pages}/manage/support-access")
    expect(olga.get_by_text("A platform operator is looking at your account").first).to_be_visible()
    olga.get_by_role("link", name="See what was looked at").click()
    expect(olga.get_by_text("/manage/settings")).to_be_visible()
    picture(olga, "looks")
    accessible(olga, "looks")

    # She ends it, and he is out.
    olga.go_back()
    picture(olga, "in-force")
    olga.get_by_role("button", name="End it now").click()
    expect(olga.get_by_text("Support cannot look inside")).to_be_visible()
    otto.goto(f"{house.pages}/manage/members")
    expect(otto.get_by_text("This visit is over")).to_be_visible()
    otto.goto(f"{house.pages}/operator/looking-inside")
    expect(otto.get_by_role("cell", name="The chat window stays white")).to_be_visible()
    picture(otto, "list")
    accessible(otto, "list")
