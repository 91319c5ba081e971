"""Open pages follow their style: those of its site, and no others' (beyond 8, F-16)."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from flask import request
from time_machine import travel

from billing.grants import grant, revoke
from billing.plans import PROFESSIONAL_TRIAL
from billing.styles import add_term
from chat.site_removals import remove_site
from chat.styles.launchers import Launcher
from chat.styles.sites import Site
from chat.styles.styles import Style
from chat.visitors.arrivals import Arrival, arrive
from core.db import transaction
from widget.availability import Availability
from widget.guest import Guest, frame_token, guest_from, site_room
from widget.welcome import welcome_of


@pytest.fixture
def second(cast) -> Site:
    with transaction():
        return Site.add("Second")


@pytest.fixture
def room(cast):
    """`room(site)` is where its visitors hear."""
    return lambda site: {site_room(cast.acme.id, site.key)}


def dressed(caught, room) -> list[dict]:
    return [data["style"] for rooms, data in caught.named("style_changed") if rooms == room]


def test_a_save_dresses_the_open_pages_of_that_site(cast, caught, second, room):
    with transaction():
        Style(cast.site).save(Launcher(side="left"), cast.olga)

    (style,) = dressed(caught, room(cast.site))
    assert style["launcher"]["side"] == "left"
    assert style["number"] == cast.site.style_version_id
    assert dressed(caught, room(second)) == []


def test_a_version_that_comes_back_does_too(cast, caught, room):
    with transaction():
        Style(cast.site).save(Launcher(side="left"), cast.olga)
        Style(cast.site).save(Launcher(side="right"), cast.olga)
    with transaction():
        Style(cast.site).return_to(1, cast.olga)

    assert dressed(caught, room(cast.site))[-1]["launcher"]["side"] == "left"


def test_a_save_that_was_taken_back_dresses_nobody(cast, caught, room):
    with pytest.raises(ZeroDivisionError), transaction():
        Style(cast.site).save(Launcher(side="left"), cast.olga)
        1 / 0  # noqa: B018

    assert dressed(caught, room(cast.site)) == []


def test_rights_that_begin_and_end_dress_all_pages_anew(cast, caught, room):
    """A list to choose from needs designated agents (Y-12)."""
    with transaction():
        revoke(cast.acme, PROFESSIONAL_TRIAL.code)
        Style(cast.site).save(Launcher(kind="list"), cast.olga)
    with transaction():
        grant(cast.acme, "voucher:1", {"flags": ["designated_agents"]})
    with transaction():
        revoke(cast.acme, "voucher:1")

    kinds = [style["launcher"]["kind"] for style in dressed(caught, room(cast.site))]
    assert [kind for kind, before in zip(kinds, [None, *kinds], strict=False) if kind != before] == ["bubble", "list", "bubble"]


@pytest.fixture
def told(app, cast, second, monkeypatch, adam_is_online):
    """`told()` is what a visitor who has the second site open was told since the last time of who is there."""
    arrived = arrive(cast.acme, Arrival(site_key=second.key, visitor_key=cast.visitor.key))
    who = {"company_id": cast.acme.id, "place": cast.acme.place, "kind": "visitor", "id": cast.visitor.id, "name": ""}
    where = {"site_key": second.key, "site_id": second.id, "visitor_key": cast.visitor.key, "visit_id": arrived.visit_id}
    heard = []
    line = SimpleNamespace(caller=Guest(**who, **where, arrived=arrived), push=lambda name, data: heard.append((name, data)))
    with transaction():
        welcome_of(line.caller)
    switchboard = SimpleNamespace(lines=lambda: [line], soon=lambda look: look)
    availability = Availability(switchboard)

    def told() -> list[str]:
        # As after every change of rights, styles and sites (saas/reactions.py).
        availability.doubt({"company_id": cast.acme.id})
        said = [data["when_closed"] for name, data in heard if name == "reception_changed"]
        heard.clear()
        return said

    return told


def test_f_16_a_style_leaves_open_pages_when_its_term_ends_and_is_back_when_it_is_renewed(cast, second, told):
    with transaction():
        revoke(cast.acme, PROFESSIONAL_TRIAL.code)
        term = add_term(cast.acme, second.id, "voucher:1")

    before = told()
    with travel(term.ends_at, tick=False):
        ended = told()
        with transaction():
            add_term(cast.acme, second.id, "voucher:2")
        renewed = told()

    assert (before, ended, renewed) == ([], ["hide"], ["form"])


def test_y_05_a_style_that_is_deleted_leaves_open_pages(cast, second, told):
    told()
    with transaction():
        remove_site(second, cast.olga)

    assert told() == ["hide"]


def test_visitors_hear_of_their_site(cast, app, window):
    window.ask("state")
    auth = {"site": cast.site.key, "token": window.token, "page": {}, "language": "en"}

    with app.test_request_context():
        guest = guest_from(request, auth)

    assert site_room(cast.acme.id, cast.site.key) in guest.rooms


def test_who_comes_is_told_his_style(cast, window):
    with transaction():
        Style(cast.site).save(Launcher(side="left"), cast.olga)

    welcome = window.ask("state")

    assert welcome["style"]["launcher"]["side"] == "left"


def test_f_16_a_newcomer_is_told_politely_that_the_style_is_not_in_use(cast, window, second):
    with transaction():
        revoke(cast.acme, PROFESSIONAL_TRIAL.code)
    newcomer = replace(window, site_key=second.key, frame=frame_token(second))

    answer = newcomer.ask("state")

    assert answer["error"]["code"] == "style_not_in_use"
