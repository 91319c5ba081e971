"""How many companies may be opened."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.db import transaction
from core.errors import Invalid
from core.forms import Form
from operators.audit import note
from operators.current import current_operator, needs
from tenants.abuse.sign_ups import LIMITS, SignUpLimit, sign_up_limits

sign_up_limits_page = Blueprint("sign_up_limits", __name__, url_prefix="/abuse/sign-up-limits")

MOST = 100_000


@sign_up_limits_page.get("")
@needs("abuse.act")
def edit():
    return _page(Form(sign_up_limits()))


@sign_up_limits_page.post("")
@needs("abuse.act")
def update():
    form, before = Form(request.form), sign_up_limits()
    try:
        wanted = {name: form.whole_number(name, 1, MOST, missing=_("Enter a number.")) for name in LIMITS}
        reason = form.text("reason", 300, missing=_("Write why: it stands in the log."))
        form.check()
    except Invalid as invalid:
        form.refuse(invalid)
        return _page(form), invalid.status
    with transaction():
        SignUpLimit.keep(wanted)
        changes = {name: f"{before[name]} → {at_most}" for name, at_most in wanted.items() if before[name] != at_most}
        note("sign_up_limits.changed", current_operator(), reason=reason, **changes)
    flash(_("Saved."), "success")
    return redirect(url_for("admin_portal.blocks.index"))


def _page(form: Form) -> str:
    return render_template("admin_portal/abuse/sign_up_limits.html", form=form, LIMITS=LIMITS)
