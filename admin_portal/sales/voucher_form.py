"""What an operator writes into the form of a voucher batch."""

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from billing.money import CURRENCIES, typed_amount
from billing.plans import FLAG_NAMES, PROFESSIONAL
from billing.voucher_batches import AT_MOST
from core.clock import now
from core.forms import Form
from core.periods import begins, day_in
from core.tokens import new_token
from tenants.companies.company import Company

KINDS = {
    "style": _l("A style for some months"),
    "plan": _l("The professional edition for a while"),
    "rights": _l("Single rights for a while"),
    "sms": _l("SMS credits"),
}
UNITS = {"months": _l("months"), "days": _l("days")}


def blank() -> Form:
    begin = {"kind": "style", "style_months": "12", "term": "12", "unit": "months", "count": "10", "seats": "3"}
    return Form(begin | {"form_key": new_token()})


def read(form: Form) -> dict:
    """What VoucherBatch.make takes.  Raises Invalid."""
    read = {
        "name": form.text("name", 80, missing=_("Say what it is called.")),
        "gives": _gives(form),
        "count": form.whole_number("count", 1, AT_MOST, missing=_("Enter a number.")),
        "expires_at": _expiry(form),
        "company": _company(form),
        "note": form.text("note", 500),
    } | _price(form)
    form.check()
    return read


def _gives(form: Form) -> dict:
    kind = form.choice("kind", KINDS, "style")
    if kind == "style":
        return {"style_months": _number(form, "style_months", 120)}
    if kind == "sms":
        return {"SMS": _number(form, "credits", 1_000_000)}
    rights = PROFESSIONAL | {"seats": _number(form, "seats", 1000)} if kind == "plan" else _rights(form)
    unit = form.choice("unit", UNITS, "months")
    return {"rights": rights, unit: _number(form, "term", 120 if unit == "months" else 3650)}


def _rights(form: Form) -> dict:
    flags = [flag for flag in FLAG_NAMES if form.has("flags", flag)]
    counts = {name: form.whole_number(name, 0, 1000) for name in ("more_seats", "more_styles")}
    rights = {name: count for name, count in counts.items() if count} | ({"flags": flags} if flags else {})
    if not rights:
        form.fail("flags", _("Choose at least one thing that it gives."))
    return rights


def _number(form: Form, name: str, at_most: int) -> int:
    return form.whole_number(name, 1, at_most, missing=_("Enter a number.")) or 0


def _expiry(form: Form):
    """The last second of the day that was chosen."""
    day = day_in(form, "expires_on")
    if day is None and not form.fault("expires_on"):
        form.fail("expires_on", _("Enter a date like 2026-12-31."))
    ends = begins(day + timedelta(days=1)) - timedelta(seconds=1) if day else now()
    if day and ends <= now():
        form.fail("expires_on", _("Choose a day to come."))
    return ends


def _company(form: Form) -> Company | None:
    company_id = form.text("company", 40)
    company = Company.called(company_id) if company_id else None
    if company_id and company is None:
        form.fail("company", _("There is no company with this ID: %(ids)s.", ids=company_id))
    return company


def _price(form: Form) -> dict:
    currency, text = form.choice("currency", CURRENCIES), form.text("price", 20)
    if not currency or not text:
        return {"price": 0, "currency": ""}
    amount = typed_amount(text, currency)
    if amount is None:
        form.fail("price", _("Enter an amount like 99 or 99.50."))
    return {"price": amount or 0, "currency": currency}
