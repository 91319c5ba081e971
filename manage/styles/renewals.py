"""A style is shown for a year longer, or for the first time (Y-01…Y-04)."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _

from billing.styles import style_valid_until
from core.db import transaction
from core.errors import NotFound, Refusal
from core.forms import Form
from manage.styles.pages import site_numbered
from manage.styles.payments import StylePayment, refuse_payment
from tenants.signing_in.current import needs

style_renewals = Blueprint("style_renewals", __name__, url_prefix="/manage/styles/<int:site_id>/renewal")


@style_renewals.get("")
@needs("sites.manage")
def new(site_id):
    return _page(site_id, Form({"way": StylePayment(g.company, is_new=False).first}))


@style_renewals.post("")
@needs("sites.manage")
def create(site_id):
    form = Form(request.form)
    try:
        with transaction():
            payment = StylePayment(g.company, is_new=False)
            payment.pay(payment.chosen(form), site_numbered(site_id), form)
    except NotFound:
        raise
    except Refusal as refusal:
        refuse_payment(form, refusal)
        return _page(site_id, form), refusal.status
    until = style_valid_until(g.company, site_id)
    flash(_("The style can be shown until %(date)s.", date=format_date(until, "long")), "success")
    return redirect(url_for("manage.styles.edit", site_id=site_id))


def _page(site_id: int, form: Form) -> str:
    payment = StylePayment(g.company, is_new=False)
    return render_template("manage/styles/renewal.html", site=site_numbered(site_id), form=form, payment=payment)
