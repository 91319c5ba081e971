"""What a style says by itself, moment by moment (M-12)."""

from collections.abc import Iterator
from typing import NamedTuple

from flask import Blueprint, g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from chat.styles.prompts import AT_MOST, SPOKEN, Prompts, filled
from core.forms import Form
from core.text import tidy_lines
from manage.styles.pages import PartPage
from tenants.signing_in.current import current_member, needs

style_prompts = Blueprint("style_prompts", __name__, url_prefix="/manage/styles/<int:site_id>/prompts")

# What people may begin with, by text.
SUGGESTIONS = {
    "registration": _l("Tell us who you are, and we can help you faster."),
    "offline_message": _l("Nobody is here right now. Leave a message, and we will answer."),
    "busy": _l("All our agents are talking to somebody. You are in the queue, and the next one who is free answers you."),
    "greeting": _l("Hello, this is {agent} of {company}. How can I help you?"),
    "after_connect": _l("I am here. What would you like to know?"),
    "unanswered": _l("Thank you for waiting. I will be with you in a moment."),
    "repeated": _l("We have not forgotten you. Thank you for your patience."),
    "no_reaction": _l("We have not heard from you for a while, so we end this conversation. Write again whenever you like."),
    "closing": _l("Thank you for talking to {company}."),
}


class Moment(NamedTuple):
    """A moment of a visit: what it is, whose words these are, and the texts that may be said then."""

    name: str
    title: str
    meaning: str
    texts: tuple[str, ...]


MOMENTS = (
    Moment(
        "comes", _l("The visitor comes"), _l("Before the chat, or when nobody is there."), ("registration", "offline_message")
    ),
    Moment("waits", _l("Waiting for an agent"), _l("Everybody is busy."), ("busy",)),
    Moment("begins", _l("An agent accepts"), _l("They begin to talk."), ("greeting", "after_connect")),
    Moment(
        "asks",
        _l("Waiting for an answer"),
        _l("The visitor has written, and nobody has answered yet."),
        ("unanswered", "repeated"),
    ),
    Moment(
        "leaves", _l("The visitor does not react any more"), _l("The agent has written, the visitor has not."), ("no_reaction",)
    ),
    Moment("ends", _l("It is over"), _l("Whoever ended it."), ("closing",)),
)


@style_prompts.get("")
@needs("sites.manage")
def edit(site_id):
    return _page(site_id).show()


@style_prompts.post("")
@needs("sites.manage")
def update(site_id):
    return _page(site_id).save(_typed)


@style_prompts.post("/draft")
@needs("sites.manage")
def build(site_id):
    """The page with a suggestion where nothing stood: nothing is kept until it is saved."""
    page, form = _page(site_id), Form(request.form.copy())
    page.seen = form.id("seen")
    name = form.value("suggest")
    if name in SUGGESTIONS and not form.value(name).strip():
        form.typed[name] = str(SUGGESTIONS[name])
    return page.show(form)


def _typed(form: Form) -> Prompts:
    texts = {name: tidy_lines(form.value(name), AT_MOST + 1) for name in Prompts.texts()}
    times = {name: form.whole_number(name, *limits, missing=_("Enter a number.")) for name, limits in Prompts.TIMES.items()}
    return Prompts(**texts, **{name: number for name, number in times.items() if number is not None})


def _page(site_id: int) -> PartPage:
    return PartPage(site_id, Prompts, "manage/styles/prompts.html", _more)


def _more(form: Form) -> dict:
    return {
        "MOMENTS": MOMENTS,
        "SUGGESTIONS": SUGGESTIONS,
        "SPOKEN": SPOKEN,
        "LABELS": Prompts.LABELS,
        "AT_MOST": AT_MOST,
        "names": sample_names(),
        "samples": dict(_samples(form, Prompts.texts())),
    }


def sample_names() -> dict[str, str]:
    """Who stands in a sample, by placeholder."""
    return {"agent": current_member().name, "company": g.company.name, "visitor": _("visitor")}


def _samples(form: Form, texts: list[str]) -> Iterator[tuple[str, str]]:
    for name in texts:
        yield name, filled(form.value(name), g.company.name, current_member().name)
