"""Language and look of the portal's pages, for whoever is reading."""

from zoneinfo import available_timezones

from flask import Blueprint, g, redirect, request, url_for

from core.db import transaction
from core.forms import Form
from core.pages import LANGUAGES, keep_preferences, local_path
from operators.operator import Operator

preferences = Blueprint("preferences", __name__)


@preferences.post("/preferences")
def update():
    form = Form(request.form)
    if g.get("operator_session") is not None:
        with transaction():
            _keep_for(g.operator_session.operator, form)
    return keep_preferences(redirect(local_path(form.value("next"), url_for("admin_portal.sign_ins.new"))), form)


def _keep_for(operator: Operator, form: Form) -> None:
    operator.language = form.choice("language", LANGUAGES, operator.language)
    operator.time_zone = form.choice("time_zone", available_timezones(), operator.time_zone)
