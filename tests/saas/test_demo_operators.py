"""The demo's operators come in with a browser alone."""

import re

import pytest
from opal import is_in

from saas.demo import PASSWORD
from saas.demo_operators import PEOPLE, make_operators


@pytest.fixture
def demo(app, context, monkeypatch):
    monkeypatch.setitem(app.config, "DEMO", True)
    make_operators(PASSWORD)
    make_operators(PASSWORD)


def test_their_codes_are_on_a_page_and_let_in(client, demo):
    email = PEOPLE[0][0]
    client.post("/operator/sign-in", data={"email": email, "password": PASSWORD})
    assert "/dev/operator-code" in client.get("/operator/second-step").text

    for _ in range(2):
        code = re.search(r"<code>(\d{3} \d{3})</code>", client.get("/dev/operator-code").text)[1]
        assert client.post("/operator/second-step", data={"code": code}).status_code == 302
        assert is_in(client)
        client.post("/operator/sign-out")
        client.post("/operator/sign-in", data={"email": email, "password": PASSWORD})


def test_outside_of_the_demo_there_is_no_such_page(client, context):
    assert client.get("/dev/operator-code").status_code == 404
