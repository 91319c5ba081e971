"""What visitors are asked about themselves before they chat, and when they leave a message (W-24…W-26, L-10, L-11).

One form for both.  Asking before the chat is paid for (F-12, CF-14); the message form is everybody's.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from chat.styles.form_fields import Field
from chat.styles.links import fault_of as fault_of_link
from chat.styles.sites import Site
from chat.styles.styles import Part, Style
from chat.visitors.visitors import Visitor
from core.errors import Invalid, Refusal
from core.text import is_email
from tenants.companies.company import current_company
from tenants.companies.settings import Settings

FLAG = "visitor_registration"
OPTIONS_AT_MOST = 20
USUAL = (Field("name"), Field("email", kind="email"), Field("phone", kind="phone"))
# Where offline messages go (L-10).
SYSTEMS = {
    "board": _l("Here, to the team's list of offline messages"),
    "tracker": _l("Here, and by e-mail to your issue-tracking system"),
    "own": _l("To a board of your own: visitors get a link to it instead of the form"),
}


class RegistrationNeeded(Refusal):
    code = "registration_needed"
    message = _l("Tell us first who you are.")


@dataclass(frozen=True)
class Registration(Part, name="registration", title=_l("Visitor registration")):
    """The form of one style, whether it comes before the chat, and where messages go."""

    LABELS: ClassVar = {
        "before_chat": _l("Ask before the chat"),
        "fields": _l("Fields"),
        "system": _l("Where messages go"),
        "tracker": _l("E-mail address of the issue-tracking system"),
        "board_url": _l("Address of your board"),
    }
    WORDS: ClassVar = {"system": SYSTEMS}

    before_chat: bool = False
    fields: tuple[Field, ...] = USUAL
    system: str = "board"
    tracker: str = ""
    board_url: str = ""

    @classmethod
    def at_first(cls) -> Self:
        """With the form the company had for offline messages, if it had one of its own."""
        stored = Settings.current().offline_fields
        return cls() if stored is None else cls(fields=tuple(Field(**field) for field in stored))

    @property
    def can_be_answered(self) -> bool:
        """Whether who fills it in tells how to reach him."""
        return any(field.key in ("email", "phone") for field in self.fields)

    def with_rights(self, flags: frozenset[str]) -> Self:
        return self if FLAG in flags else replace(self, before_chat=False)

    def check(self) -> None:
        faults = dict(_faults_of(self.fields))
        if self.before_chat and not self.fields:
            faults["before_chat"] = _("Add a field first: there is nothing to ask.")
        if self.system == "tracker" and not is_email(self.tracker):
            faults["tracker"] = _("Enter an e-mail address like name@example.com.")
        if self.system == "own" and (fault := fault_of_link(self.board_url) or (not self.board_url and _("Enter an address."))):
            faults["board_url"] = fault
        if faults:
            raise Invalid(**faults)

    def filled_in(self, answers: dict, to_be_reached: bool = False) -> dict[str, str]:
        """What a visitor answered, field by field, made fit to keep.

        `to_be_reached`: where the form asks for a mail address or a phone number, he must give one of them.
        Raises Invalid with a sentence for each fault.
        """
        filled_in = {field.key: field.tidied(answers.get(field.key)) for field in self.fields}
        faults = {field.key: fault for field in self.fields if (fault := field.fault_of(filled_in[field.key]))}
        if to_be_reached and self.can_be_answered and not (filled_in.get("email") or filled_in.get("phone")):
            faults.setdefault("email" if "email" in filled_in else "phone", self._reach(filled_in))
        if faults:
            raise Invalid(**faults)
        return filled_in

    def told(self, filled_in: dict[str, str], besides: Iterable[str]) -> list[dict[str, str]]:
        """The answers to all questions but those of `besides`: [{"label", "value"}], in the company's language."""
        with force_locale(current_company().language):
            answered = [field for field in self.fields if filled_in[field.key] and field.key not in besides]
            return [field.told(filled_in[field.key]) for field in answered]

    def as_seen(self) -> dict:
        """`StyleForm` in frontend/src/shared/style.ts."""
        seen = self.as_dict()
        board_url = self.board_url if self.system == "own" else ""
        return {"before_chat": self.before_chat, "fields": seen["fields"], "board_url": board_url}

    def _reach(self, filled_in: dict[str, str]) -> str:
        if "email" not in filled_in:
            return _("Leave a phone number, so that we can answer.")
        if "phone" not in filled_in:
            return _("Leave an e-mail address, so that we can answer.")
        return _("Leave an e-mail address or a phone number, so that we can answer.")


def registration_of(site: Site) -> Registration:
    """The form of a site, with what the company has the right to."""
    return Style(site).in_force(Registration)


def must_register(visitor: Visitor, site: Site) -> bool:
    """Whether he is asked before he chats: nobody knows of him yet what must be known (W-24).

    Whom his company's own server vouches for is known.  Where nothing is required, everybody is asked once.
    """
    form = registration_of(site)
    if not form.before_chat or visitor.is_verified:
        return False
    required = [field for field in form.fields if field.is_required]
    if required:
        return not all(map(visitor.has_told, required))
    return visitor.registered_at is None and not visitor.is_known


def register(visitor: Visitor, site: Site, answers: dict, ip: str = "", page_url: str = "") -> None:
    """Put what he answered onto his card.  Harmless when nobody asks any more.  Raises Invalid with the faulty fields."""
    form = registration_of(site)
    filled_in = form.filled_in(answers)
    visitor.tell(form, filled_in, site, ip, page_url)


def _faults_of(fields: tuple[Field, ...]) -> Iterable[tuple[str, str]]:
    titles = Counter(field.title.casefold() for field in fields)
    for field in fields:
        if field.is_own and not field.label:
            yield f"label-{field.key}", _("Write what you ask.")
        elif field.is_own and titles[field.title.casefold()] > 1:
            # Answers are kept by their questions: one would replace the other.
            yield f"label-{field.key}", _("Another field asks the same.")
        if field.kind == "choice" and len(field.options) < 2:
            yield f"options-{field.key}", _("Write at least two choices, one on each line.")
        if fault := fault_of_link(field.url):
            yield f"url-{field.key}", fault
