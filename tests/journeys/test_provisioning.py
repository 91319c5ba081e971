"""The company's directory takes an agent off while he talks: his console closes, his visitor waits for the others."""

import pytest
import requests
from journeys.people import accept, sign_in
from playwright.sync_api import expect

pytestmark = pytest.mark.timeout(300)

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def test_who_is_taken_off_by_the_directory(house, person, agent, visitor, picture, accessible):
    olga = person()
    sign_in(olga, house, "acme", "1001", house.password)
    olga.goto(f"{house.pages}/manage/security")
    olga.locator("a[href$='/security/provisioning']").click()
    olga.get_by_label("Name of a new token").fill("Okta")
    olga.get_by_role("button", name="Make a token").click()
    expect(olga.get_by_text("Copy it now")).to_be_visible()
    accessible(olga, "provisioning")
    picture(olga, "1-token")
    token = olga.get_by_role("textbox", name="Token", exact=True).inner_text()
    base = olga.get_by_role("textbox", name="Base address").inner_text()

    adam = agent("1002")
    visitor("Where is my parcel?")
    accept(adam, "Where is my parcel?")
    directory = requests.Session()
    directory.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}
    people = directory.get(f"{base}/Users", timeout=10).json()["Resources"]
    id = next(one["id"] for one in people if one["displayName"] == "Adam")

    def say_active(value: str) -> None:
        message = {"schemas": [PATCH], "Operations": [{"op": "Replace", "path": "active", "value": value}]}
        assert directory.patch(f"{base}/Users/{id}", json=message, timeout=10).status_code == 200

    say_active("False")
    expect(adam.locator(".rail")).to_be_hidden()
    picture(adam, "2-closed")
    adam.goto(f"{house.pages}/console")
    expect(adam.get_by_role("heading", name="Sign in")).to_be_visible()
    olga.goto(f"{house.pages}/manage/security/provisioning")
    expect(olga.get_by_text("Taken off by your directory")).to_be_visible()
    expect(olga.get_by_text(token)).to_have_count(0)
    accessible(olga, "taken off")
    picture(olga, "3-taken-off")
    olga.set_viewport_size({"width": 390, "height": 844})
    olga.emulate_media(color_scheme="dark")
    picture(olga, "4-phone")
    olga.set_viewport_size({"width": 1440, "height": 900})
    olga.goto(f"{house.pages}/console")
    accept(olga, "Where is my parcel?")

    say_active("True")
    sign_in(adam, house, "acme", "1002", house.password)
    adam.goto(f"{house.pages}/console")
    expect(adam.locator(".rail")).to_be_visible()
