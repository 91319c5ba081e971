"""Styles: parts, versions, coming back, two authors at once (Y-01, Y-07)."""

from dataclasses import dataclass

import pytest
from parallel import in_parallel

from chat.site_removals import remove_site
from chat.styles import styles
from chat.styles.sites import LastStyle, Site
from chat.styles.styles import ChangedMeanwhile, Part, Style, StyleVersion
from core.db import db, transaction
from core.errors import NotFound


@pytest.fixture(autouse=True)
def parts(monkeypatch):
    monkeypatch.setattr(styles, "PARTS", {})

    @dataclass(frozen=True)
    class Door(Part, name="door", title="Door", flag="custom_logo"):
        colour: str = "green"
        bells: tuple[str, ...] = ()

    return Door


@pytest.fixture
def style(cast):
    return Style(cast.site)


def save(style, part, by, seen=None):
    with transaction():
        return style.save(part, by, seen)


def test_a_part_never_saved_is_as_its_class_says(style, parts):
    assert style[parts] == parts()
    assert style.number == 0


def test_each_save_is_a_version_with_its_author(style, parts, cast):
    save(style, parts(colour="red", bells=("ding",)), cast.olga)
    save(style, parts(colour="blue"), cast.adam)
    assert style[parts] == parts(colour="blue")
    assert [(v.number, v.author.name, v.value.colour) for v in StyleVersion.of(style.site)] == [
        (2, "Adam", "blue"),
        (1, "Olga", "red"),
    ]


def test_saving_what_is_there_makes_no_version(style, parts, cast):
    assert save(style, parts(), cast.olga) is None
    save(style, parts(colour="red"), cast.olga)
    assert save(style, parts(colour="red"), cast.olga, seen=0) is None
    assert len(StyleVersion.of(style.site)) == 1


def test_an_earlier_version_comes_back_as_a_new_one(style, parts, cast):
    save(style, parts(colour="red"), cast.olga)
    save(style, parts(colour="blue"), cast.olga)
    with transaction():
        back = style.return_to(1, cast.adam)
    assert (back.number, back.returned_to, style[parts].colour) == (3, 1, "red")
    with transaction():
        assert style.return_to(3, cast.adam) is None
    with pytest.raises(NotFound), transaction():
        style.return_to(99, cast.adam)


def test_who_did_not_see_the_last_change_is_told_of_it(style, parts, cast):
    save(style, parts(colour="red"), cast.adam, seen=0)
    with pytest.raises(ChangedMeanwhile) as refusal:
        save(style, parts(colour="blue"), cast.olga, seen=0)
    assert "Adam" in str(refusal.value)
    assert style[parts].colour == "red"
    save(style, parts(colour="blue"), cast.olga, seen=style.version_of(parts))
    assert style[parts].colour == "blue"


def test_what_was_taken_back_is_not_remembered(style, parts, cast):
    with pytest.raises(ZeroDivisionError), transaction():
        style.save(parts(colour="red"), cast.olga)
        assert style[parts].colour == "red"
        1 / 0  # noqa: B018
    cast.refresh()
    save(style, parts(colour="blue"), cast.olga)
    assert style[parts].colour == "blue"


def test_without_the_right_the_part_is_kept_and_does_not_count(style, parts, cast):
    save(style, parts(colour="red"), cast.olga)
    assert style[parts].colour == "red"
    assert style[parts].with_rights(frozenset()) == parts()
    assert style[parts].with_rights(frozenset({"custom_logo"})).colour == "red"


def test_what_this_release_does_not_know_is_left_out(parts):
    assert parts.from_dict({"colour": "red", "smell": "mint"}) == parts(colour="red")


def test_another_site_gets_a_copy(style, parts, cast):
    save(style, parts(colour="red"), cast.olga)
    with transaction():
        other = Site.add("Second")
        style.copy_to(other, cast.olga)
    assert Style(other)[parts].colour == "red"


def test_twenty_saves_at_once_are_twenty_versions_and_one_is_in_force(app, style, parts, cast):
    def saving(number: int):
        return lambda: Style(db.session.get_one(Site, cast.site.id)).save(parts(colour=f"colour {number}"), None).number

    numbers = in_parallel(app, cast.acme, [saving(number) for number in range(20)])

    cast.refresh()
    versions = StyleVersion.of(cast.site)
    assert sorted(numbers) == list(range(1, 21))
    assert [version.number for version in versions] == list(range(20, 0, -1))
    assert [version.is_current for version in versions] == [True] + [False] * 19
    assert style[parts] == versions[0].value


def test_of_two_who_have_seen_the_same_one_saves(app, parts, cast):
    def saving(colour: str):
        return lambda: Style(db.session.get_one(Site, cast.site.id)).save(parts(colour=colour), None, seen=0)

    outcomes = in_parallel(app, cast.acme, [saving("red"), saving("blue"), saving("pink")])

    assert [type(outcome) for outcome in outcomes].count(ChangedMeanwhile) == 2
    assert len(StyleVersion.of(cast.site)) == 1


def test_y_05_of_two_who_delete_the_last_two_at_once_one_is_refused(app, cast):
    with transaction():
        other = Site.add("Other")

    def removing(site_id: int):
        return lambda: remove_site(db.session.get_one(Site, site_id), cast.olga)

    outcomes = in_parallel(app, cast.acme, [removing(cast.site.id), removing(other.id)])

    cast.refresh()
    assert [type(outcome) for outcome in outcomes].count(LastStyle) == 1
    assert len(Site.all()) == 1
