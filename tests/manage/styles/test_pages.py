"""What the pages of all parts share: two authors, rights, tabs, and nothing typed is lost (Y-01, Y-07), tried on the icon's."""

import re

import pytest

from billing.grants import revoke
from billing.plans import PROFESSIONAL_TRIAL
from chat.styles.launchers import Launcher
from chat.styles.prompts import Prompts
from chat.styles.sites import Site
from chat.styles.styles import Style, StyleVersion
from core.db import transaction
from manage.styles import launcher_form
from tenants.audit.audit import AuditEntry


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def page(cast) -> str:
    return f"/manage/styles/{cast.site.id}/launcher"


def typed(**more) -> dict:
    """The icon's form as it was filled in for somebody who then changed this."""
    usual = launcher_form.filled_in(Launcher()).typed.to_dict()
    return {name: value for name, value in usual.items() if value} | {"seen": "0"} | more


def seen_in(text: str) -> str:
    return re.search(r'name="seen" value="(\d+)"', text)[1]


def test_saves_says_so_and_writes_it_down(cast, olga, page):
    response = olga.post(page, data=typed(side="left"), follow_redirects=True)

    cast.refresh()
    assert Style(cast.site)[Launcher].side == "left"
    assert "Saved. Open pages show it within seconds." in response.text
    assert seen_in(response.text) == "1"
    entry = AuditEntry.before(None, "style.changed")[0]
    assert (entry.member.name, entry.details) == ("Olga", {"site": "Acme", "part": "Icon", "version": 1})


def test_y_07_who_has_not_seen_the_last_change_sees_both_and_decides(cast, olga, page):
    with transaction():
        Style(cast.site).save(Launcher(text="Nina's words", side="left"), cast.nina)

    refused = olga.post(page, data=typed(text="Olga's words"))
    saved = olga.post(page, data=typed(text="Olga's words", seen=seen_in(refused.text)), follow_redirects=True)

    assert refused.status_code == 409
    assert "Nina has changed this while you were at it." in refused.text
    assert "<ins>Nina&#39;s words</ins>" in refused.text
    assert "<del>Right</del>" in refused.text
    assert 'value="Olga&#39;s words"' in refused.text
    assert "Saved." in saved.text
    cast.refresh()
    assert Style(cast.site)[Launcher].text == "Olga's words"


@pytest.mark.parametrize("seen", ["99", "2", "x", "9" * 30, "-1"])
def test_a_version_nobody_can_have_seen_overwrites_nothing_unnoticed(cast, olga, page, seen):
    with transaction():
        Style(cast.site).save(Launcher(side="left"), cast.nina)
        Style(cast.site).save(Prompts(greeting="Hello"), cast.nina)

    response = olga.post(page, data=typed(text="Olga's words", seen=seen))

    assert response.status_code == 409


def test_what_is_wrong_keeps_what_was_typed_and_what_was_seen(cast, olga, page):
    with transaction():
        Style(cast.site).save(Launcher(side="left"), cast.nina)

    refused = olga.post(page, data=typed(colour_of="icon", accent="no colour", text="Olga's words"))

    assert refused.status_code == 422
    assert 'value="Olga&#39;s words"' in refused.text
    assert seen_in(refused.text) == "0"


def test_saving_what_is_there_makes_no_version(cast, olga, page):
    response = olga.post(page, data=typed(), follow_redirects=True)

    assert "Saved." in response.text
    assert StyleVersion.of(cast.site) == []
    assert AuditEntry.before(None, "style.changed") == []


def test_shows_its_parts_and_where_one_is(olga, page):
    text = olga.get(page).text

    assert re.search(r'href="[^"]+/launcher" aria-current="page">Icon<', text)
    assert re.search(r'href="[^"]+/versions">Versions<', text)


def test_f_16_settings_stay_in_sight_when_the_right_is_gone(cast, olga, page):
    with transaction():
        Style(cast.site).save(Launcher(kind="list"), cast.olga)
        revoke(cast.acme, PROFESSIONAL_TRIAL.code)

    text = olga.get(page).text

    assert 'class="locked"' in text
    assert Style(cast.site)[Launcher].kind == "list"
    assert Style(cast.site).in_force(Launcher).kind == "bubble"


def test_another_companys_style_is_neither_shown_nor_saved(cast, signed_in, page):
    eve = signed_in(cast.eve)
    with cast.globex.entered():
        unknown = max(site.id for site in Site.all()) + 1000
    there = f"/manage/styles/{unknown}/launcher"

    assert [eve.get(there).status_code, eve.post(there, data=typed()).status_code] == [404, 404]


def test_an_agent_may_not(cast, signed_in, page):
    adam = signed_in(cast.adam)

    assert [adam.get(page).status_code, adam.post(page, data=typed(side="left")).status_code] == [403, 403]
    assert StyleVersion.of(cast.site) == []
