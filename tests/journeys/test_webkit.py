"""Safari's engine: a visitor writes from it, and is known again after a reload."""

import os
import re

import pytest
from journeys.people import sign_in
from journeys.webkit import webkit_on
from playwright.sync_api import expect
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tools.browser import webkit as find_webkit

pytestmark = pytest.mark.timeout(300)
PATIENCE = 20


@pytest.fixture
def safari():
    found = find_webkit()
    if found is None and not os.environ.get("CI"):
        pytest.skip("there is no WebKit here; on Debian: apt-get install webkit2gtk-driver xvfb")
    with webkit_on(*found) as browser:
        browser.set_page_load_timeout(60)
        yield browser


def test_a_visitor_in_webkit_is_answered_and_known_again(house, person, safari):
    adam = person()
    sign_in(adam, house, "acme", "1002", house.password)
    adam.goto(f"{house.pages}/console")

    safari.get(house.demo_site)
    open_window(safari)
    write(safari, "Hello from another engine 你好")
    adam.get_by_role("link", name=re.compile("Hello from another engine")).click()
    adam.get_by_role("button", name="Accept").click()
    answer = adam.get_by_role("textbox", name="Write an answer")
    answer.fill("Good evening 晚上好")
    answer.press("Enter")
    see(safari, "Good evening 晚上好")

    safari.refresh()
    open_window(safari)
    see(safari, "Hello from another engine 你好")
    see(safari, "Good evening 晚上好")
    write(safari, "Still me")
    expect(adam.get_by_role("log").get_by_text("Still me")).to_have_count(1)
    assert safari.get_cookies() == []


def open_window(browser) -> None:
    """Click the launcher and step into the frame."""
    browser.switch_to.default_content()
    root = wait_for(browser, lambda: browser.execute_script("return document.querySelector('laike-widget').shadowRoot"))
    wait_for(browser, lambda: root.find_element(By.CSS_SELECTOR, "button")).click()
    browser.switch_to.frame(wait_for(browser, lambda: root.find_element(By.CSS_SELECTOR, "iframe")))


def write(browser, text: str) -> None:
    box = wait_for(browser, lambda: browser.find_element(By.CSS_SELECTOR, "textarea"))
    wait_for(browser, box.is_displayed)
    # Its driver cannot give the focus to what lies in a frame; a click can.
    box.click()
    ActionChains(browser).send_keys(text, Keys.ENTER).perform()
    see(browser, text)


def see(browser, text: str) -> None:
    wait_for(browser, lambda: text in browser.find_element(By.TAG_NAME, "main").text)


def wait_for(browser, what):
    return WebDriverWait(browser, PATIENCE, ignored_exceptions=[Exception]).until(lambda _: what())
