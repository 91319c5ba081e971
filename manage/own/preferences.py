"""Language and look of the pages, for whoever is reading."""

from flask import Blueprint, g, redirect, request, url_for

from core.db import transaction
from core.forms import Form
from core.pages import LANGUAGES, keep_preferences, local_path

preferences = Blueprint("preferences", __name__)


@preferences.post("/preferences")
def update():
    form = Form(request.form)
    if (language := form.choice("language", LANGUAGES)) and g.get("session") is not None:
        with transaction():
            g.session.member.language = language
    return keep_preferences(redirect(local_path(form.value("next"), url_for("manage.sign_ins.new"))), form)
