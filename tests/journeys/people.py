"""What people do in a journey."""

from dataclasses import dataclass

from playwright.sync_api import Frame, Page


@dataclass
class House:
    """A running Laike."""

    pages: str
    demo_site: str
    password: str


def window_of(page: Page) -> Frame:
    """The widget's window in a customer's page."""
    page.locator("laike-widget iframe").wait_for(state="attached")
    frame = page.locator("laike-widget iframe").element_handle().content_frame()
    frame.wait_for_selector("#app > *", state="attached")
    return frame


def open_window(page: Page) -> Frame:
    """Click the launcher, as a visitor does."""
    launcher = page.locator("laike-widget > button, laike-widget button").first
    if launcher.get_attribute("aria-expanded") != "true":
        launcher.click()
    return window_of(page)


def sign_in(page: Page, house: House, company: str, name: str, password: str) -> None:
    """To the console, or wherever the role leads."""
    page.goto(f"{house.pages}/sign-in")
    page.locator("input[name=company_id]").fill(company)
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.locator("form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def sign_out(page: Page, house: House) -> None:
    page.goto(f"{house.pages}/manage")
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url("**/sign-in*")
