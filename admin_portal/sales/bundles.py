"""A new package: rights for some months, or other products together, under a name and a price of its own."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from admin_portal.sales import product_form
from admin_portal.sales.deeds import reason_in
from billing.money import CURRENCIES
from billing.plans import FLAG_NAMES
from billing.shelving import add_package, packable
from billing.words import given_by
from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from operators.audit import note
from operators.current import current_operator, needs

bundles = Blueprint("bundles", __name__, url_prefix="/bundles")


@bundles.get("/new")
@needs("catalogue.change", proof=True)
def new():
    return _form(product_form.blank())


@bundles.post("")
@needs("catalogue.change", proof=True)
def create():
    form = Form(request.form)
    try:
        (code, about), reason = product_form.read_new(form), reason_in(form)
        form.check()
        with transaction():
            made = add_package(code, current_operator().email, reason, **about)
            gives = ", ".join(given_by(made) or made.contents)
            note("product.added", current_operator(), subject=f"product:{code}", reason=reason, name=made.name, gives=gives)
    except Refusal as refusal:
        form.refuse(refusal)
        return _form(form), refusal.status
    flash(_("%(name)s is on sale.", name=made.title), "success")
    return redirect(url_for("admin_portal.products.show", code=code))


def _form(form: Form) -> str:
    with transaction():
        return render_template(
            "admin_portal/sales/bundle_form.html",
            form=form,
            parts=packable(),
            CURRENCIES=CURRENCIES,
            FLAG_NAMES=FLAG_NAMES,
            OTHER_LANGUAGES=product_form.OTHER_LANGUAGES,
        )
