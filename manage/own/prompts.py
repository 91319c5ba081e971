"""An agent's own words for what is said in his name (M-11, CF-17)."""

from collections.abc import Iterator

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from chat.styles.prompts import AT_MOST, SPOKEN, OwnPrompts, Prompts, filled
from chat.styles.sites import Site
from chat.styles.styles import Style
from chat.styles.suspicious_words import look_at_words
from core.db import transaction
from core.errors import Invalid
from core.forms import Form
from manage.styles.prompts import sample_names
from tenants.signing_in.current import current_member, needs

own_prompts = Blueprint("own_prompts", __name__, url_prefix="/manage/me/texts")


@own_prompts.get("")
@needs("conversations.answer")
def edit():
    own = OwnPrompts.by_member().get(current_member().id)
    return _page(Form({name: getattr(own, name, "") for name in SPOKEN}))


@own_prompts.post("")
@needs("conversations.answer")
def update():
    form = Form(request.form)
    try:
        with transaction():
            OwnPrompts.keep(current_member(), form.typed)
            look_at_words("own_prompts", {name: form.value(name) for name in SPOKEN}, member=current_member().number)
    except Invalid as invalid:
        form.refuse(invalid)
        return _page(form), invalid.status
    flash(_("Saved. It counts at once, on every computer you work on."), "success")
    return redirect(url_for(".edit"))


def _page(form: Form) -> str:
    samples = {name: filled(form.value(name), g.company.name, current_member().name) for name in SPOKEN}
    return render_template(
        "manage/own_prompts/edit.html",
        form=form,
        samples=samples,
        names=sample_names(),
        otherwise={name: list(_otherwise(name)) for name in SPOKEN},
        SPOKEN=SPOKEN,
        LABELS=Prompts.LABELS,
        AT_MOST=AT_MOST,
    )


def _otherwise(name: str) -> Iterator[tuple[str, str]]:
    """What is said instead of an empty text: by site, as its style says."""
    for site in Site.all():
        if text := getattr(Style(site).in_force(Prompts), name):
            yield site.name, text
