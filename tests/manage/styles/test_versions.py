"""The time machine: versions, what was different, and the way back (Y-07, beyond 8)."""

from datetime import timedelta

import pytest
from time_machine import travel

from chat.styles.launchers import Launcher
from chat.styles.prompts import Prompts
from chat.styles.sites import Site
from chat.styles.styles import Style, StyleVersion
from core.clock import now
from core.db import transaction
from tenants.audit.audit import AuditEntry


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def page(cast) -> str:
    return f"/manage/styles/{cast.site.id}/versions"


@pytest.fixture
def save(cast):
    """`save(part, by)` is a version more."""

    def save(part, by=None) -> StyleVersion:
        with transaction():
            return Style(cast.site).save(part, by)

    return save


def test_an_empty_one_teaches(olga, page):
    assert "Nothing was changed yet." in olga.get(page).text


def test_tells_what_was_different_and_who_did_it(cast, olga, page, save):
    save(Prompts(greeting="Hello"), cast.adam)
    save(Prompts(greeting="Good day"), cast.nina)
    save(Launcher(side="left"), cast.olga)

    text = olga.get(page).text

    assert text.index("Version 3 · Icon") < text.index("Version 2 · Prompts") < text.index("Version 1 · Prompts")
    assert "<del>Hello</del>" in text
    assert "<ins>Good day</ins>" in text
    assert "<del>Right</del>" in text
    assert "<ins>Left</ins>" in text


def test_one_version_says_what_would_come_back(cast, olga, page, save):
    save(Prompts(greeting="Hello"), cast.adam)
    save(Prompts(greeting="Good day"), cast.adam)

    text = olga.get(f"{page}/1").text

    assert "Compared with now, this changes" in text
    assert text.index("<ins>Hello</ins>") < text.index("<del>Good day</del>")
    assert "In force" in olga.get(f"{page}/2").text


def test_comes_back_by_one_click_and_is_written_down(cast, olga, page, save):
    save(Prompts(greeting="Hello"), cast.adam)
    save(Launcher(side="left"), cast.adam)
    save(Prompts(greeting="Good day"), cast.adam)

    answer = olga.post(f"{page}/1/return", follow_redirects=True)
    again = olga.post(f"{page}/4/return", follow_redirects=True)

    cast.refresh()
    style = Style(cast.site)
    assert (style[Prompts].greeting, style[Launcher].side) == ("Hello", "left")
    assert "Version 1 is back." in answer.text
    assert "Version 1 again" in answer.text
    assert "Version 4 is in force already." in again.text
    entries = AuditEntry.before(None, "style.returned")
    assert [(entry.member.name, entry.details["version"]) for entry in entries] == [("Olga", 1)]


def test_is_filtered_by_part_author_and_day(cast, olga, page, save):
    with travel(now() - timedelta(days=3)):
        save(Prompts(greeting="Old"), cast.adam)
    save(Prompts(greeting="New"), cast.nina)
    save(Launcher(side="left"), cast.adam)
    today = now().date().isoformat()

    def numbers(**query) -> list[int]:
        text = olga.get(page, query_string=query).text
        return [number for number in (1, 2, 3) if f"Version {number} ·" in text]

    assert numbers(part="prompts") == [1, 2]
    assert numbers(author=cast.adam.id) == [1, 3]
    assert numbers(since=today) == [2, 3]
    assert numbers(until=(now() - timedelta(days=2)).date().isoformat(), part="prompts") == [1]
    assert "No version matches." in olga.get(page, query_string={"author": cast.olga.id}).text
    assert "Enter a date like" in olga.get(page, query_string={"since": "yesterday"}).text


def test_comes_in_pages(olga, page, save):
    for number in range(21):
        save(Prompts(greeting=f"Hello {number}"))

    first, second = olga.get(page).text, olga.get(page, query_string={"before": 2}).text

    assert "Version 2 ·" in first
    assert "Version 1 ·" not in first
    assert "versions?before=2" in first
    assert "Version 1 ·" in second


@pytest.mark.parametrize("number", ["99", "0", "x", "-1", "9" * 30])
def test_a_version_there_is_not_is_not_found(olga, page, save, number):
    save(Prompts(greeting="Hello"))

    assert olga.get(f"{page}/{number}").status_code == 404
    assert olga.post(f"{page}/{number}/return").status_code in (404, 405)


def test_another_sites_version_does_not_come_back_here(cast, olga, page, save):
    save(Prompts(greeting="Hello"))
    with transaction():
        other = Site.add("Other")

    assert olga.post(f"/manage/styles/{other.id}/versions/1/return").status_code == 404


def test_what_was_typed_is_shown_and_never_run(olga, page, save):
    save(Prompts(greeting="<script>alert(1)</script>"))

    text = olga.get(page).text

    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text
