"""Two versions compared, as people read it: labels, choices, lists, long texts."""

from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import get_args, get_type_hints

import pytest

from chat.styles import styles
from chat.styles.styles import Part
from manage.styles.differences import Difference, differences


@dataclass(frozen=True)
class Bell:
    LABELS = {"sound": "Sound"}

    sound: str = "ding"
    is_loud: bool = False


@pytest.fixture
def door(app, monkeypatch):
    monkeypatch.setattr(styles, "PARTS", {})

    @dataclass(frozen=True)
    class Door(Part, name="door", title="Door"):
        LABELS = {"colour": "Colour", "bells": "Bells", "sign": "Sign", "is_open": "Open", "keys": "Keys", "main": "Main bell"}
        WORDS = {"colour": {"green": "Grass green"}}

        colour: str = "green"
        bells: tuple[Bell, ...] = ()
        sign: str = ""
        is_open: bool = False
        keys: tuple[str, ...] = ()
        main: Bell | None = None
        width_in_cm: int = 80

    with app.test_request_context():
        yield Door


def told(before, after) -> list[tuple]:
    return [(change.label, change.before, change.after) for change in differences(before, after)]


def test_the_same_has_none(door):
    assert differences(door(), door()) == []


def test_fields_have_the_names_and_words_of_their_class(door):
    assert told(door(), door(colour="red", is_open=True)) == [("Colour", "Grass green", "red"), ("Open", "no", "yes")]


def test_a_field_without_a_name_is_readable_still(door):
    assert told(door(), door(width_in_cm=90)) == [("Width in cm", "80", "90")]


def test_what_is_inside_is_compared_field_by_field(door):
    before = door(bells=(Bell("ding"), Bell("dong")), main=Bell())
    after = door(bells=(Bell("ding"), Bell("gong")), main=Bell(is_loud=True))

    assert told(before, after) == [("Bells › 2 › Sound", "dong", "gong"), ("Main bell › Is loud", "no", "yes")]


def test_what_has_come_or_gone_is_told_whole(door):
    before, after = door(bells=(Bell("a"), Bell("b"))), door(bells=(Bell("b"), Bell("c")))

    assert told(before, after) == [("Bells › 1", "Sound: a · Is loud: no", ""), ("Bells › 2", "", "Sound: c · Is loud: no")]
    assert told(door(), door(main=Bell("x"))) == [("Main bell", "", "Sound: x · Is loud: no")]


def test_plain_lists_are_told_in_one_line(door):
    assert told(door(keys=("a",)), door(keys=("a", "b"))) == [("Keys", "a", "a, b")]
    assert told(door(keys=("a",)), door()) == [("Keys", "a", "")]


def test_long_texts_are_one_text_with_what_went_and_came_marked():
    words = " ".join(f"word{number}" for number in range(40))
    change = Difference("Text", f"{words} before {words}", f"{words} after {words}")

    assert change.is_long
    assert [(piece.kind, piece.text.strip()) for piece in change.pieces][1:3] == [("gone", "before"), ("new", "after")]
    assert "".join(piece.text for piece in change.pieces).count("…") == 2


@pytest.mark.parametrize(("before", "after"), [("short", "other"), ("", "x" * 200), ("x" * 200, "")])
def test_short_texts_and_whole_ones_stand_side_by_side(before, after):
    assert not Difference("Text", before, after).is_long


def test_chinese_is_compared_by_characters():
    change = Difference("", "您好，请问有什么可以帮您？" * 6, "您好，请问有什么能帮您？" * 6)

    assert {piece.text for piece in change.pieces if piece.kind == "gone"} == {"可以"}


def test_a_text_that_repeats_itself_takes_no_minutes():
    change = Difference("", "哈" * 20_000, "哈" * 19_999 + "吗")

    assert [(piece.kind, piece.text) for piece in change.pieces][1:] == [("gone", "哈"), ("new", "吗")]


def test_nothing_may_become_several(door):
    assert told(door(main=None), door(main=None)) == []

    @dataclass(frozen=True)
    class Gate(Part, name="gate", title="Gate"):
        bells: tuple[Bell, ...] | None = None
        until: date | None = None

    assert told(Gate(), Gate(bells=(Bell("x"),))) == [("Bells › 1", "", "Sound: x · Is loud: no")]
    assert told(Gate(), Gate(until=date(2026, 12, 31))) == [("Until", "", "Dec 31, 2026")]


def test_every_part_has_words_for_its_fields(app):
    """What stands here without a name is shown in English to everybody."""
    assert [f"{part.name}.{name}" for part in styles.PARTS.values() for name in nameless(part)] == []


def nameless(kind: type, seen: tuple = ()) -> list[str]:
    """Fields without a label, of a dataclass and of those inside of it."""
    labels, found = getattr(kind, "LABELS", {}), []
    for name, hint in get_type_hints(kind).items():
        if name not in {field.name for field in fields(kind)} or hasattr(kind, "in_words"):
            continue
        found += [] if name in labels or name == "id" else [name]
        inner = [one for one in _types_in(hint) if is_dataclass(one) and one not in seen]
        found += [f"{name}.{deeper}" for one in inner for deeper in nameless(one, (*seen, one))]
    return found


def _types_in(hint) -> list:
    return [one for part in get_args(hint) for one in _types_in(part)] if get_args(hint) else [hint]
