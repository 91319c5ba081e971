"""An operator changes his password: with the one before, and the second factor shown a moment ago."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.waits import forget_turns, take_turn
from operators.audit import note
from operators.current import current_operator, current_operator_session, needs
from operators.mails import tell_change
from operators.operator import Operator
from operators.sessions import end_sessions

own_passwords = Blueprint("own_passwords", __name__, url_prefix="/security/password")


@own_passwords.get("")
@needs("", proof=True)
def edit():
    return _page(Form())


@own_passwords.post("")
@needs("", proof=True)
def update():
    form = Form(request.form)
    try:
        with transaction():
            _change(current_operator(), form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form), refusal.status
    flash(_("Your password has been changed, and you are signed out everywhere else."), "success")
    return redirect(url_for("admin_portal.security.show"))


def _change(operator: Operator, form: Form) -> None:
    take_turn("operator password", operator.id)
    if not operator.has_password(form.secret("current_password")):
        form.fail("current_password", _("This is not your current password. Enter it again."))
    form.check()
    operator.change_password(form.secret("password"))
    forget_turns("operator password", operator.id)
    end_sessions(operator, but=current_operator_session())
    note("operator.password_changed", operator)
    tell_change(operator, "password")


def _page(form: Form) -> str:
    return render_template("admin_portal/identity/own_password.html", form=form)
