"""Switches and maintenance: what is off, switching it off or on, and what is announced."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from admin_portal.doors import company_called
from core.clock import now
from core.db import transaction
from core.errors import NotFound, Refusal
from core.forms import Form
from core.periods import moment_in
from operators.audit import note
from operators.current import current_operator, needs
from operators.once import sent_before
from tenants.companies.company import Company
from tenants.platform.maintenance import Maintenance
from tenants.platform.switches import SWITCHES, Switch, SwitchOff, switch_off, switch_on

switches = Blueprint("switches", __name__, url_prefix="/switches")


@switches.get("")
@needs("operations.see")
def index():
    with transaction():
        in_force, past, maintenances = SwitchOff.in_force(), SwitchOff.past(20), Maintenance.newest(20)
    return render_template(
        "admin_portal/operations/switches.html",
        SWITCHES=SWITCHES,
        off={name: [one for one in in_force if one.name == name] for name in SWITCHES},
        past=past,
        maintenances=maintenances,
    )


@switches.get("/<name>")
@needs("operations.act", proof=True)
def edit(name):
    return _page(Form(request.args), name)


@switches.post("/<name>/off")
@needs("operations.act", proof=True)
def update(name):
    form = Form(request.form)
    try:
        _switch_off(form, name)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form, name), refusal.status
    return redirect(url_for(".index"))


@switches.post("/<name>/on")
@needs("operations.act", proof=True)
def destroy(name):
    switch, form, by = _switch(name), Form(request.form), current_operator()
    company = _company(form)
    with transaction():
        if switch_on(name, by.email, company):
            note("switch.on", by, company, subject=f"switch:{name}")
    flash(_("%(switch)s: on again.", switch=switch.title), "success")
    return redirect(url_for(".index"))


def _switch_off(form: Form, name: str) -> None:
    """Raises Invalid, NotFound."""
    switch = _switch(name)
    reason, until = form.text("reason", 1000, missing=_("Say why.")), moment_in(form, "until")
    if until and until <= now():
        form.fail("until", _("Choose a time to come."))
    if form.text("company", 40) and not switch.for_one:
        form.fail("company", _("This is switched off for all only."))
    form.check()
    company, by = _company(form), current_operator()
    with transaction():
        if not sent_before(form.value("form_key")):
            switch_off(name, by.email, reason, company, until)
            note("switch.off", by, company, subject=f"switch:{name}", reason=reason, until=str(until or ""))
    flash(_("%(switch)s: switched off. All processes know within seconds.", switch=switch.title), "success")


def _company(form: Form) -> Company | None:
    """The one it is about, or None for all.  Raises NotFound."""
    company_id = form.text("company", 40)
    return company_called(company_id) if company_id else None


def _switch(name: str) -> Switch:
    """Raises NotFound."""
    if name not in SWITCHES:
        raise NotFound
    return SWITCHES[name]


def _page(form: Form, name: str):
    return render_template("admin_portal/operations/switch.html", form=form, name=name, switch=_switch(name))
