"""An operator sets up an authenticator app, or another one in place of it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.one_time_codes import AppKey
from core.pages import unshared
from operators.audit import note
from operators.current import current_operator, needs
from operators.mails import tell_change
from operators.second_factors import OperatorApp

own_apps = Blueprint("own_apps", __name__, url_prefix="/security/app")
own_apps.after_request(unshared)


@own_apps.get("")
@needs("", proof=True)
def new():
    return _page(Form())


@own_apps.post("")
@needs("", proof=True)
def create():
    form, operator = Form(request.form), current_operator()
    try:
        code = form.text("code", 12, missing=_("Enter the code."))
        form.check()
        with transaction():
            OperatorApp.begin(operator).confirm(operator, code)
            note("operator.app_added", operator)
            tell_change(operator, "app")
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form), refusal.status
    flash(_("Your app shows the codes that are asked for from now on."), "success")
    return redirect(url_for("admin_portal.security.show"))


def _page(form: Form) -> str:
    with transaction():
        operator = current_operator()
        app = OperatorApp.begin(operator)
        key = AppKey(app.secret, app.address(operator))
    return render_template("admin_portal/identity/own_app.html", form=form, key=key, has_one=OperatorApp.of(operator))
