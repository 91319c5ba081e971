"""What the company sets for its visitors' window: what it offers them, and the form for offline messages (W-12, L-11, L-12)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from chat.files import platform_upload_mb
from chat.offline_forms import KNOWN, OWN_KINDS, OfflineForm
from core.db import transaction
from core.errors import Invalid
from core.forms import Form
from manage.deeds import noted
from tenants.current import needs
from tenants.settings import Settings

window_settings = Blueprint("window_settings", __name__, url_prefix="/manage/window")

SWITCHES = ("takes_ratings", "show_last_conversation", "masks_numbers", "asks_typing_consent", "visitors_may_erase")


@window_settings.get("")
@needs("settings.manage")
def edit():
    settings, offline_form = Settings.current(), OfflineForm.current()
    ticked = {name: "yes" for name in SWITCHES if getattr(settings, name)}
    typed = {"max_upload_mb": settings.max_upload_mb, "offline_intro": offline_form.intro}
    return _page(Form(ticked | typed), offline_form)


@window_settings.post("")
@needs("settings.manage")
def update():
    form, offline_form = Form(request.form), OfflineForm.typed(request.form)
    try:
        with transaction():
            _change(form, offline_form)
    except Invalid as invalid:
        form.refuse(invalid)
        return _page(form, offline_form), invalid.status
    flash(_("Saved."), "success")
    return redirect(url_for(".edit"))


@window_settings.post("/fields")
@needs("settings.manage")
def build():
    """The page with one field more or less, or moved: nothing is kept until it is saved.  With htmx, the fields alone."""
    form, offline_form = Form(request.form), _built(OfflineForm.typed(request.form))
    if "HX-Request" in request.headers:
        return render_template("manage/window_settings/_fields.html", **_shown(form, offline_form))
    return _page(form, offline_form)


def _built(offline_form: OfflineForm) -> OfflineForm:
    asked = request.form
    if "add" in asked:
        return offline_form.with_known(asked["add"]) if asked["add"] in KNOWN else offline_form.with_own()
    if "remove" in asked:
        return offline_form.without(asked["remove"])
    if "up" in asked:
        return offline_form.moved(asked["up"], -1)
    return offline_form.moved(asked.get("down", ""), 1)


def _change(form: Form, offline_form: OfflineForm) -> None:
    settings, before = Settings.current(), _now()
    settings.max_upload_mb = form.whole_number("max_upload_mb", 1, platform_upload_mb())
    for name in SWITCHES:
        setattr(settings, name, form.yes(name))
    try:
        offline_form.save()
    except Invalid as invalid:
        form.refuse(invalid)
    form.check()
    details = {name: f"{before[name]} → {value}" for name, value in _now().items() if before[name] != value}
    if details:
        noted("window.changed", **details)


def _now() -> dict:
    """The settings as the audit log tells them."""
    settings, offline_form = Settings.current(), OfflineForm.current()
    now = {name: getattr(settings, name) for name in (*SWITCHES, "max_upload_mb", "offline_intro")}
    fields = [f"{field.title}{' *' if field.is_required else ''}" for field in offline_form.fields]
    return now | {"offline_fields": ", ".join(fields)}


def _page(form: Form, offline_form: OfflineForm) -> str:
    return render_template("manage/window_settings/edit.html", **_shown(form, offline_form))


def _shown(form: Form, offline_form: OfflineForm) -> dict:
    return {
        "form": form,
        "offline_form": offline_form,
        "KNOWN": KNOWN,
        "OWN_KINDS": OWN_KINDS,
        "largest": platform_upload_mb(),
    }
