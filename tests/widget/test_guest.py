from datetime import timedelta

import pytest
from cast import count
from flask import Request
from time_machine import travel
from werkzeug.test import EnvironBuilder

from chat.styles.sites import Site
from chat.visitors.visitors import Visitor
from chat.visitors.visits import PageView, Visit
from core.clock import now
from core.db import transaction
from widget.guest import FRAME_SECONDS, FrameExpired, SiteNotFound, frame_token, guest_from


@pytest.fixture
def request_():
    return Request(
        EnvironBuilder(headers={"User-Agent": "Mozilla/5.0"}, environ_base={"REMOTE_ADDR": "203.0.113.9"}).get_environ()
    )


def credentials(cast, **more) -> dict:
    return {"site": cast.site.key, "frame": frame_token(cast.site), **more}


def test_who_comes_from_a_fresh_frame_is_a_new_visitor(cast, request_):
    before = count(Visitor)

    guest = guest_from(request_, credentials(cast, page={"url": "https://shop.example/tea", "title": "Tea"}))

    assert count(Visitor) == before + 1
    assert guest.id != cast.visitor.id
    assert guest.company_id == cast.acme.id
    assert guest.ip == "203.0.113.9"
    assert f"{cast.acme.id}:visitor:{guest.id}" in guest.rooms


def test_his_page_and_his_coming_are_noted(cast, request_):
    page = {"url": "https://shop.example/tea", "title": "Tea", "referrer": "https://search.example/"}
    guest = guest_from(request_, credentials(cast, page=page, language="zh-TW"))

    visit = Visit.last_of(guest.visitor)
    assert visit.referrer == "https://search.example/"
    assert visit.last_page.url == "https://shop.example/tea"
    assert guest.language == "zh_Hant"


def test_who_shows_his_token_is_known_again(cast, request_):
    guest = guest_from(request_, credentials(cast, token=cast.visitor.token(cast.site)))

    assert guest.id == cast.visitor.id


def test_who_is_known_needs_no_fresh_frame(cast, request_):
    token, frame = cast.visitor.token(cast.site), frame_token(cast.site)

    with travel(now() + timedelta(seconds=FRAME_SECONDS + 5), tick=False):
        assert guest_from(request_, {"site": cast.site.key, "token": token, "frame": frame}).id == cast.visitor.id


def test_a_newcomer_needs_a_frame_we_served_a_moment_ago(cast, request_):
    stale = frame_token(cast.site)

    for frame in ("", "made up", cast.visitor.token(cast.site)):
        with pytest.raises(FrameExpired):
            guest_from(request_, {"site": cast.site.key, "frame": frame})
    with travel(now() + timedelta(seconds=FRAME_SECONDS + 5), tick=False), pytest.raises(FrameExpired):
        guest_from(request_, {"site": cast.site.key, "frame": stale})


def test_a_frame_of_another_site_opens_nothing(cast, request_):
    with transaction():
        other = Site.add("Other", [])

    with pytest.raises(FrameExpired):
        guest_from(request_, {"site": cast.site.key, "frame": frame_token(other)})


def test_another_companys_token_makes_nobody_known(cast, request_):
    with cast.globex.entered(), transaction():
        site = Site.all()[0]
        token = Visitor.recognise(None, site).token(site)

    guest = guest_from(request_, credentials(cast, token=token))

    assert guest.company_id == cast.acme.id
    assert guest.id != cast.visitor.id


@pytest.mark.parametrize("site", ["", "nobodys", None, 7, "x' OR 1=1"])
def test_an_unknown_site_is_not_found(cast, request_, site):
    with pytest.raises(SiteNotFound):
        guest_from(request_, {"site": site})


@pytest.mark.parametrize(
    "odd", [{"token": 7}, {"token": "a" * 9000}, {"page": "x"}, {"page": {"url": ["x"]}}, {"language": {}}]
)
def test_odd_credentials_do_no_harm(cast, request_, odd):
    before = count(PageView)

    guest_from(request_, credentials(cast) | odd)

    assert count(PageView) == before
