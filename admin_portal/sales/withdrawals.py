"""Something is sold no more, or again.  Whoever bought it keeps it."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from admin_portal.sales.deeds import reason_in
from billing.shelving import put_back, withdraw
from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from operators.audit import note
from operators.current import current_operator, needs

withdrawals = Blueprint("withdrawals", __name__, url_prefix="/products/<code>/withdrawal")


@withdrawals.post("")
@needs("catalogue.change", proof=True)
def create(code):
    return _do(code, withdraw, "product.withdrawn", _("It is not on sale any more."))


@withdrawals.post("/end")
@needs("catalogue.change", proof=True)
def destroy(code):
    return _do(code, put_back, "product.put_back", _("It is on sale again."))


def _do(code: str, deed, action: str, done: str):
    form = Form(request.form)
    try:
        reason = reason_in(form)
        form.check()
        with transaction():
            product = deed(code, form.id("version") or 0)
            note(action, current_operator(), subject=f"product:{code}", reason=reason, version=product.version)
    except Refusal as refusal:
        flash("; ".join(map(str, form.faults.values())) or str(refusal), "danger")
    else:
        flash(done, "success")
    return redirect(url_for("admin_portal.products.show", code=code))
