"""The second factor of who comes in by a link: an app; beside it the way to a passkey instead."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from admin_portal.identity.invitations import come_in, link_behind
from core.db import transaction
from core.errors import Invalid
from core.forms import Form
from core.one_time_codes import AppKey, WrongCode
from core.pages import unshared
from operators.links import OperatorLink
from operators.second_factors import OperatorApp

invited_apps = Blueprint("invited_apps", __name__, url_prefix="/invitations/<token>/app")
invited_apps.after_request(unshared)


@invited_apps.get("")
def new(token):
    link = link_behind(token)
    if link.operator.password_hash is None:
        return redirect(url_for("admin_portal.invitations.edit", token=token))
    return _page(Form(), token)


@invited_apps.post("")
def create(token):
    form = Form(request.form)
    link_behind(token)
    code = form.text("code", 12, missing=_("Enter the code."))
    try:
        form.check()
        return come_in(token, lambda operator: OperatorApp.begin(operator).confirm(operator, code), "code")
    except (Invalid, WrongCode) as refusal:
        form.refuse(refusal)
        return _page(form, token), refusal.status


def _page(form: Form, token: str) -> str:
    with transaction():
        operator = OperatorLink.find(token).operator
        app = OperatorApp.begin(operator)
        key = AppKey(app.secret, app.address(operator))
    return render_template("admin_portal/identity/invited_app.html", form=form, key=key, token=token)
