"""What the company sets for its visitors' window on all its sites: what it offers them, and their privacy."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.db import transaction
from core.errors import Invalid
from core.forms import Form
from manage.deeds import noted
from tenants.companies.settings import Settings
from tenants.platform.settings import upload_mb
from tenants.signing_in.current import needs

window_settings = Blueprint("window_settings", __name__, url_prefix="/manage/window")

SWITCHES = ("takes_ratings", "show_last_conversation", "masks_numbers", "asks_typing_consent", "visitors_may_erase")


@window_settings.get("")
@needs("settings.manage")
def edit():
    settings = Settings.current()
    ticked = {name: "yes" for name in SWITCHES if getattr(settings, name)}
    return _page(Form(ticked | {"max_upload_mb": settings.max_upload_mb}))


@window_settings.post("")
@needs("settings.manage")
def update():
    form = Form(request.form)
    try:
        with transaction():
            _change(form)
    except Invalid as invalid:
        form.refuse(invalid)
        return _page(form), invalid.status
    flash(_("Saved."), "success")
    return redirect(url_for(".edit"))


def _change(form: Form) -> None:
    settings, before = Settings.current(), _now()
    settings.max_upload_mb = form.whole_number("max_upload_mb", 1, upload_mb())
    for name in SWITCHES:
        setattr(settings, name, form.yes(name))
    form.check()
    details = {name: f"{before[name]} → {value}" for name, value in _now().items() if before[name] != value}
    if details:
        noted("window.changed", **details)


def _now() -> dict:
    """The settings as the audit log tells them."""
    settings = Settings.current()
    return {name: getattr(settings, name) for name in (*SWITCHES, "max_upload_mb")}


def _page(form: Form) -> str:
    return render_template("manage/window_settings/edit.html", form=form, largest=upload_mb())
