import pytest

from chat.styles.styles import Style
from chat.styles.window_styles import WindowStyle
from core.db import db, transaction


@pytest.fixture(autouse=True)
def is_built(built):
    """The window is there."""


@pytest.fixture
def allowed(cast):
    """Only these sites may show the chat."""
    with transaction():
        db.session.merge(cast.site).allow(["https://shop.example", "https://*.cups.example"])


def policy_of(response) -> dict[str, str]:
    return dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))


def test_only_the_sites_own_domains_and_our_own_page_may_show_it(client, cast, allowed):
    policy = policy_of(client.get(f"/f/{cast.site.key}"))

    assert policy["frame-ancestors"] == "'self' https://shop.example https://*.cups.example"


def test_until_the_owner_says_which_any_site_may_show_it(client, cast):
    with transaction():
        db.session.merge(cast.site).allow([])

    assert policy_of(client.get(f"/f/{cast.site.key}"))["frame-ancestors"] == "*"


def test_runs_our_own_scripts_and_talks_to_us_alone(client, cast):
    policy = policy_of(client.get(f"/f/{cast.site.key}"))

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["connect-src"] == "'self' http://localhost:8001 ws://localhost:8001"


def test_may_be_shown_by_pages_that_isolate_themselves(client, cast):
    headers = client.get(f"/f/{cast.site.key}").headers

    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize(
    ("referrer", "status"),
    [
        ("https://shop.example/tea", 200),
        ("https://www.cups.example/", 200),
        ("http://localhost:8000/f/x", 200),
        ("", 200),
        ("https://evil.example/", 403),
        ("http://shop.example/", 403),
        ("https://cups.example/", 403),
        ("https://evilcups.example/", 403),
        ("https://shop.example.evil.example/", 403),
    ],
)
def test_a_foreign_page_gets_nothing(client, cast, allowed, referrer, status):
    assert client.get(f"/f/{cast.site.key}", headers={"Referer": referrer}).status_code == status


def test_a_companys_name_cannot_break_out(client, cast):
    with transaction():
        cast.acme.name = '"><script>alert(1)</script>'

    assert "<script>alert" not in client.get(f"/f/{cast.site.key}").get_data(as_text=True)


def test_as_a_page_of_its_own_it_may_be_linked_from_anywhere(client, cast, allowed):
    """Y-20."""
    link = {"Referer": "https://evil.example/", "Sec-Fetch-Dest": "document"}

    assert client.get(f"/f/{cast.site.key}", headers=link).status_code == 200


def test_is_dressed_before_it_says_anything(client, cast):
    """Y-08, W-23: nothing flickers."""
    with transaction():
        Style(cast.site).save(WindowStyle(heading='Hats & "Caps"', skin="ink", accent="#e8590c", scheme="dark"), by=cast.olga)

    page = client.get(f"/f/{cast.site.key}").get_data(as_text=True)

    assert "<title>Hats &amp; &#34;Caps&#34;</title>" in page
    assert 'data-skin="ink" data-accent="#e8590c" data-scheme="dark"' in page
