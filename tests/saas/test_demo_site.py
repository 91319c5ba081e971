import pytest

from saas.demo_site import SITE_KEY, create_site
from saas.demo_site.wares import PAGES, TEAS

ADDRESSES = [f"{start}{'' if page == 'home' else page}" for start in ("/", "/zh/") for page in (*PAGES, *TEAS)]


@pytest.fixture
def shop():
    return create_site("http://localhost:8000").test_client()


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_embeds_the_widget_by_one_line(shop, address):
    page = shop.get(address)

    line = f'<script async src="http://localhost:8000/w/{SITE_KEY}.js"></script>'
    assert page.status_code == 200
    assert page.text.count("<script") == 1
    assert page.text.partition(line)[2].split() == ["</body>", "</html>"]


def test_speaks_both_languages(shop):
    assert 'lang="en"' in shop.get("/rock-oolong").text
    assert "武夷岩茶" in shop.get("/zh/rock-oolong").text


@pytest.mark.parametrize("address", ["/nothing", "/fr/", "/zh/nothing", "/zh/zh"])
def test_has_no_other_pages(shop, address):
    assert shop.get(address).status_code == 404


def test_lets_nothing_in_but_the_widget(shop):
    policy = shop.get("/").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src http://localhost:8000;" in policy
    assert "frame-src http://localhost:8000;" in policy
    assert "img-src 'self' http://localhost:8000;" in policy
    assert "unsafe" not in policy
    assert "connect-src" not in policy


def test_keeps_to_its_policy(shop):
    for address in ADDRESSES:
        text = shop.get(address).text
        assert "style=" not in text
        assert "<style" not in text
        assert "onclick" not in text
