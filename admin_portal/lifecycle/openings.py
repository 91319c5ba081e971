"""Opening a company for a customer.  The administrator chooses the password by a link; nobody here ever sees one."""

from zoneinfo import available_timezones

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from admin_portal.help.deeds import reason_in
from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.pages import LANGUAGES
from lifecycle.opening import Opening
from operators.audit import note
from operators.current import current_operator, needs
from operators.once import sent_before

openings = Blueprint("openings", __name__, url_prefix="/openings")


@openings.get("")
@needs("companies.open")
def new():
    return _page(Form({"language": current_operator().language, "time_zone": current_operator().time_zone}))


@openings.post("")
@needs("companies.open")
def create():
    form = Form(request.form)
    try:
        opening, reason = _opening(form), reason_in(form)
        with transaction():
            if sent_before(form.value("form_key")):
                return redirect(url_for("admin_portal.companies.index"))
            _find_all_faults(opening, form)
        company, owner = opening.run()
        with transaction():
            note("company.opened", current_operator(), company, reason=reason, administrator=owner.name)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form), refusal.status
    flash(
        _("%(company)s is open. Its administrator has a mail with a link to choose a password.", company=company.name),
        "success",
    )
    return redirect(url_for("admin_portal.company_life.show", company_id=company.company_id))


def _page(form: Form) -> str:
    zones = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]
    return render_template("admin_portal/lifecycle/opening.html", form=form, languages=LANGUAGES.items(), zones=zones)


def _opening(form: Form) -> Opening:
    return Opening(
        company_id=form.value("company_id"),
        name=form.value("name"),
        administrator=form.value("administrator"),
        email=form.value("email"),
        language=form.choice("language", LANGUAGES, otherwise="en"),
        time_zone=form.choice("time_zone", available_timezones(), otherwise="UTC"),
    )


def _find_all_faults(opening: Opening, form: Form) -> None:
    try:
        opening.check()
    except Refusal as refusal:
        form.refuse(refusal)
    form.check()
