"""My information: name, phone, photo, language and time zone (G-11, G-12)."""

from zoneinfo import available_timezones

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.db import transaction
from core.errors import Invalid
from core.forms import Form
from core.pages import LANGUAGE_COOKIE, LANGUAGES
from manage.deeds import noted
from manage.members.form import changes_to
from tenants.people.photos import keep_photo, remove_photo
from tenants.signing_in.current import current_member

me = Blueprint("me", __name__, url_prefix="/manage/me")


@me.get("")
def edit():
    member = current_member()
    shown = {"name": member.name, "phone": member.phone, "language": member.language or "", "time_zone": member.time_zone or ""}
    return _page(Form(shown))


@me.post("")
def update():
    form = Form(request.form)
    try:
        with transaction():
            _change(form)
    except Invalid as invalid:
        form.refuse(invalid)
        return _page(form), invalid.status
    flash(_("Saved."), "success")
    response = redirect(url_for(".edit"))
    response.delete_cookie(LANGUAGE_COOKIE)
    return response


def _change(form: Form) -> None:
    member = current_member()
    fields = {
        "name": form.text("name", missing=_("Enter your name.")),
        "phone": form.text("phone", 40),
        "language": form.choice("language", LANGUAGES) or None,
        "time_zone": form.choice("time_zone", available_timezones()) or None,
    }
    form.check()
    if details := changes_to(member, fields):
        noted("member.changed", member, **details)
    for field, value in fields.items():
        setattr(member, field, value)
    member.changed()
    _change_photo(form)


def _change_photo(form: Form) -> None:
    photo = request.files.get("photo")
    if photo and photo.filename:
        keep_photo(current_member(), photo.read())
    elif form.yes("remove_photo"):
        remove_photo(current_member())


def _page(form: Form) -> str:
    return render_template("manage/me/edit.html", form=form, time_zones=sorted(available_timezones()))
