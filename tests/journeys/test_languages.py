"""A Chinese visitor on a phone in the dark, a Chinese agent, and every page without a fault for a screen reader."""

import re

import pytest
import requests
from journeys.people import open_window, sign_in
from playwright.sync_api import expect

pytestmark = pytest.mark.timeout(400)

DEMO = {"member_id": 2, "role_id": 2, "department_id": 1, "site_id": 1}
# Parts of pages, files, and the page that shows somebody else's site with our window in it.
NO_PAGES = {
    "manage.sign_ups.look_at_company_id",
    "manage.members.export",
    "manage.first_steps.try_chat",
    "manage.plan_documents.invoices",
}
FILE = re.compile(r"\.(csv|xlsx|json)$")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "color_scheme": "dark"}


def test_a_chinese_visitor_is_answered_in_chinese(house, person, picture, accessible):
    agent = person(locale="zh-CN")
    agent.goto(f"{house.pages}/sign-in")
    agent.get_by_label("公司 ID").fill("acme")
    agent.get_by_label("工号或邮箱地址").fill("1003")
    agent.locator("input[name=password]").fill(house.password)
    picture(agent, "sign-in")
    agent.get_by_role("button", name="登录", exact=True).click()
    agent.wait_for_url("**/console*")

    visitor = person(locale="zh-CN", **PHONE)
    visitor.goto(f"{house.demo_site}/zh/")
    window = open_window(visitor)
    box = window.get_by_role("textbox", name="输入消息")
    box.fill("请问有绿茶吗？")
    box.press("Enter")
    expect(window.get_by_text("已发送")).to_be_visible()
    picture(visitor, "window")
    accessible(window, "window")

    agent.get_by_role("link", name=re.compile("请问有绿茶吗")).click()
    agent.get_by_role("button", name="接待").click()
    answer = agent.get_by_role("textbox", name="输入回复")
    answer.fill("有的，明前龙井。")
    answer.press("Enter")
    expect(window.get_by_text("有的，明前龙井。")).to_be_visible()
    picture(agent, "console")
    accessible(agent, "console")


@pytest.mark.parametrize("look", [{"locale": "en-US"}, {"locale": "zh-TW", **PHONE}], ids=["desktop", "phone"])
def test_every_page_is_fit_for_a_screen_reader(app, house, person, picture, accessible, look):
    stranger, olga = person(**look), person(**look)
    sign_in(olga, house, "acme", "1001", house.password)
    for address in pages_of(app):
        for somebody in (olga, stranger) if is_for_strangers(house.pages + address) else (olga,):
            somebody.goto(house.pages + address)
            accessible(somebody, f"{address} in {look['locale']}")
        picture(olga, address.strip("/").replace("/", "-") or "home")


def is_for_strangers(address: str) -> bool:
    """Whether somebody who has not signed in sees something else than the way in."""
    answer = requests.get(address, timeout=10, allow_redirects=False)
    return "next=" not in answer.headers.get("Location", "")


def pages_of(app) -> list[str]:
    """Every page of the management centre and of coming in, with the demo company's things."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("manage.") and "GET" in rule.methods]
    known = [
        rule for rule in rules if rule.arguments <= DEMO.keys() and rule.endpoint not in NO_PAGES and not FILE.search(rule.rule)
    ]
    return sorted(rule.build(DEMO, append_unknown=False)[1] for rule in known)
