"""Limiting what one company may ask of the platform, for a while, so that the others do not suffer."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from admin_portal.doors import company_called
from core.clock import now
from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.periods import moment_in
from operators.audit import note
from operators.current import current_operator, needs
from operators.once import sent_before
from tenants.platform.load_limits import LIMITS, LoadLimit

load_limits = Blueprint("load_limits", __name__, url_prefix="/load/limits")

MOST = 1_000_000


@load_limits.get("/new")
@needs("operations.act", proof=True)
def new():
    return _page(Form(request.args))


@load_limits.post("")
@needs("operations.act", proof=True)
def create():
    form = Form(request.form)
    try:
        _set(form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form), refusal.status
    return redirect(url_for("admin_portal.neighbours.index"))


@load_limits.post("/<company_id>/<name>/lift")
@needs("operations.act", proof=True)
def destroy(company_id, name):
    company, by = company_called(company_id), current_operator()
    with transaction():
        if LoadLimit.lift(company, name, by.email):
            note("limit.lifted", by, company, subject=f"limit:{name}")
    flash(_("%(company)s is not limited any more.", company=company.name), "success")
    return redirect(url_for("admin_portal.neighbours.index"))


def _set(form: Form) -> None:
    """Raises Invalid, NotFound."""
    what = form.choice("what", LIMITS, otherwise="requests")
    company_id = form.text("company", 40, missing=_("Enter a company ID."))
    at_most = form.whole_number("at_most", 0, MOST, missing=_("Enter how much it may."))
    reason, until = form.text("reason", 1000, missing=_("Say why.")), moment_in(form, "until")
    if until and until <= now():
        form.fail("until", _("Choose a time to come."))
    form.check()
    company, by = company_called(company_id), current_operator()
    with transaction():
        if not sent_before(form.value("form_key")):
            LoadLimit.set(company, what, at_most, by.email, reason, until)
            note("limit.set", by, company, subject=f"limit:{what}", reason=reason, at_most=at_most, until=str(until or ""))
    flash(_("%(company)s is limited from now on.", company=company.name), "success")


def _page(form: Form):
    return render_template("admin_portal/operations/load_limit.html", form=form, LIMITS=LIMITS)
