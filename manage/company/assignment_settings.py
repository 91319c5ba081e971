"""How waiting visitors reach agents (R-01…R-05, R-22, A-10)."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from chat.reception.next_agent import MODES
from chat.reception.rounds import AssignmentChanged
from core.db import record, transaction
from core.errors import Invalid
from core.forms import Form
from manage.deeds import noted
from tenants.companies.settings import Settings
from tenants.signing_in.current import needs

assignment_settings = Blueprint("assignment_settings", __name__, url_prefix="/manage/assignment")

NAMES = ("assignment", "prefers_last_agent", "conversation_limit", "return_after_minutes", "answer_within_seconds")


@assignment_settings.get("")
@needs("settings.manage")
def edit():
    return _page(Form({name: value or "" for name, value in _now().items()}))


@assignment_settings.post("")
@needs("settings.manage")
def update():
    form = Form(request.form)
    try:
        with transaction():
            _change(form)
    except Invalid as invalid:
        form.refuse(invalid)
        return _page(form), invalid.status
    flash(_("Saved. It applies to everybody who waits now."), "success")
    return redirect(url_for(".edit"))


def _change(form: Form) -> None:
    """An empty time for answering is none."""
    settings, before = Settings.current(), _now()
    wanted = {
        "assignment": form.choice("assignment", {"by_hand", *MODES}, otherwise=settings.assignment),
        "prefers_last_agent": form.yes("prefers_last_agent"),
        "conversation_limit": form.whole_number("conversation_limit", 1, 100, missing=_("Enter a number.")),
        "return_after_minutes": form.whole_number("return_after_minutes", 1, 60, missing=_("Enter a number.")),
        "answer_within_seconds": form.whole_number("answer_within_seconds", 15, 3600) or 0,
    }
    form.check()
    details = {name: f"{before[name]} → {value}" for name, value in wanted.items() if before[name] != value}
    for name, value in wanted.items():
        setattr(settings, name, value)
    if details:
        noted("assignment.changed", **details)
        record(AssignmentChanged(g.company.id))


def _now() -> dict:
    settings = Settings.current()
    return {name: getattr(settings, name) for name in NAMES}


def _page(form: Form) -> str:
    return render_template("manage/assignment_settings/edit.html", form=form)
