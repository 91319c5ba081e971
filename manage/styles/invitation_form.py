"""The form on which the invitations of a style are set, with its rules: each field of a rule has the rule's number behind it."""

import secrets
from dataclasses import asdict

from flask_babel import get_locale
from flask_babel import gettext as _

from chat.invitations.rules import COUNTS, MANNERS, RULES_AT_MOST, STARS_AT_MOST, VISITORS, InvitationRule, Invitations
from chat.places.regions import full_name
from core.errors import Invalid
from core.forms import Form
from core.text import tidy, tidy_lines
from manage.styles.region_names import region_called
from manage.styles.uploads import Uploads

UPLOADS = {"box_picture": "invitation"}
DAY_IN_SECONDS = 86_400
# Whole numbers of the part, and of a rule, each between these.
NUMBERS = {
    "pause_seconds": (0, DAY_IN_SECONDS),
    "per_visit": (1, 20),
    "per_day": (1, 50),
    "quiet_days": (0, 365),
    "stays_seconds": (10, 3600),
}
RULE_NUMBERS = {"after_seconds": (0, DAY_IN_SECONDS), "least_visits": (2, 1000)}
SWITCHES = ("is_automatic", "repeats", "invites_offline")
LINES_AT_MOST = 50


def filled_in(part: Invitations) -> Form:
    """As the invitations are."""
    typed = {name: _as_typed(value) for name, value in part.as_dict().items() if name != "rules"}
    for rule in part.rules:
        typed |= _filled_in(rule)
    return Form(typed | {"rule": [str(rule.id) for rule in part.rules]})


def typed(form: Form, uploads: Uploads) -> Invitations:
    """The invitations as they were typed, with what is wrong noted beside each field."""
    uploads.fill_in(form)
    part = Invitations(
        manner=form.choice("manner", MANNERS, otherwise="ask"),
        rules=tuple(_rule(form, id) for id in rule_ids(form)),
        box_title=form.text("box_title", 80),
        box_text=tidy_lines(form.value("box_text"), 500),
        box_picture=form.text("box_picture", 200),
        offline_title=form.text("offline_title", 80),
        offline_text=tidy_lines(form.value("offline_text"), 500),
        **{name: form.yes(name) for name in SWITCHES},
        **_numbers(form, NUMBERS),
    )
    try:
        part.check()
    except Invalid as invalid:
        # What is wrong with a field itself is said first.
        form.faults = invalid.fields | form.faults
    return part


def step(form: Form) -> None:
    """One rule more, or one less: `add`, `remove 7`."""
    verb, _space, id = form.value("step").partition(" ")
    ids = rule_ids(form)
    form.typed = form.typed.copy()
    if verb == "add" and len(ids) < RULES_AT_MOST:
        # Never one that a rule had before: what was counted for that stays with it.
        fresh = InvitationRule(id=secrets.randbelow(2**31 - 1) + 1)
        for name, value in _filled_in(fresh).items():
            form.typed[name] = value
        ids.append(fresh.id)
    form.typed.setlist("rule", [str(one) for one in ids if verb != "remove" or str(one) != id])


def rule_ids(form: Form) -> list[int]:
    """The rules of a form, each once."""
    return list(dict.fromkeys(id for id in form.ids("rule") if 0 < id < 2**31))[:RULES_AT_MOST]


def _filled_in(rule: InvitationRule) -> dict:
    language = str(get_locale() or "en")
    plain = asdict(rule) | {"regions": [full_name(code, language) for code in rule.regions]}
    return {f"{name}-{rule.id}": _as_typed(value) for name, value in plain.items() if name != "id"}


def _as_typed(value) -> str:
    """As a field has it: a tick, a number, or several on a line each."""
    if isinstance(value, bool):
        return "yes" if value else ""
    return "\n".join(value) if isinstance(value, tuple | list) else str(value)


def _rule(form: Form, id: int) -> InvitationRule:
    return InvitationRule(
        id=id,
        name=form.text(f"name-{id}", 60),
        is_on=form.yes(f"is_on-{id}"),
        counts=form.choice(f"counts-{id}", COUNTS, otherwise="page"),
        visitors=form.choice(f"visitors-{id}", VISITORS, otherwise="all"),
        pages=_pages(form, f"pages-{id}"),
        regions=_regions(form, f"regions-{id}"),
        referrers=tuple(line.removeprefix("www.") for line in _lines(form, f"referrers-{id}", 120)),
        words=_lines(form, f"words-{id}", 60),
        **_numbers(form, RULE_NUMBERS, f"-{id}"),
    )


def _numbers(form: Form, numbers: dict, behind: str = "") -> dict:
    """What is no number is told beside its field, and as the class has it."""
    found = {name: form.whole_number(name + behind, *limits, missing=_("Enter a number.")) for name, limits in numbers.items()}
    return {name: number for name, number in found.items() if number is not None}


def _lines(form: Form, name: str, at_most: int) -> tuple[str, ...]:
    lines = (tidy(line, at_most).casefold() for line in form.lines(name, 8000)[:LINES_AT_MOST])
    return tuple(dict.fromkeys(line for line in lines if line))


def _pages(form: Form, name: str) -> tuple[str, ...]:
    pages = tuple(dict.fromkeys(tidy(line, 500) for line in form.lines(name, 8000)[:LINES_AT_MOST]))
    if any(page.count("*") > STARS_AT_MOST for page in pages):
        form.fail(name, _("A page may have at most %(most)s stars.", most=STARS_AT_MOST))
    return tuple(page for page in pages if page.count("*") <= STARS_AT_MOST)


def _regions(form: Form, name: str) -> tuple[str, ...]:
    found = {line: region_called(line) for line in form.lines(name, 8000)[:LINES_AT_MOST]}
    unknown = [line for line, code in found.items() if not code]
    if unknown:
        form.fail(name, _("We know no region called “%(name)s”.", name=unknown[0][:60]))
    return tuple(dict.fromkeys(code for code in found.values() if code))
