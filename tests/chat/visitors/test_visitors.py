from datetime import timedelta

import pytest

from chat.styles.sites import Site
from chat.visitors.visitors import Visitor, visitor_for
from chat.visitors.visits import Visit
from core.clock import now
from core.db import db, transaction
from core.errors import Invalid, NotAllowed, NotFound
from tenants.people.roles import Role


def test_recognises_who_comes_back(cast):
    token = cast.visitor.token(cast.site)

    assert Visitor.recognise(token, cast.site) is cast.visitor


@pytest.mark.parametrize("token", [None, "", "nonsense", "a.b.c"])
def test_a_token_that_is_not_ours_makes_a_new_visitor(cast, token):
    assert Visitor.recognise(token, cast.site).id != cast.visitor.id


def test_a_token_serves_one_site(cast):
    other = Site.add("Second shop")

    assert Visitor.of_token(cast.visitor.token(cast.site), other) is None


def test_a_token_serves_one_company(cast):
    token = cast.visitor.token(cast.site)

    with cast.globex.entered():
        assert Visitor.of_token(token, Site.all()[0]) is None


def test_turning_a_page_is_not_another_visit(cast):
    first = Visit.of(cast.visitor, cast.site)

    assert Visit.of(cast.visitor, cast.site) is first
    assert cast.visitor.visits_count == 1


def test_coming_back_later_is(cast):
    Visit.of(cast.visitor, cast.site).last_seen_at = now() - timedelta(hours=1)
    db.session.flush()

    Visit.of(cast.visitor, cast.site)

    assert cast.visitor.visits_count == 2


def test_keeps_the_track_without_repetitions(cast):
    visit = Visit.of(cast.visitor, cast.site)
    for url in ("https://shop.example/", "https://shop.example/", "https://shop.example/cart", "javascript:alert(1)"):
        visit.view(url, "Shop")

    assert [page.url for page in visit.pages] == ["https://shop.example/", "https://shop.example/cart"]


def test_shows_the_referrers_domain_only(cast):
    visitor = Visitor.recognise(None, cast.site)
    visit = Visit.of(visitor, cast.site, referrer="https://www.baidu.com/s?wd=shoes")

    assert visit.as_dict()["referrer_domain"] == "www.baidu.com"


def test_the_door_to_visitors(cast):
    with pytest.raises(NotFound):
        visitor_for(cast.adam, cast.visitor.id + 1)

    with transaction():
        Role.keyed("agent").permissions = []
    with pytest.raises(NotAllowed):
        visitor_for(cast.adam, cast.visitor.id)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("shop.example.com", "https://shop.example.com"),
        ("HTTPS://Shop.Example.com/page?x=1", "https://shop.example.com"),
        ("http://localhost:8002", "http://localhost:8002"),
        ("*.example.com", "https://*.example.com"),
    ],
)
def test_domains_become_origins(cast, typed, kept):
    cast.site.allow([typed, " "])

    assert cast.site.frame_ancestors == f"'self' {kept}"


@pytest.mark.parametrize("typed", ["shop example", "ftp://shop.example", "'self'", "https://", "a;script-src *", "host:port"])
def test_what_is_no_domain_is_refused(cast, typed):
    with pytest.raises(Invalid):
        cast.site.allow([typed])
