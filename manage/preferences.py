"""Language and look of the pages, for whoever is reading."""

from flask import Blueprint, g, redirect, request, url_for

from core.db import transaction
from core.forms import Form
from core.pages import LANGUAGE_COOKIE, LANGUAGES, THEME_COOKIE, THEMES, local_path

preferences = Blueprint("preferences", __name__)

A_YEAR = 365 * 24 * 3600


@preferences.post("/preferences")
def update():
    form = Form(request.form)
    response = redirect(local_path(form.value("next"), url_for("manage.sign_ins.new")))
    if language := form.choice("language", LANGUAGES):
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=A_YEAR, samesite="Lax")
        _keep_for_member(language)
    if theme := form.choice("theme", THEMES):
        response.set_cookie(THEME_COOKIE, theme, max_age=A_YEAR, samesite="Lax")
    return response


def _keep_for_member(language: str) -> None:
    if g.get("session") is not None:
        with transaction():
            g.session.member.language = language
