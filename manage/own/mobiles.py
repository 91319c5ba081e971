"""My mobile number: bound by a code, for alerts and for a forgotten password (K-01, K-02)."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.db import transaction
from core.errors import NotFound, Refusal
from core.forms import Form
from manage.deeds import noted
from sms.mobiles import Mobile, WrongCode
from sms.numbers import e164, masked
from tenants.signing_in.current import current_member

mobiles = Blueprint("mobiles", __name__, url_prefix="/manage/me/mobile")


@mobiles.get("")
def edit():
    return _page(Form())


@mobiles.post("")
def create():
    """Note a number and send it a code."""
    member, form = current_member(), Form(request.form)
    try:
        number = e164(form.text("number", 40), g.company.language)
        with transaction():
            Mobile.bind(member, number)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form), refusal.status
    flash(_("A code is on its way."), "success")
    return redirect(url_for(".edit"))


@mobiles.post("/confirmation")
def confirm():
    form, refusal = Form(request.form), None
    with transaction():
        mobile = _own()
        try:
            mobile.confirm(form.text("code", 12))
            noted("mobile.bound", mobile.member, mobile=masked(mobile.number))
        except Refusal as wrong:
            # Kept inside: a wrong guess counts although it is refused.
            refusal = wrong
    if refusal is not None:
        form.fail("code", str(refusal)) if isinstance(refusal, WrongCode) else form.refuse(refusal)
        return _page(form), refusal.status
    flash(_("Your number is bound."), "success")
    return redirect(url_for(".edit"))


@mobiles.post("/alerts")
def update():
    with transaction():
        _own().alerts = Form(request.form).yes("alerts")
    flash(_("Saved."), "success")
    return redirect(url_for(".edit"))


@mobiles.post("/removal")
def destroy():
    with transaction():
        mobile = _own()
        noted("mobile.removed", mobile.member, mobile=masked(mobile.number))
        mobile.unbind()
    flash(_("Your number has been removed."), "success")
    return redirect(url_for(".edit"))


def _own() -> Mobile:
    mobile = Mobile.of(current_member())
    if mobile is None:
        raise NotFound
    return mobile


def _page(form: Form) -> str:
    mobile = Mobile.of(current_member())
    return render_template("manage/mobiles/edit.html", form=form, mobile=mobile, masked=masked)
