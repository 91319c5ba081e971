"""A form while somebody is building it: a field more, one less, one moved; nothing counts until it is saved (W-24, L-11)."""

import re
from dataclasses import dataclass
from typing import Self

from werkzeug.datastructures import MultiDict

from chat.registration.registration import OPTIONS_AT_MOST
from chat.styles.form_fields import KINDS, KNOWN, KNOWN_KINDS, Field
from chat.styles.links import with_scheme
from core.text import tidy, tidy_lines

OWN_AT_MOST = 10
_OWN_KEY = re.compile("own[0-9]{1,2}")


@dataclass(frozen=True)
class FormBuilder:
    """The fields in their order.  Every step gives a new builder."""

    fields: tuple[Field, ...] = ()

    @classmethod
    def typed(cls, typed: MultiDict) -> Self:
        """As it stands in a page: parallel lists of `key`, `label`, `kind`, `options` and `url`, and the keys `required`.

        What is none of ours, there already, or one too many is left out.
        """
        columns = [typed.getlist(name) for name in ("key", "label", "kind", "options", "url")]
        rows = zip(*columns, strict=False)
        fields = [field for row in rows if (field := _typed(row, set(typed.getlist("required"))))]
        unique = list({field.key: field for field in fields}.values())
        surplus = [field for field in unique if field.is_own][OWN_AT_MOST:]
        return cls(tuple(field for field in unique if field not in surplus))

    @property
    def keys(self) -> set[str]:
        return {field.key for field in self.fields}

    @property
    def lacks(self) -> list[str]:
        """Which of the fields we have words for are not on it."""
        return [key for key in KNOWN if key not in self.keys]

    @property
    def has_room(self) -> bool:
        """Whether one more question of the company's own fits."""
        return sum(field.is_own for field in self.fields) < OWN_AT_MOST

    @property
    def can_be_answered(self) -> bool:
        """Whether who fills it in tells how to reach him."""
        return bool(self.keys & {"email", "phone"})

    def step(self, asked: MultiDict) -> Self:
        """The next one, as the button that was pressed says: `add`, `remove`, `up`, `down`; the same for any other."""
        if "add" in asked:
            return self.with_known(asked["add"]) if asked["add"] in KNOWN else self.with_own(asked["add"])
        if "remove" in asked:
            return self.without(asked["remove"])
        if "up" in asked:
            return self.moved(asked["up"], -1)
        return self.moved(asked.get("down", ""), 1)

    def with_known(self, key: str) -> Self:
        return self._of([*self.fields, Field(key, kind=KNOWN_KINDS[key])]) if key in self.lacks else self

    def with_own(self, kind: str = "line") -> Self:
        """With one more question of this kind, still without words."""
        if not self.has_room:
            return self
        number = next(number for number in range(1, OWN_AT_MOST + 2) if f"own{number}" not in self.keys)
        return self._of([*self.fields, Field(f"own{number}", kind=kind if kind in KINDS else "line")])

    def without(self, key: str) -> Self:
        return self._of([field for field in self.fields if field.key != key])

    def moved(self, key: str, places: int) -> Self:
        """With a field further up (-1) or down (1)."""
        fields = list(self.fields)
        at = next((at for at, field in enumerate(fields) if field.key == key), None)
        if at is not None:
            fields.insert(max(0, at + places), fields.pop(at))
        return self._of(fields)

    def _of(self, fields: list[Field]) -> Self:
        return type(self)(tuple(fields))


def _typed(row: tuple[str, ...], required: set[str]) -> Field | None:
    key, label, kind, options, url = row
    if key in KNOWN:
        return Field(key, kind=KNOWN_KINDS[key], is_required=key in required)
    if not _OWN_KEY.fullmatch(key):
        return None
    kind = kind if kind in KINDS else "line"
    return Field(
        key,
        tidy(label, 500 if kind == "consent" else 80),
        kind,
        key in required,
        options=_options(options) if kind == "choice" else (),
        url=with_scheme(tidy(url, 2000)) if kind == "consent" else "",
    )


def _options(text: str) -> tuple[str, ...]:
    """One on each line; the same one twice is one."""
    lines = (tidy(line, 80) for line in tidy_lines(text, 4000).split("\n"))
    return tuple(dict.fromkeys(line for line in lines if line))[:OPTIONS_AT_MOST]
