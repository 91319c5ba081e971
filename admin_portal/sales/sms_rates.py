"""What an SMS costs by country: now, from a day on, and as files (K-03, K-05)."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from admin_portal.countries import OTHERS, country_name
from admin_portal.sales.deeds import is_confirmed, new_form, reason_in
from admin_portal.sales.price_files import is_country
from admin_portal.sales.sms_rate_file import HEADS, MOST, rates_in
from core.clock import now
from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.periods import begins, day_in
from core.tables import csv_file, xlsx_file
from operators.audit import note
from operators.current import current_operator, needs
from operators.once import sent_before
from sms.rates import ELSEWHERE, SmsRate, in_force, set_rates, to_come

sms_rates = Blueprint("sms_rates", __name__, url_prefix="/sms-rates")

SHOWN_HEADS = (_l("Country"), _l("Credits"), _l("Valid from"), _l("Made by"))


@sms_rates.get("")
@needs("catalogue.see")
def index():
    with transaction():
        return _page(new_form())


@sms_rates.get("/export.<any(csv, xlsx):kind>")
@needs("catalogue.see")
def export(kind):
    """As it is read in again, or for people."""
    with transaction():
        rates = in_force()
    name = f"sms-rates-{now():%Y-%m-%d}.{kind}"
    if kind == "csv":
        return csv_file(name, HEADS, [(rate.country or OTHERS, rate.credits) for rate in rates])
    return xlsx_file(
        name, SHOWN_HEADS, [(country_name(rate.country), rate.credits, rate.valid_from, rate.made_by) for rate in rates]
    )


@sms_rates.get("/<country>")
@needs("catalogue.see")
def show(country):
    code = ELSEWHERE if country == OTHERS else country.upper()
    with transaction():
        return render_template("admin_portal/sales/sms_rate.html", versions=SmsRate.of(code), name=country_name(code))


@sms_rates.post("")
@needs("catalogue.change", proof=True)
def update():
    """One rate typed, or a file of them: first what would change, then the change."""
    form = Form(MultiDict(request.form))
    try:
        wanted, valid_from, reason = _wanted(form), _valid_from(form), reason_in(form)
        form.check()
        if form.yes("again"):
            with transaction():
                return _page(form)
        if not is_confirmed(form):
            return _preview(form, wanted, valid_from)
        with transaction():
            if not sent_before(form.value("form_key")):
                set_rates(
                    [(country, credits, valid_from) for country, credits in wanted.items()], current_operator().name, reason
                )
                told = {country or OTHERS: credits for country, credits in wanted.items()}
                since = valid_from.isoformat()
                note("sms_rates.changed", current_operator(), subject="sms_rates", reason=reason, since=since, **told)
    except Refusal as refusal:
        form.refuse(refusal)
        with transaction():
            return _page(form), refusal.status
    flash(_("Saved."), "success")
    return redirect(url_for(".index"))


def _wanted(form: Form) -> dict[str, int]:
    """Credits by country: of the file, of the text a preview carries, or of the fields."""
    file = request.files.get("file")
    if file and file.filename:
        form.typed["rates"] = file.read(200_000).decode("utf-8-sig", "replace")
    if form.value("rates"):
        return rates_in(form.value("rates"))
    country = form.text("country", 2).upper()
    if country and not is_country(country):
        form.fail("country", _("Enter the two letters of a country, like CN."))
    credits = form.whole_number("credits", 1, MOST, missing=_("Enter a number."))
    return {country: credits} if credits else {}


def _valid_from(form: Form) -> datetime:
    """A day to come begins in the operator's zone; without one it counts from now on."""
    day = day_in(form, "valid_from")
    since = begins(day) if day else now()
    if day and since <= now() and day != now().astimezone(since.tzinfo).date():
        form.fail("valid_from", _("What was written before keeps what it cost: choose today or a day to come."))
    return max(since, now())


def _preview(form: Form, wanted: dict[str, int], valid_from: datetime) -> str:
    with transaction():
        counts = {rate.country: rate.credits for rate in in_force()}
    others = counts[ELSEWHERE]
    rows = [(country, counts.get(country, others), credits) for country, credits in wanted.items()]
    return render_template(
        "admin_portal/sales/sms_rates_preview.html",
        form=form,
        rows=[row for row in rows if row[1] != row[2]],
        same=sum(was == becomes for _country, was, becomes in rows),
        valid_from=valid_from,
        country_name=country_name,
    )


def _page(form: Form) -> str:
    return render_template(
        "admin_portal/sales/sms_rates.html",
        form=form,
        rates=sorted(in_force(), key=lambda rate: (rate.country == ELSEWHERE, rate.credits, rate.country)),
        coming=to_come(),
        country_name=country_name,
        OTHERS=OTHERS,
    )
