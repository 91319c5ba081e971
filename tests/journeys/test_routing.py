"""Visitors from two places reach two departments, choose from a list, and everybody can see why.  On a desk and a phone."""

import re

import pytest
from journeys.people import OWN_PASSWORD, House, answer, choose_assignment, choose_presence, open_window, say, sign_up
from journeys.places import way_from
from journeys.test_buying import link_to
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.timeout(400)

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
HANGZHOU, BEIJING = "202.101.172.35", "219.141.136.10"


def test_visitors_from_two_places_reach_two_departments_and_everybody_sees_why(
    house, person, customer_site, picture, accessible
):
    hanna = person()
    shop = customer_site(sign_up(hanna, house, "atlas", "Atlas", "hanna@atlas.example"))
    for department in ("Hangzhou", "Beijing"):
        hanna.goto(f"{house.pages}/manage/departments")
        hanna.get_by_label("New department").fill(department)
        hanna.get_by_role("button", name="Add department").click()
    ann, ben = (joined(hanna, person, house, *who) for who in (("Ann", "Hangzhou"), ("Ben", "Beijing")))
    choose_assignment(hanna, house, "service")
    for agent in (ann, ben):
        agent.goto(f"{house.pages}/console")
        choose_presence(agent, "Online")

    add_strategy(hanna, house, "East China", "浙江", "CN-ZJ", "Hangzhou", picture, accessible)
    add_strategy(hanna, house, "The north", "beijing", "CN-BJ", "Beijing")
    expect(hanna.get_by_text("2 strategies")).to_be_visible()
    accessible(hanna, "routing")
    picture(hanna, "2-rules")

    with way_from(HANGZHOU) as hangzhou, way_from(BEIJING) as beijing:
        for place, words, options, agent in (
            (hangzhou, "Where is my tea?", {}, ann),
            (beijing, "How cold is it there?", PHONE, ben),
        ):
            visitor = person(proxy=place, **options)
            visitor.goto(shop)
            window = open_window(visitor)
            say(window, words)
            expect(agent.get_by_text(words).first).to_be_visible()
            answer(agent, "One moment.")
            expect(window.get_by_text("One moment.")).to_be_visible()
    expect(ben.get_by_text("Where is my tea?")).to_have_count(0)
    expect(ann.get_by_text("How cold is it there?")).to_have_count(0)

    ann.get_by_role("tab", name="Why").click()
    expect(ann.get_by_text("visitors from China, Zhejiang, Hangzhou belong to Hangzhou (East China)")).to_be_visible()
    accessible(ann, "why")
    picture(ann, "3-why")
    expect(ann.get_by_text("does not receive visitors like this one").first).to_be_visible()
    number = re.search(r"/chats/(\d+)", ann.url)[1]

    hanna.goto(routing_of(hanna, house) + "/strategies/1")
    hanna.get_by_label("Hangzhou", exact=True).and_(hanna.locator("[name=departments]")).uncheck()
    hanna.get_by_label("Beijing", exact=True).and_(hanna.locator("[name=departments]")).check()
    hanna.get_by_role("button", name="Try it on last month's chats").click()
    tried = hanna.get_by_role("region", name="Tried on the last 30 days")
    expect(tried.get_by_text("1 conversation would have come to other people.")).to_be_visible()
    expect(tried.get_by_role("row", name="Hangzhou 1 person Beijing 1 person 1 China, Zhejiang, Hangzhou")).to_be_visible()
    expect(hanna.locator("[name=departments]").and_(hanna.get_by_label("Beijing", exact=True))).to_be_checked()
    accessible(hanna, "tried")
    picture(hanna, "4-tried")
    hanna.once("dialog", lambda dialog: dialog.accept())
    tried.get_by_role("link", name=f"Conversation {number}").click()
    expect(hanna.get_by_role("heading", name=re.compile("^Ann"))).to_be_visible()

    explained = explain(hanna, house, ip=HANGZHOU, page="https://shop.example/tea")
    expect(explained.get_by_text("China, Zhejiang, Hangzhou", exact=True)).to_be_visible()
    expect(explained.get_by_text("Ann would receive this visitor now.")).to_be_visible()
    accessible(hanna, "explanation")
    picture(hanna, "4-explained")
    choose_presence(ann, "Busy")
    hanna.reload()
    expect(hanna.get_by_text("Nobody would receive this visitor now.")).to_be_visible()
    hanna.get_by_label("Conversation number").fill(number)
    hanna.get_by_role("button", name="Explain").last.click()
    expect(hanna.get_by_role("heading", name=re.compile("^Ann"))).to_be_visible()
    picture(hanna, "5-past")

    pocket = person(**PHONE, locale="zh-CN", color_scheme="dark", storage_state=hanna.context.storage_state())
    for name, path in (("rules", ""), ("strategy", "/strategies/1"), ("explanation", f"/explanation?ip={HANGZHOU}")):
        pocket.goto(routing_of(hanna, house) + path)
        pocket.wait_for_load_state("networkidle")
        accessible(pocket, name)
        picture(pocket, f"6-phone-{name}")
        assert pocket.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def joined(hanna: Page, person, house: House, name: str, department: str) -> Page:
    """Hanna invites a colleague of this department, who joins: the colleague's browser."""
    address = f"{name.lower()}@atlas.example"
    hanna.goto(f"{house.pages}/manage/members/new")
    hanna.get_by_label("Name", exact=True).fill(name)
    hanna.get_by_label("E-mail address").fill(address)
    hanna.get_by_label("Role").select_option(label="Agent")
    hanna.get_by_label(department).check()
    hanna.locator("main form button[type=submit]").first.click()
    hanna.wait_for_url(lambda url: not url.endswith("/new"))
    colleague = person()
    colleague.goto(link_to(hanna, house, address))
    colleague.locator("input[name=password]").fill(OWN_PASSWORD)
    colleague.get_by_role("button", name=re.compile("^Join")).click()
    colleague.wait_for_url(lambda url: "/invitations/" not in url)
    return colleague


def add_strategy(
    hanna: Page, house: House, name: str, words: str, code: str, department: str, picture=None, accessible=None
) -> None:
    hanna.goto(routing_of(hanna, house))
    hanna.get_by_role("link", name="New strategy").click()
    hanna.get_by_label("Name", exact=True).fill(name)
    hanna.locator("input[name=departments]").and_(hanna.get_by_label(department, exact=True)).check()
    hanna.get_by_label("Find a place").fill(words)
    expect(hanna.locator("input[value=DE]")).to_be_hidden()
    hanna.locator(f"input[value={code}]").check()
    if picture:
        accessible(hanna, "strategy")
        picture(hanna, "1-strategy")
    hanna.get_by_role("button", name="Save").click()
    expect(hanna.get_by_text("Saved.")).to_be_visible()


def explain(hanna: Page, house: House, ip: str, page: str) -> Page:
    hanna.goto(routing_of(hanna, house))
    hanna.get_by_role("link", name="Try it with an address").click()
    hanna.get_by_label("IP address").fill(ip)
    hanna.get_by_label("Page").fill(page)
    hanna.get_by_role("button", name="Explain").first.click()
    return hanna


def routing_of(hanna: Page, house: House) -> str:
    """Where the rules of the company's only style are."""
    hanna.goto(f"{house.pages}/manage/styles")
    hanna.get_by_role("link", name="Set up").click()
    hanna.get_by_role("link", name="Routing").click()
    return hanna.url
