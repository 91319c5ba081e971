"""Setting up the app for the second factor, new recovery codes, and going back to the password alone."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.one_time_codes import AppKey
from core.pages import unshared
from manage.deeds import noted
from manage.mails import send_second_factor_changed
from manage.own.passwords import prove_password
from tenants.people.members import Member
from tenants.signing_in.current import current_member, current_session
from tenants.signing_in.known_devices import KnownDevice
from tenants.signing_in.second_factors import RecoveryCode, SecondFactor
from tenants.signing_in.sessions import end_sessions

second_factor_setups = Blueprint("second_factor_setups", __name__, url_prefix="/manage/me/security/app")
second_factor_setups.after_request(unshared)


@second_factor_setups.get("")
def new():
    if SecondFactor.of(current_member()) is not None:
        return redirect(url_for("manage.security.show"))
    with transaction():
        return _page(Form())


@second_factor_setups.post("")
def create():
    form, member = Form(request.form), current_member()
    try:
        with transaction():
            codes = _set_up(member, form)
    except Refusal as refusal:
        form.refuse(refusal)
        with transaction():
            return _page(form), refusal.status
    return _codes(codes)


@second_factor_setups.post("/recovery-codes")
def update():
    """New recovery codes."""
    form, member = Form(request.form), current_member()
    try:
        with transaction():
            prove_password(member, form)
            codes = RecoveryCode.make(member)
            noted("recovery_codes.made", member)
    except Refusal as refusal:
        return _refused(refusal)
    return _codes(codes)


@second_factor_setups.post("/remove")
def destroy():
    form, member = Form(request.form), current_member()
    try:
        with transaction():
            prove_password(member, form)
            SecondFactor.remove(member)
            KnownDevice.forget_trust(member)
            noted("second_factor.removed", member)
            send_second_factor_changed.later(member_id=member.id, is_on=False)
    except Refusal as refusal:
        return _refused(refusal)
    flash(_("Your password alone signs you in now."), "success")
    return redirect(url_for("manage.security.show"))


def _set_up(member: Member, form: Form) -> list[str]:
    code = form.text("code", 12, missing=_("Enter the code."))
    form.check()
    if _wants_password(member):
        prove_password(member, form)
    codes = SecondFactor.begin(member).confirm(member, code)
    # Whoever came in by the password alone comes in anew.
    end_sessions(member, but=current_session())
    current_session().proved_second_factor()
    noted("second_factor.added", member)
    send_second_factor_changed.later(member_id=member.id, is_on=True)
    return codes


def _refused(refusal: Refusal):
    flash(" ".join(map(str, refusal.fields.values())) if refusal.code == "invalid" else str(refusal), "danger")
    return redirect(url_for("manage.security.show"))


def _page(form: Form) -> str:
    factor = SecondFactor.begin(current_member())
    key = AppKey(factor.secret, factor.address(current_member()))
    wants_password = _wants_password(current_member())
    return render_template("manage/second_factor_setups/new.html", form=form, key=key, wants_password=wants_password)


def _wants_password(member: Member) -> bool:
    """Whoever set up an app at a screen that somebody has left would shut that person out.  By single sign-on some have none."""
    return bool(member.password_hash) and not current_session().has_just_begun


def _codes(codes: list[str]) -> str:
    return render_template("manage/second_factor_setups/codes.html", codes=codes)
