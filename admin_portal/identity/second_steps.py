"""The second step of coming in, which nobody is spared: the app's code, a recovery code, or a passkey (ASVS 6.3.3)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from admin_portal.identity.halfway import halfway
from admin_portal.identity.signing_in import browser_token, let_in
from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.one_time_codes import WrongCode
from operators.audit import note
from operators.operator import Operator
from operators.second_factors import prove

second_steps = Blueprint("second_steps", __name__, url_prefix="/second-step")


@second_steps.get("")
def new():
    return _page(Form()) if halfway() else too_late()


@second_steps.post("")
def create():
    half, form = halfway(), Form(request.form)
    if half is None:
        return too_late()
    operator, next_page = half
    try:
        method = proved_by_code(operator, form, "code", "operator.refused")
        return let_in(operator, next_page, method)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form), refusal.status


def proved_by_code(operator: Operator, form: Form, field: str, refused_as: str) -> str:
    """How a code in a form proves that the operator is there.  A wrong one is noted as `refused_as`.

    Raises Invalid, WrongCode, TooManyTries.
    """
    code = form.text(field, 40, missing=_("Enter the code."))
    form.check()
    try:
        with transaction():
            return prove(operator, code, browser_token())
    except WrongCode:
        # The try itself stays written down.
        with transaction():
            note(refused_as, operator, method="code")
        raise


def too_late():
    flash(_("That took too long. Sign in again."), "warning")
    return redirect(url_for("admin_portal.sign_ins.new"))


def _page(form: Form) -> str:
    return render_template("admin_portal/identity/second_step.html", form=form)
