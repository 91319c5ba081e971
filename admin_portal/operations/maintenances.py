"""Announcing maintenance in three languages, and calling it off."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.clock import now
from core.db import db, transaction
from core.errors import NotFound, Refusal
from core.forms import Form
from core.pages import LANGUAGES
from core.periods import moment_in
from operators.audit import note
from operators.current import current_operator, needs
from operators.once import sent_before
from tenants.platform.maintenance import Maintenance

maintenances = Blueprint("maintenances", __name__, url_prefix="/maintenance")


@maintenances.get("/new")
@needs("operations.act", proof=True)
def new():
    return _page(Form())


@maintenances.post("")
@needs("operations.act", proof=True)
def create():
    form = Form(request.form)
    try:
        _announce(form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form), refusal.status
    flash(_("Announced. Everybody who works here sees it."), "success")
    return redirect(url_for("admin_portal.switches.index"))


@maintenances.post("/<int:maintenance_id>/call-off")
@needs("operations.act", proof=True)
def destroy(maintenance_id):
    by = current_operator()
    with transaction():
        maintenance = db.session.get(Maintenance, maintenance_id)
        if maintenance is None:
            raise NotFound
        if maintenance.call_off(by.email):
            note("maintenance.called_off", by, subject=f"maintenance:{maintenance.id}")
    flash(_("Called off. The notice is gone."), "success")
    return redirect(url_for("admin_portal.switches.index"))


def _announce(form: Form) -> None:
    """Raises Invalid."""
    begins = moment_in(form, "begins", missing=_("Say when it begins."))
    ends = moment_in(form, "ends", missing=_("Say when it ends."))
    texts = {code: form.text(f"text_{code}", 300, missing=_("Say it in each language.")) for code in LANGUAGES}
    if ends and ends <= max(begins or ends, now()):
        form.fail("ends", _("It must end after it begins, and not in the past."))
    form.check()
    by, is_read_only = current_operator(), form.yes("is_read_only")
    with transaction():
        if not sent_before(form.value("form_key")):
            maintenance = Maintenance.announce(begins, ends, texts, is_read_only, by.email)
            told = {"begins": str(begins), "ends": str(ends), "is_read_only": is_read_only}
            note("maintenance.announced", by, subject=f"maintenance:{maintenance.id}", **told)


def _page(form: Form):
    return render_template("admin_portal/operations/maintenance.html", form=form, LANGUAGES=LANGUAGES)
