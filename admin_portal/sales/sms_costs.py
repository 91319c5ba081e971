"""What gateways charge us for one part of an SMS: now, from a day on, and as files.

A cost is set for a place: a gateway, a country and a currency.  A day that is past is corrected by a newer row.
"""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from admin_portal.countries import OTHERS, country_name
from admin_portal.money.listing import as_file
from admin_portal.sales.deeds import is_confirmed, new_form, reason_in
from admin_portal.sales.price_files import is_country
from admin_portal.sales.sms_cost_file import HEADS, costs_in
from billing.money import EXPONENTS
from core.clock import now
from core.db import db, transaction
from core.errors import NotFound, Refusal
from core.forms import Form
from core.periods import day_in
from operators.audit import note
from operators.current import current_operator, needs
from operators.once import sent_before
from sms.costs import Costs, Place, SmsCost, changes_to, micros_in
from sms.gateways import KINDS
from sms.margins import told_anew, unpriced
from sms.rates import ELSEWHERE

sms_costs = Blueprint("sms_costs", __name__, url_prefix="/sms-costs")

SHOWN_HEADS = (_l("Gateway"), _l("Country"), _l("Currency"), _l("Cost"), _l("Valid from"), _l("Made by"))


@sms_costs.get("")
@needs("money.see")
def index():
    """`gateway` and `country` in the address are filled in."""
    with transaction():
        return _page(new_form(**request.args))


@sms_costs.get("/export.<any(csv, xlsx):kind>")
@needs("money.see", proof=True)
def export(kind):
    """As it is read in again, or for people."""
    with transaction():
        costs = Costs.known().in_force(now().date())
    if kind == "csv":
        rows = [(cost.gateway, cost.country or OTHERS, cost.currency, cost.amount) for cost in costs]
        return as_file("sms-costs", kind, HEADS, rows)
    rows = [
        (cost.gateway, country_name(cost.country), cost.currency, cost.amount, cost.valid_from, cost.made_by) for cost in costs
    ]
    return as_file("sms-costs", kind, SHOWN_HEADS, rows)


@sms_costs.get("/<gateway>/<country>")
@needs("money.see")
def show(gateway, country):
    code = ELSEWHERE if country == OTHERS else country.upper()
    if gateway not in KINDS or (code and not is_country(code)):
        raise NotFound
    with transaction():
        versions = SmsCost.versions(gateway, code)
        return render_template(
            "admin_portal/sales/sms_cost.html", versions=versions, gateway=gateway, country=country_name(code)
        )


@sms_costs.post("")
@needs("money.act", proof=True)
def update():
    """One cost typed, or a file of them: first what would change, then the change."""
    form = Form(MultiDict(request.form))
    try:
        wanted, valid_from, reason = _wanted(form), day_in(form, "valid_from") or now().date(), reason_in(form)
        form.check()
        if form.yes("again"):
            with transaction():
                return _page(form)
        if not is_confirmed(form):
            return _preview(form, wanted, valid_from)
        with transaction():
            if not sent_before(form.value("form_key")):
                _set(wanted, valid_from, reason)
    except Refusal as refusal:
        form.refuse(refusal)
        with transaction():
            return _page(form), refusal.status
    flash(_("Saved."), "success")
    return redirect(url_for(".index"))


def _wanted(form: Form) -> Mapping[Place, int | None]:
    """Millionths by place: of the file, of the text a preview carries, or of the fields."""
    file = request.files.get("file")
    if file and file.filename:
        form.typed["costs"] = file.read(200_000).decode("utf-8-sig", "replace")
    return costs_in(form.value("costs")) if form.value("costs") else _typed(form)


def _typed(form: Form) -> Mapping[Place, int | None]:
    country = form.text("country", 2).upper()
    if country and not is_country(country):
        form.fail("country", _("Enter the two letters of a country, like CN."))
    micros = micros_in(form.text("cost", 12))
    if micros is None and not form.yes("unknown"):
        form.fail("cost", _("Enter an amount of at most 1000, like 0.0075."))
    gateway, currency = form.choice("gateway", KINDS), form.choice("currency", EXPONENTS)
    if not gateway or not currency:
        form.fail("gateway" if not gateway else "currency", _("Choose one of these."))
    return {(gateway, country or ELSEWHERE, currency): None if form.yes("unknown") else micros}


def _set(wanted: Mapping[Place, int | None], valid_from: date, reason: str) -> None:
    operator = current_operator()
    changes = changes_to(Costs.known(), wanted, valid_from, operator.name, reason)
    db.session.add_all(changes)
    told = {f"{cost.gateway} {cost.country or OTHERS} {cost.currency}": str(cost.amount) for cost in changes}
    note("sms_costs.changed", operator, subject="sms_costs", reason=reason, since=valid_from.isoformat(), **told)


def _preview(form: Form, wanted: Mapping[Place, int | None], valid_from: date) -> str:
    with transaction():
        costs = Costs.known()
        changes = changes_to(costs, wanted, valid_from)
        return render_template(
            "admin_portal/sales/sms_costs_preview.html",
            form=form,
            changes=[(costs.own(cost.place, valid_from), cost) for cost in changes],
            same=len(wanted) - len(changes),
            anew=told_anew(costs, changes),
            valid_from=valid_from,
            country_name=country_name,
        )


def _page(form: Form) -> str:
    costs, today = Costs.known(), now().date()
    return render_template(
        "admin_portal/sales/sms_costs.html",
        form=form,
        costs=costs.in_force(today),
        coming=costs.to_come(today),
        unpriced=unpriced(costs),
        gateways=dict(zip(KINDS, KINDS, strict=True)),
        currencies=dict(zip(EXPONENTS, EXPONENTS, strict=True)),
        country_name=country_name,
        OTHERS=OTHERS,
    )
