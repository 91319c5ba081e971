from datetime import timedelta

import pytest

from core.clock import now
from core.pages import address_of, ago, here, language_of, local_path, network


@pytest.mark.parametrize("address", ["/", "/manage/members?search=a&page=2", "/x#y", "/来客"])
def test_a_path_of_ours_may_be_gone_to(address):
    assert local_path(address, "/home") == address


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "manage",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:x",
        "/a\nb",
        "/\t/x",
        " /x",
        "/" * 2001,
    ],
)
def test_anything_else_may_not(address):
    assert local_path(address, "/home") == "/home"


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("x", "x"),
    ],
)
def test_a_household_is_one_network(app, address, counted_as):
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert network() == counted_as


def test_here_is_where_one_can_come_back_to(app):
    with app.test_request_context("/manage/members?search=a"):
        assert here() == "/manage/members?search=a"
    with app.test_request_context("/manage/members", method="POST"):
        assert here() == "/"


def test_an_address_needs_no_request(app):
    with app.app_context():
        assert address_of("manage.sign_ins.new", company_id="acme") == "http://localhost:8000/sign-in?company_id=acme"


def test_says_how_long_ago_within_a_day(app):
    with app.test_request_context():
        assert ago(now() - timedelta(minutes=5)) == "5 minutes ago"
        assert ago(now() + timedelta(hours=3, minutes=1)) == "in 3 hours"
        assert ", " in ago(now() - timedelta(days=3))


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh-TW", "zh_Hant"),
        ("zh-Hant-HK", "zh_Hant"),
        ("zh", "zh_Hans"),
        ("zh_CN", "zh_Hans"),
        ("en-GB", "en"),
        ("fr", "en"),
        (None, "en"),
    ],
)
def test_reads_the_language_of_a_browser(tag, language):
    assert language_of(tag) == language
