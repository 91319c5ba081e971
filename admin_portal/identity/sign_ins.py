"""Coming into the portal, and leaving it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from admin_portal.identity.halfway import begin_halfway
from admin_portal.identity.signing_in import drop_cookie, find_operator, sign_out
from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from operators.audit import note
from operators.current import current_operator, needs

sign_ins = Blueprint("sign_ins", __name__)


@sign_ins.get("/sign-in")
def new():
    return _page(Form(request.args.to_dict()))


@sign_ins.post("/sign-in")
def create():
    form = Form(request.form)
    email = form.email("email", missing=_("Enter your e-mail address."))
    password = form.secret("password", missing=_("Enter your password."))
    try:
        form.check()
        begin_halfway(find_operator(email, password), form.value("next"))
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form), refusal.status
    return redirect(url_for("admin_portal.second_steps.new"))


@sign_ins.post("/sign-out")
@needs("")
def destroy():
    with transaction():
        note("operator.signed_out", current_operator())
    sign_out()
    flash(_("You have signed out."), "success")
    return drop_cookie(redirect(url_for(".new")))


def _page(form: Form) -> str:
    return render_template("admin_portal/identity/sign_in.html", form=form)
