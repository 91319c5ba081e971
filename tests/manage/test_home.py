import uuid

from billing.grants import revoke
from billing.plans import PROFESSIONAL_TRIAL
from billing.styles import add_term
from chat.offline.messages import OfflineMessage
from chat.styles.sites import Site
from core.db import transaction
from tenants.people.members import Member
from tenants.people.roles import Role


def test_says_what_waits(cast, signed_in):
    with transaction():
        OfflineMessage.leave(cast.visitor, cast.site, uuid.uuid4(), "Call me", {"email": "v@example.org"})
        Member.add("Ivy", "ivy@acme.example", Role.keyed("agent"))
    cast.acme.take_seat(cast.nina)

    page = " ".join(signed_in(cast.olga).get("/manage").text.split())

    assert 'Waiting visitors</h2> <p class="today__number">1' in page
    assert 'Offline messages not handled</h2> <p class="today__number">1' in page
    assert "1 of 10" in page
    assert "Nina" in page
    assert "Ivy" in page
    assert "15 days left" in page


def test_points_to_the_first_steps_until_a_visitor_has_come(cast, signed_in):
    assert "No visitor has come yet" in signed_in(cast.eve).get("/manage").text
    assert "No visitor has come yet" not in signed_in(cast.olga).get("/manage").text


def test_is_calm_when_nothing_waits(cast, signed_in):
    assert "Nothing is waiting for you." in signed_in(cast.eve).get("/manage").text


def test_works_while_nobody_can_tell_who_is_online(cast, signed_in, monkeypatch):
    from tenants.people import seats

    def away():
        raise seats.RedisError

    monkeypatch.setattr(seats, "redis", away)

    assert signed_in(cast.olga).get("/manage").status_code == 200
    assert signed_in(cast.olga).get("/manage/members").status_code == 200


def test_sends_an_agent_on_to_where_he_may_be(cast, signed_in):
    assert signed_in(cast.adam).get("/manage").location == "/console"


def test_first_steps_show_code_domains_and_an_invitation(cast, signed_in):
    page = signed_in(cast.olga).get("/manage/first-steps").text

    assert cast.site.key in page
    assert 'name="allowed_domains"' in page
    assert 'value="1004"' in page


def test_the_page_to_try_shows_the_companys_own_window(cast, signed_in):
    assert f'src="/w/{cast.site.key}.js"' in signed_in(cast.olga).get("/manage/try").text


def test_offers_only_what_one_may(cast, signed_in):
    page = signed_in(cast.adam).get("/manage/me").text

    assert "/manage/members" not in page
    assert "/manage/settings" not in page
    assert "/manage/me/security" in page


def test_f_16_says_which_styles_end_soon_or_are_not_shown(cast, signed_in):
    with transaction():
        revoke(cast.acme, PROFESSIONAL_TRIAL.code)
        Site.add("Old shop")
        add_term(cast.acme, Site.add("Long shop").id, "voucher:1")

    page = signed_in(cast.olga).get("/manage").text

    assert "Styles that end soon or are not shown" in page
    assert ">Old shop</a>" in page
    assert "Long shop" not in page
