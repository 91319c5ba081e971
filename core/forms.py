"""What somebody typed into a form: cleaned for use, kept as it was for showing again, with the faults beside the fields."""

from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from core.errors import Invalid, Refusal
from core.text import is_email, tidy, tidy_email, tidy_lines

# Where a fault stands that belongs to no field: at the top of the form.
WHOLE_FORM = "form"


class Form:
    """Read its fields, then `check()`: it raises Invalid with every fault found.  Templates ask `value`, `has`, `fault`."""

    def __init__(self, typed: Mapping | MultiDict | None = None):
        self.typed = typed if isinstance(typed, MultiDict) else MultiDict(typed or {})
        self.faults: dict[str, str] = {}

    def text(self, name: str, at_most: int = 80, missing: str | None = None) -> str:
        """One line.  `missing` is what to say when it is empty; None: it may be."""
        return self._required(name, tidy(self.typed.get(name), at_most), missing)

    def lines(self, name: str, at_most: int = 4000) -> list[str]:
        """The lines of a text box that have something on them."""
        return [line.strip() for line in tidy_lines(self.typed.get(name), at_most).split("\n") if line.strip()]

    def secret(self, name: str, missing: str | None = None) -> str:
        """A password: exactly as typed."""
        return self._required(name, self.typed.get(name, ""), missing)

    def email(self, name: str, missing: str | None = None) -> str:
        email = self._required(name, tidy_email(self.typed.get(name)), missing)
        if email and not is_email(email):
            self.faults[name] = _("Enter an e-mail address like name@example.com.")
        return email

    def whole_number(self, name: str, at_least: int, at_most: int, missing: str | None = None) -> int | None:
        text = self._required(name, tidy(self.typed.get(name), 12), missing)
        if not text:
            return None
        number = int(text) if text.isascii() and text.isdecimal() else at_least - 1
        if not at_least <= number <= at_most:
            self.faults[name] = _("Enter a whole number from %(least)s to %(most)s.", least=at_least, most=at_most)
        return number

    def yes(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.typed.get(name))

    def choice(self, name: str, among: Collection[str], otherwise: str = "") -> str:
        chosen = self.typed.get(name, "")
        return chosen if chosen in among else otherwise

    def id(self, name: str) -> int | None:
        return next(iter(self.ids(name)), None)

    def ids(self, name: str) -> list[int]:
        return [int(id) for id in self.typed.getlist(name) if id.isascii() and id.isdecimal() and len(id) < 19]

    def fail(self, name: str, text: str) -> None:
        self.faults[name] = text

    def check(self) -> None:
        if self.faults:
            raise Invalid(**self.faults)

    def refuse(self, refusal: Refusal) -> None:
        """Note what was refused: beside the fields it names, or at the top."""
        self.faults |= refusal.fields if isinstance(refusal, Invalid) else {WHOLE_FORM: str(refusal)}

    def value(self, name: str) -> str:
        value = self.typed.get(name)
        return "" if value is None else value

    def has(self, name: str, value) -> bool:
        """Whether this is chosen or ticked."""
        return str(value) in map(str, self.typed.getlist(name))

    def fault(self, name: str) -> str:
        return str(self.faults.get(name, ""))

    def _required(self, name: str, value: str, missing: str | None) -> str:
        if missing and not value:
            self.faults[name] = missing
        return value
