"""What is different between two versions of a part of a style, as people read it (Y-07)."""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from itertools import zip_longest
from typing import NamedTuple

from flask_babel import format_date
from flask_babel import gettext as _

from chat.styles.styles import Part

# Longer texts are shown once, with what went and what came marked in them.
LONG = 60
# Words; where people write without spaces, characters.
_WORDS = re.compile(r"[^\W\u3040-\u30ff\u3400-\u9fff]+|.", re.DOTALL)
# As many letters around a change are enough to know where it is.
AROUND = 40


class Piece(NamedTuple):
    """A stretch of a text: "same", "gone" or "new"."""

    kind: str
    text: str


@dataclass(frozen=True)
class Difference:
    """One field: what it is called, and what stood there before and after; '' for nothing."""

    label: str
    before: str
    after: str

    @property
    def is_long(self) -> bool:
        return max(len(self.before), len(self.after)) > LONG and bool(self.before and self.after)

    @property
    def pieces(self) -> list[Piece]:
        """The two texts in one; what is the same far from a change is left out."""
        before, after = _WORDS.findall(self.before), _WORDS.findall(self.after)
        # What stands everywhere, tags and “的”, is no landmark: comparing long texts by it takes minutes.
        steps = difflib.SequenceMatcher(None, before, after, autojunk=True).get_opcodes()
        found = [piece for step in steps for piece in _pieces(step, before, after)]
        return [_shortened(piece, at > 0, at < len(found) - 1) for at, piece in enumerate(found)]


def differences(before: Part, after: Part) -> list[Difference]:
    """Field by field, lists and what is inside of them too."""
    return list(_of_fields(before, after, ()))


def _of_fields(before, after, path: tuple[str, ...]) -> Iterator[Difference]:
    for field in _fields(after):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new:
            yield from _of_values(old, new, (*path, _label(after, field.name)), _words(after, field.name))


def _of_values(old, new, path: tuple[str, ...], words: dict) -> Iterator[Difference]:
    if is_dataclass(new) and type(old) is type(new) and not hasattr(new, "in_words"):
        yield from _of_fields(old, new, path)
    elif _is_list(old) and _is_list(new):
        yield from _of_lists(old or (), new or (), path)
    else:
        yield Difference(" › ".join(path), _said(old, words), _said(new, words))


def _is_list(value) -> bool:
    """Whether this is several things with fields of their own; nothing may become several."""
    return value is None or (isinstance(value, tuple) and all(map(is_dataclass, value)))


def _of_lists(old: tuple, new: tuple, path: tuple[str, ...]) -> Iterator[Difference]:
    """What stands in the same place on both sides is compared; the rest has come or gone."""
    steps = difflib.SequenceMatcher(None, [*map(repr, old)], [*map(repr, new)], autojunk=False).get_opcodes()
    for step, old_from, old_to, new_from, new_to in steps:
        if step == "equal":
            continue
        for offset, (was, becomes) in enumerate(zip_longest(old[old_from:old_to], new[new_from:new_to]), start=1):
            number = offset + (old_from if becomes is None else new_from)
            yield from _of_values(was, becomes, (*path, str(number)), {})


def _said(value, words: dict) -> str:
    """A value as people read it."""
    if value is None or value == "" or value == ():
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if hasattr(value, "in_words"):
        return value.in_words()
    if isinstance(value, date):
        return format_date(value)
    if is_dataclass(value):
        told = ((_label(value, field.name), _told(value, field.name)) for field in _fields(value))
        return " · ".join(f"{label}: {text}" for label, text in told if text)
    if isinstance(value, tuple | frozenset):
        return ", ".join(_said(one, words) for one in value)
    return str(words.get(value, value))


def _told(value, name: str) -> str:
    return _said(getattr(value, name), _words(value, name))


def _fields(value) -> list:
    """Those people know of: ids are ours."""
    return [field for field in fields(value) if field.name != "id"]


def _label(value, name: str) -> str:
    """What a field is called: as its class says in LABELS."""
    return str(getattr(value, "LABELS", {}).get(name) or name.replace("_", " ").capitalize())


def _words(value, name: str) -> dict:
    """What a field's choices are called: as its class says in WORDS."""
    return getattr(value, "WORDS", {}).get(name, {})


def _pieces(step: tuple, before: list[str], after: list[str]) -> Iterable[Piece]:
    kind, old_from, old_to, new_from, new_to = step
    if kind == "equal":
        return [Piece("same", "".join(after[new_from:new_to]))]
    both = (Piece("gone", "".join(before[old_from:old_to])), Piece("new", "".join(after[new_from:new_to])))
    return [piece for piece in both if piece.text]


def _shortened(piece: Piece, has_change_before: bool, has_change_after: bool) -> Piece:
    text = piece.text
    keep = AROUND * (has_change_before + has_change_after)
    if piece.kind != "same" or len(text) <= keep + 1:
        return piece
    head = text[:AROUND] if has_change_before else ""
    tail = text[-AROUND:] if has_change_after else ""
    return Piece("same", f"{head}…{tail}")
