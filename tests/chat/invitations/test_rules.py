"""Whom a rule means, and what a style may say."""

from dataclasses import replace

import pytest
from inviting import EVERYBODY, come

from chat.invitations.rules import RULES_AT_MOST, InvitationRule, Invitations
from chat.places.page_patterns import is_page_like
from chat.places.places import Place
from core.errors import Invalid

HATS = "https://shop.example/hats/blue?size=7"


@pytest.mark.parametrize(
    ("pattern", "is_so"),
    [
        ("/hats/*", True),
        ("/hats/blue", True),
        ("/hats/blue/", True),
        ("/HATS/Blue", True),
        ("/hats", False),
        ("*blue", True),
        ("shop.example/*", True),
        ("*.example/hats/*", True),
        ("https://shop.example/hats/blue", True),
        ("http://shop.example/*", False),
        ("/hats/blue?size=7", True),
        ("/hats/blue?size=8", False),
        ("/hats/*?*", True),
        ("other.example/*", False),
        ("*", True),
        ("/hats/(blue|red)", False),
    ],
)
def test_pages_are_meant_by_patterns(pattern, is_so):
    """I-05"""
    assert is_page_like(HATS, pattern) is is_so


def test_the_start_page_is_a_page():
    assert is_page_like("https://shop.example/", "/")
    assert is_page_like("https://shop.example", "/")


@pytest.mark.parametrize("url", ["", "not an address", "https://[broken", "javascript:alert(1)"])
def test_what_is_no_page_is_none(url):
    assert not is_page_like(url, "/hats")


def test_an_evil_pattern_costs_nothing():
    assert not is_page_like("https://shop.example/" + "a" * 2000, "/" + "a*" * 100 + "b")


@pytest.mark.parametrize(
    ("visitors", "least_visits", "count", "means"),
    [
        ("all", 2, 1, True),
        ("all", 2, 9, True),
        ("new", 2, 1, True),
        ("new", 2, 2, False),
        ("returning", 2, 1, False),
        ("returning", 2, 2, True),
        ("returning", 5, 4, False),
        ("returning", 5, 5, True),
    ],
)
def test_how_often_he_came(cast, visitors, least_visits, count, means):
    """I-04"""
    visit = come(cast.site)
    visit.visitor.visits_count = count

    assert replace(EVERYBODY, visitors=visitors, least_visits=least_visits).holds_for(visit) is means


@pytest.mark.parametrize(
    ("regions", "means"),
    [(("CN",), True), (("CN-GD",), True), (("440300",), True), (("CN-ZJ",), False), (("DE", "CN-GD"), True), ((), True)],
)
def test_where_he_is(cast, monkeypatch, regions, means):
    monkeypatch.setattr("chat.invitations.rules.place_of", lambda ip: Place("CN", "CN-GD", "440300"))

    assert replace(EVERYBODY, regions=regions).holds_for(come(cast.site)) is means


def test_whoever_is_nowhere_is_in_no_region(cast):
    assert not replace(EVERYBODY, regions=("CN",)).holds_for(come(cast.site, ip="10.0.0.1"))


@pytest.mark.parametrize(
    ("referrer", "rule", "means"),
    [
        ("https://www.baidu.com/s?wd=Blue+Hats", {"words": ("blue hat",)}, True),
        ("https://www.baidu.com/s?wd=red", {"words": ("blue",)}, False),
        ("https://blog.example/post", {"referrers": ("blog.example",)}, True),
        ("https://www.blog.example/post", {"referrers": ("blog.example",)}, True),
        ("https://notblog.example/post", {"referrers": ("blog.example",)}, False),
        ("https://blog.example/", {"referrers": ("blog.example",), "words": ("hat",)}, True),
        ("", {"words": ("blue",)}, False),
        ("", {}, True),
    ],
)
def test_where_he_came_from(cast, referrer, rule, means):
    assert replace(EVERYBODY, **rule).holds_for(come(cast.site, referrer=referrer)) is means


def test_all_conditions_hold_together(cast):
    rule = replace(EVERYBODY, visitors="new", referrers=("blog.example",))

    assert rule.holds_for(come(cast.site, referrer="https://blog.example/"))
    assert not rule.holds_for(come(cast.site))


def test_what_is_kept_is_what_was_set():
    part = Invitations(is_automatic=True, rules=(InvitationRule(id=7, pages=("/hats*",), regions=("CN-GD",)),))

    assert Invitations.from_dict(part.as_dict()) == part


def test_rules_are_in_force_while_the_switch_is_on():
    """I-06"""
    rules = (EVERYBODY, replace(EVERYBODY, id=2, is_on=False))

    assert Invitations(is_automatic=True, rules=rules).rules_in_force == (EVERYBODY,)
    assert Invitations(is_automatic=False, rules=rules).rules_in_force == ()
    assert not Invitations(is_automatic=False, rules=rules, repeats=True).is_repeating


@pytest.mark.parametrize(
    ("part", "field"),
    [
        (Invitations(per_visit=3, per_day=2), "per_day"),
        (Invitations(box_picture="https://elsewhere.example/x.png"), "box_picture"),
        (Invitations(is_automatic=True), "is_automatic"),
        (Invitations(rules=tuple(replace(EVERYBODY, id=n) for n in range(RULES_AT_MOST + 1))), "form"),
        (Invitations(rules=(replace(EVERYBODY, regions=("Atlantis",)),)), "form"),
    ],
)
def test_a_style_that_makes_no_sense_is_refused(cast, part, field):
    with pytest.raises(Invalid) as refused:
        part.check()

    assert field in refused.value.fields
