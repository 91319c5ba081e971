"""Signing up: a company opens its account by itself (O-01)."""

from zoneinfo import available_timezones

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.limits import count_try
from core.pages import network
from core.text import tidy
from lifecycle.opening import Opening, check_company_id
from manage.entrance.signing_in import Who, keep_cookie, sign_in
from tenants.abuse.sign_ups import admit, note_sign_up
from tenants.platform.maintenance import need_writing
from tenants.platform.switches import need
from tenants.signing_in import passwords

sign_ups = Blueprint("sign_ups", __name__)

LOOKS = "120 per 10 minutes"


@sign_ups.get("/sign-up")
def new():
    """Who comes from a provider finds his name and address filled in.  Raises SwitchedOff, ReadOnlyNow."""
    _check_open()
    told = {name: tidy(request.args.get(name), 254) for name in ("administrator", "email")}
    return render_template("manage/sign_ups/new.html", form=Form(told))


@sign_ups.post("/sign-up")
def create():
    form = Form(request.form)
    try:
        _check_open()
        opening = _opening(form)
        if not form.yes("terms"):
            form.fail("terms", _("Agree to the terms to continue."))
        _find_all_faults(opening, form)
        admit(request.remote_addr or "", network(), opening.email)
        company, owner = opening.run()
        note_sign_up(company, network(), opening.email)
    except Refusal as refusal:
        form.refuse(refusal)
        return render_template("manage/sign_ups/new.html", form=form), refusal.status
    cookie, _member = sign_in(Who(company.id, owner.id))
    return keep_cookie(redirect(url_for("manage.first_steps.show")), cookie, remember=False)


@sign_ups.get("/sign-up/company-id")
def look_at_company_id():
    """Whether an ID is free, as somebody types it."""
    count_try(LOOKS, "company-id", network())
    company_id, fault = tidy(request.args.get("company_id"), 40).lower(), ""
    if company_id:
        try:
            with transaction():
                check_company_id(company_id)
        except Refusal as refusal:
            fault = refusal.fields["company_id"]
    return render_template("manage/sign_ups/_company_id.html", company_id=company_id, fault=fault)


@sign_ups.post("/password/strength")
def look_at_password():
    """How hard a password is to guess, as somebody types it.  Posted: a password never stands in an address."""
    count_try(LOOKS, "password-strength", network())
    form = Form(request.form)
    about = [form.text(name, 254) for name in ("name", "administrator", "email", "company_id")]
    return render_template("_password_strength.html", look=passwords.look(form.secret("password"), *about))


def _check_open() -> None:
    need("sign_up")
    need_writing()


def _opening(form: Form) -> Opening:
    time_zone = form.choice("time_zone", available_timezones(), otherwise="UTC")
    return Opening(
        company_id=form.value("company_id"),
        name=form.value("name"),
        administrator=form.value("administrator"),
        email=form.value("email"),
        password=form.value("password"),
        language=str(get_locale()),
        time_zone=time_zone,
    )


def _find_all_faults(opening: Opening, form: Form) -> None:
    try:
        opening.check()
    except Refusal as refusal:
        form.refuse(refusal)
    form.check()
