"""Where the portal is: its host, its networks; and no form of it goes through without our own token."""

import re

import pytest
from opal import Opal, is_in

from operators.mails import portal_address
from saas.config import ConfigError, read

OWN_HOST = {"base_url": "http://operators.localhost:8000"}
PUBLIC = {"base_url": "http://localhost:8000"}


@pytest.fixture
def own_host(app, monkeypatch):
    """The portal is at a host of its own."""
    monkeypatch.setitem(app.config, "OPERATOR_URL", OWN_HOST["base_url"])
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["localhost", "operators.localhost"])


def test_the_portal_is_at_its_host_alone(client, own_host):
    assert client.get("/operator/sign-in", **OWN_HOST).status_code == 200
    assert client.get("/operator/sign-in", **PUBLIC).status_code == 404
    assert client.get("/", **OWN_HOST).location == "/operator/companies"
    assert client.get("/", **PUBLIC).location == "/manage"


@pytest.mark.parametrize("page", ["/sign-in", "/sign-up", "/manage", "/console", "/dev/outbox", "/w/x.js"])
def test_and_nothing_else_is_there(client, own_host, page):
    assert client.get(page, **OWN_HOST).status_code == 404
    assert client.get(page, **PUBLIC).status_code in (200, 302, 404)


def test_its_pages_lead_to_no_door_of_another_host(app, client, own_host, opal_at_home):
    pages = ["/operator/sign-in", "/operator/security", "/operator/nothing", "/nothing"]

    for page in pages:
        text = opal_at_home.get(page, **OWN_HOST).text
        for address in re.findall(r'(?:href|action|hx-post)="(/[^"]*)"', text):
            assert address.startswith(("/operator", "/a/")) or address == "/", f"{page}: {address}"


@pytest.fixture
def opal_at_home(app, context):
    opal, browser = Opal(), app.test_client()
    browser.post("/operator/sign-in", data={"email": opal.email, "password": opal.password}, **OWN_HOST)
    browser.post("/operator/second-step", data={"code": opal.code()}, **OWN_HOST)
    return browser


def test_mails_and_passkeys_are_the_portals(client, own_host, context):
    assert portal_address("security.show") == "http://operators.localhost:8000/operator/security"
    assert client.post("/operator/sign-in/passkey/options", **OWN_HOST).json["rpId"] == "operators.localhost"


@pytest.mark.parametrize(("ip", "status"), [("203.0.113.7", 200), ("2001:db8::1", 200), ("203.0.114.7", 404), ("", 404)])
def test_only_its_networks_see_it(app, client, monkeypatch, ip, status):
    networks = read(GOOD | {"OPERATOR_NETWORKS": "203.0.113.0/24 2001:db8::/48"})["OPERATOR_NETWORKS"]
    monkeypatch.setitem(app.config, "OPERATOR_NETWORKS", networks)

    assert client.get("/operator/sign-in", environ_base={"REMOTE_ADDR": ip}).status_code == status


def test_a_session_from_outside_is_worth_nothing(app, client, context, monkeypatch):
    Opal().sign_in(client)
    assert is_in(client)

    assert client.get("/operator/security", environ_base={"REMOTE_ADDR": "203.0.113.7"}).status_code == 404


GOOD = {
    "SECRET_KEY": "x7" * 20,
    "TENANT_DATABASE_URL": "postgresql://app@localhost/laike",
    "PLATFORM_DATABASE_URL": "postgresql://platform@localhost/laike",
    "REDIS_URL": "redis://localhost",
    "MAIL_URL": "catcher:",
}


def test_without_a_setting_it_is_where_all_is_and_for_this_machine_alone():
    settings = read(GOOD | {"PUBLIC_URL": "https://chat.example.com"})

    assert settings["OPERATOR_URL"] == "https://chat.example.com"
    assert list(map(str, settings["OPERATOR_NETWORKS"])) == ["127.0.0.0/8", "::1/128"]
    assert "0.0.0.0/0" in map(str, read(GOOD | {"DEMO": "yes"})["OPERATOR_NETWORKS"])


def test_its_host_is_trusted():
    settings = read(GOOD | {"PUBLIC_URL": "https://chat.example.com", "OPERATOR_URL": "https://ops.example.com"})

    assert settings["TRUSTED_HOSTS"] == ["chat.example.com", "ops.example.com"]


@pytest.mark.parametrize(
    ("odd", "sentence"),
    [
        ({"OPERATOR_NETWORKS": "office"}, "OPERATOR_NETWORKS: expected networks"),
        ({"OPERATOR_URL": "https://ops.example.com"}, "expected http: like PUBLIC_URL"),
    ],
)
def test_odd_settings_are_refused(odd, sentence):
    with pytest.raises(ConfigError, match=sentence):
        read(GOOD | odd)


def test_its_cookie_is_sent_by_no_other_site_and_over_https_alone(app, context, monkeypatch):
    monkeypatch.setitem(app.config, "OPERATOR_URL", "https://localhost:8000")
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
    opal, browser = Opal(), app.test_client()
    at = {"base_url": "https://localhost:8000"}
    browser.post("/operator/sign-in", data={"email": opal.email, "password": opal.password}, **at)

    answer = browser.post("/operator/second-step", data={"code": opal.code()}, **at)

    [cookie] = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("__Host-laike-operator=")]
    for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
