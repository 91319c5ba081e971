"""Everything we sell, its versions and who holds them (F-02…F-19); a new version of one."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_portal.sales import product_form
from admin_portal.sales.deeds import is_confirmed, reason_in
from billing import payments
from billing.money import CURRENCIES, as_decimal, spoken
from billing.plans import FLAG_NAMES
from billing.products import Product
from billing.shelving import PACKABLE, ShelfChanged, draft, holders, make_version, newest, versions_of, whole_shelf
from billing.words import given_by
from core.clock import now
from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.tables import csv_file, xlsx_file
from operators.audit import note
from operators.current import current_operator, needs

products = Blueprint("products", __name__, url_prefix="/products")

# As people buy.
GROUPS = {
    "editions": (_l("Editions"), ("subscription", "term")),
    "seats": (_l("Seats"), ("seats",)),
    "features": (_l("Features"), ("feature",)),
    "packages": (_l("Packages"), ("package", "bundle")),
    "vouchers": (_l("Style vouchers"), ("style_voucher",)),
    "sms": (_l("SMS packs"), ("sms",)),
    "topups": (_l("Wallet top-ups"), ("topup",)),
}
STATES = {"on_sale": _l("on sale"), "waiting": _l("waits for the payment provider"), "withdrawn": _l("not on sale")}
HEADS = [_l("Code"), _l("Product"), _l("Version"), _l("State"), _l("Gives"), *CURRENCIES, _l("Companies")]


@products.get("")
@needs("catalogue.see")
def index():
    with transaction():
        shelf = whole_shelf()
        groups = [(title, [product for product in shelf if product.kind in kinds]) for title, kinds in GROUPS.values()]
        return render_template("admin_portal/sales/products.html", groups=groups, held=holders(shelf), **_words())


@products.get("/export.<any(csv, xlsx):kind>")
@needs("catalogue.see")
def export(kind):
    write = csv_file if kind == "csv" else xlsx_file
    with transaction():
        shelf = whole_shelf()
        held = holders(shelf)
        return write(f"products-{now():%Y-%m-%d}.{kind}", HEADS, [_row(product, held) for product in shelf])


@products.get("/<code>")
@needs("catalogue.see")
def show(code):
    with transaction():
        product, versions = newest(code), versions_of(code)
        return render_template(
            "admin_portal/sales/product.html", product=product, versions=versions, held=holders(versions), **_words()
        )


@products.get("/<code>/edit")
@needs("catalogue.change", proof=True)
def edit(code):
    with transaction():
        product = newest(code)
        return _form(product_form.typed_of(product), product)


@products.post("/<code>")
@needs("catalogue.change", proof=True)
def update(code):
    """First what it would change, then the version."""
    form = Form(request.form)
    with transaction():
        product = newest(code)
    try:
        about, reason = product_form.read(form, product), reason_in(form)
        form.check()
        if form.yes("again"):
            with transaction():
                return _form(form, product)
        if not is_confirmed(form):
            return _preview(form, product, about)
        with transaction():
            made = make_version(code, form.id("after") or 0, current_operator().email, reason, **about)
            note("product.changed", current_operator(), subject=f"product:{code}", reason=reason, **_difference(made))
    except Refusal as refusal:
        form.refuse(refusal)
        with transaction():
            return _form(form, product), refusal.status
    flash(_("Version %(version)s is made.", version=made.version), "success")
    return redirect(url_for(".show", code=code))


def state_of(product: Product) -> str:
    """A key of STATES."""
    if product.withdrawn_at is not None:
        return "withdrawn"
    return "waiting" if product.ready_at is None else "on_sale"


def prices_of(product: Product) -> str:
    return " · ".join(spoken(product.prices[currency], currency) for currency in CURRENCIES if currency in product.prices)


def _preview(form: Form, product: Product, about: dict) -> str:
    """Nothing is written yet."""
    with transaction():
        new = draft(product.code, form.id("after") or 0, **about)
        if product.version >= new.version:
            raise ShelfChanged
        return render_template(
            "admin_portal/sales/product_preview.html",
            form=form,
            product=product,
            new=new,
            held=holders(versions_of(product.code)),
            waits=product.kind == "subscription" and payments.are_on(),
            **_words(),
        )


def _difference(made: Product) -> dict:
    return {"version": made.version, "prices": prices_of(made), "gives": ", ".join(given_by(made))}


def _row(product: Product, held: dict[int, int]) -> list:
    prices = [as_decimal(product.prices[one], one) if one in product.prices else None for one in CURRENCIES]
    what = [product.code, product.title, product.version, STATES[state_of(product)], ", ".join(given_by(product))]
    return [*what, *prices, held.get(product.id, 0)]


def _form(form: Form, product: Product) -> str:
    return render_template(
        "admin_portal/sales/product_form.html",
        form=form,
        product=product,
        asks=product_form.ASKS.get(product.kind, ()),
        parts=[part for part in whole_shelf() if part.kind in PACKABLE],
        held=holders(versions_of(product.code)),
        **_words(),
    )


def _words() -> dict:
    return {
        "STATES": STATES,
        "CURRENCIES": CURRENCIES,
        "FLAG_NAMES": FLAG_NAMES,
        "OTHER_LANGUAGES": product_form.OTHER_LANGUAGES,
        "state_of": state_of,
        "prices_of": prices_of,
        "given_by": given_by,
        "spoken": spoken,
        "titles": {product.code: product.title for product in whole_shelf()},
    }
