"""What an operator writes into the form of a product: its names, prices, and what it gives."""

import re

from flask_babel import gettext as _

from billing.money import CURRENCIES, as_decimal, typed_amount
from billing.plans import FLAG_NAMES
from billing.products import Product
from core.forms import Form
from core.pages import LANGUAGES
from core.tokens import new_token

OTHER_LANGUAGES = [language for language in LANGUAGES if language != "en"]
_CODE = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]\Z")
# What the form asks of each kind besides names and prices.
ASKS = {
    "subscription": ("flags", "styles"),
    "term": ("flags", "styles"),
    "feature": ("months",),
    "bundle": ("flags", "more_seats", "more_styles", "months"),
    "package": ("contents",),
    "sms": ("credits",),
}


def blank() -> Form:
    return Form({"of": "bundle", "months": "12", "form_key": new_token()})


def typed_of(product: Product) -> Form:
    """A version as the form shows it, to be changed into the next."""
    prices = {f"price_{currency}": as_decimal(amount, currency) for currency, amount in product.prices.items()}
    names = {f"name_{language}": name for language, name in product.names.items()}
    contents = {f"part_{code}": count for code, count in product.contents.items()}
    counts = {name: product.rights.get(name, "") for name in ("styles", "more_seats", "more_styles")}
    form = Form(prices | names | contents | counts | {"name": product.name, "months": product.months})
    form.typed["credits"] = str(product.gives.get("SMS", ""))
    form.typed["after"] = str(product.version)
    form.typed.setlist("flags", product.rights.get("flags", []))
    return form


def read(form: Form, product: Product) -> dict:
    """What is different in the next version of a product."""
    asks = ASKS.get(product.kind, ())
    about = {"prices": prices_in(form)} | _names(form)
    if "flags" in asks:
        about["rights"] = product.rights | _rights(form, asks)
    if "months" in asks:
        about["months"] = form.whole_number("months", 1, 120, missing=_("Enter a number.")) or 0
    if "contents" in asks:
        about["contents"] = _contents(form)
    if "credits" in asks:
        about["gives"] = {"SMS": form.whole_number("credits", 1, 1_000_000, missing=_("Enter a number.")) or 0}
    if product.kind == "topup":
        about["gives"] = about["prices"]
    return about


def read_new(form: Form) -> tuple[str, dict]:
    """The code and the rest of something new: rights for some months (a bundle), or other products (a package)."""
    kind = form.choice("of", ("bundle", "package"), otherwise="bundle")
    code = form.text("code", 40, missing=_("Enter a code."))
    if code and not _CODE.match(code):
        form.fail("code", _("Use 3 to 40 small letters, digits and hyphens, beginning with a letter."))
    about = {"prices": prices_in(form)} | _names(form)
    for language in OTHER_LANGUAGES:
        if language not in about["names"]:
            form.fail(f"name_{language}", _("Say what it is called."))
    return f"{kind}:{code}", about | ({"contents": _contents(form)} if kind == "package" else _given(form))


def prices_in(form: Form) -> dict[str, int]:
    """Minor units by currency; an empty field: not sold in it."""
    prices = {}
    for currency in CURRENCIES:
        if text := form.text(f"price_{currency}", 20):
            amount = typed_amount(text, currency)
            if amount:
                prices[currency] = amount
            else:
                form.fail(f"price_{currency}", _("Enter an amount like 99 or 99.50."))
    return prices


def _names(form: Form) -> dict:
    names = {language: form.text(f"name_{language}", 80) for language in OTHER_LANGUAGES}
    return {"name": form.text("name", 80), "names": {language: name for language, name in names.items() if name}}


def _given(form: Form) -> dict:
    months = form.whole_number("months", 1, 120, missing=_("Enter a number.")) or 0
    return {"rights": _rights(form, ASKS["bundle"]), "months": months}


def _rights(form: Form, asks: tuple[str, ...]) -> dict:
    counts = {name: form.whole_number(name, 0, 1000) for name in asks if name not in ("flags", "months")}
    flags = [flag for flag in FLAG_NAMES if form.has("flags", flag)]
    return {name: count for name, count in counts.items() if count} | ({"flags": flags} if flags else {})


def _contents(form: Form) -> dict[str, int]:
    names = [name for name in form.typed if name.startswith("part_")]
    counts = {name.removeprefix("part_"): form.whole_number(name, 0, 100) for name in names}
    return {code: count for code, count in counts.items() if count}
