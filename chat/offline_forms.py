"""The form a visitor fills in when nobody can answer: which fields the company chose, and what is wrong with what he typed
(W-12, L-01, L-11, L-12)."""

import re
from dataclasses import asdict, dataclass

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from core.errors import Invalid
from core.text import is_email, tidy, tidy_email, tidy_lines
from tenants.company import current_company
from tenants.settings import Settings

# Those we have words for, and how much fits into each.
KNOWN = {"name": _l("Name"), "email": _l("E-mail"), "phone": _l("Phone"), "company": _l("Company")}
KNOWN_KINDS = {"name": "line", "email": "email", "phone": "phone", "company": "line"}
OWN_KINDS = {"line": _l("One line"), "paragraph": _l("Several lines")}
AT_MOST = {"name": 80, "email": 254, "phone": 40, "company": 120}
LONGEST = {"line": 200, "paragraph": 2000}
OWN_AT_MOST = 10
_OWN_KEY = re.compile("own[0-9]{1,2}")


@dataclass(frozen=True)
class Field:
    """One question.  The company's own have its words in `label`; the others have ours, in the reader's language."""

    key: str
    label: str = ""
    kind: str = "line"
    is_required: bool = False

    @property
    def is_own(self) -> bool:
        return self.key not in KNOWN

    @property
    def title(self) -> str:
        return self.label if self.is_own else str(KNOWN[self.key])

    def tidied(self, text: str) -> str:
        if self.kind == "email":
            return tidy_email(text)
        tidied = tidy_lines if self.kind == "paragraph" else tidy
        return tidied(text, AT_MOST.get(self.key) or LONGEST[self.kind])


USUAL = [Field("name"), Field("email", kind="email"), Field("phone", kind="phone")]


class OfflineForm:
    """The company's fields in their order, and what stands above them."""

    def __init__(self, fields: list[Field], intro: str = ""):
        self.fields, self.intro = fields, intro

    @classmethod
    def current(cls) -> "OfflineForm":
        settings = Settings.current()
        stored = settings.offline_fields
        return cls(USUAL if stored is None else [Field(**field) for field in stored], settings.offline_intro)

    @classmethod
    def typed(cls, typed: MultiDict) -> "OfflineForm":
        """The form as somebody is building it: parallel lists of `key`, `label` and `kind`, and the keys ticked `required`.

        What is none of ours, there already, or one too many is left out.
        """
        rows = zip(typed.getlist("key"), typed.getlist("label"), typed.getlist("kind"), strict=False)
        fields = [field for row in rows if (field := _typed(row, set(typed.getlist("required"))))]
        unique = list({field.key: field for field in fields}.values())
        surplus = [field for field in unique if field.is_own][OWN_AT_MOST:]
        return cls([field for field in unique if field not in surplus], tidy_lines(typed.get("offline_intro"), 500))

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

    def with_known(self, key: str) -> "OfflineForm":
        return self._of([*self.fields, Field(key, kind=KNOWN_KINDS[key])]) if key in self.lacks else self

    def with_own(self) -> "OfflineForm":
        """With one more question, still without words."""
        if not self.has_room:
            return self
        number = next(number for number in range(1, OWN_AT_MOST + 2) if f"own{number}" not in self.keys)
        return self._of([*self.fields, Field(f"own{number}")])

    def without(self, key: str) -> "OfflineForm":
        return self._of([field for field in self.fields if field.key != key])

    def moved(self, key: str, places: int) -> "OfflineForm":
        """With a field further up (-1) or down (1)."""
        fields = list(self.fields)
        at = next((at for at, field in enumerate(fields) if field.key == key), None)
        if at is not None:
            fields.insert(max(0, at + places), fields.pop(at))
        return self._of(fields)

    def save(self) -> None:
        """Make it the company's.  Raises Invalid with the fields that have no words."""
        faults = {f"label-{field.key}": _("Write what you ask.") for field in self.fields if field.is_own and not field.label}
        if faults:
            raise Invalid(**faults)
        settings = Settings.current()
        settings.offline_fields, settings.offline_intro = [asdict(field) for field in self.fields], self.intro

    def filled_in(self, answers: dict) -> dict[str, str]:
        """What a visitor answered, field by field, made fit to keep.  Raises Invalid with a sentence for each fault."""
        typed = {field: field.tidied(_text(answers.get(field.key))) for field in self.fields}
        faults = {field.key: fault for field, text in typed.items() if (fault := self._fault(field, text))}
        filled_in = {field.key: text for field, text in typed.items()}
        if self.can_be_answered and not filled_in.get("email") and not filled_in.get("phone"):
            faults.setdefault("email" if "email" in self.keys else "phone", self._reach)
        if faults:
            raise Invalid(**faults)
        return filled_in

    def told(self, filled_in: dict[str, str]) -> list[dict[str, str]]:
        """The answers that have no place of their own on an offline message: [{"label", "value"}], in the company's language."""
        with force_locale(current_company().language):
            return [
                {"label": field.title, "value": filled_in[field.key]}
                for field in self.fields
                if (field.is_own or field.key == "company") and filled_in[field.key]
            ]

    def as_dict(self) -> dict:
        return {"intro": self.intro, "fields": [asdict(field) for field in self.fields]}

    @property
    def _reach(self) -> str:
        if "email" not in self.keys:
            return _("Leave a phone number, so that we can answer.")
        if "phone" not in self.keys:
            return _("Leave an e-mail address, so that we can answer.")
        return _("Leave an e-mail address or a phone number, so that we can answer.")

    def _fault(self, field: Field, text: str) -> str:
        if field.is_required and not text:
            return _("Fill this in.")
        if field.kind == "email" and text and not is_email(text):
            return _("Enter an e-mail address like name@example.com.")
        return ""

    def _of(self, fields: list[Field]) -> "OfflineForm":
        return OfflineForm(fields, self.intro)


def _typed(row: tuple[str, str, str], required: set[str]) -> Field | None:
    key, label, kind = row
    if key in KNOWN:
        return Field(key, kind=KNOWN_KINDS[key], is_required=key in required)
    if not _OWN_KEY.fullmatch(key):
        return None
    return Field(key, tidy(label, 80), kind if kind in OWN_KINDS else "line", key in required)


def _text(value) -> str:
    return value if isinstance(value, str) else ""
