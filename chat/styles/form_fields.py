"""One question to a visitor: of which kind it is, what fits into the answer, and what is wrong with what he typed (L-11)."""

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.text import is_email, tidy, tidy_email, tidy_lines

# Those we have words for, of which kind they are, and how much fits into each.
KNOWN = {"name": _l("Name"), "email": _l("E-mail"), "phone": _l("Phone"), "company": _l("Company")}
KNOWN_KINDS = {"name": "line", "email": "email", "phone": "phone", "company": "line"}
AT_MOST = {"name": 80, "email": 254, "phone": 40, "company": 120}
KINDS = {
    "line": _l("One line"),
    "paragraph": _l("Several lines"),
    "email": _l("E-mail address"),
    "phone": _l("Phone number"),
    "choice": _l("Choice"),
    "consent": _l("Consent to tick"),
}
LONGEST = {"line": 200, "paragraph": 2000, "email": 254, "phone": 40}
# How a ticked consent travels.
YES = "yes"


@dataclass(frozen=True)
class Field:
    """`FormField` in frontend/src/shared/style.ts.  The company's own have its words in `label`; the others have ours, in

    the reader's language.  `options` is for a choice, `url` for where the wording of a consent leads.
    """

    LABELS: ClassVar = {
        "key": _l("Field"),
        "label": _l("Question"),
        "kind": _l("Room for the answer"),
        "is_required": _l("Required"),
        "options": _l("Choices"),
        "url": _l("Link"),
    }
    WORDS: ClassVar = {"kind": KINDS, "key": KNOWN}

    key: str
    label: str = ""
    kind: str = "line"
    is_required: bool = False
    options: tuple[str, ...] = ()
    url: str = ""

    @property
    def is_own(self) -> bool:
        return self.key not in KNOWN

    @property
    def title(self) -> str:
        return self.label if self.is_own else str(KNOWN[self.key])

    def tidied(self, answer) -> str:
        """An answer made fit to keep.  What is no text is none."""
        text = answer if isinstance(answer, str) else ""
        if self.kind == "consent":
            return YES if text == YES else ""
        if self.kind == "email":
            return tidy_email(text)
        if self.kind == "choice":
            return tidy(text, 200)
        tidied = tidy_lines if self.kind == "paragraph" else tidy
        return tidied(text, AT_MOST.get(self.key) or LONGEST[self.kind])

    def fault_of(self, text: str) -> str:
        """What is wrong with an answer, as a sentence; "" when nothing is."""
        if self.is_required and not text:
            return _("Tick this to go on.") if self.kind == "consent" else _("Fill this in.")
        if self.kind == "email" and text and not is_email(text):
            return _("Enter an e-mail address like name@example.com.")
        if self.kind == "choice" and text and text not in self.options:
            return _("Choose one of these.")
        return ""

    def told(self, text: str) -> dict[str, str]:
        """Question and answer, as the team reads them."""
        return {"label": self.title, "value": _("Agreed") if self.kind == "consent" else text}
