"""A new password by a code sent to one's mobile number (K-02), where the company allows it."""

import time

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.limits import count_try
from core.pages import network, unshared
from core.tokens import read_signed, seal, sign, unseal
from manage.entrance.signing_in import take_the_usual_time
from sms.mobiles import Mobile, WrongCode
from sms.numbers import e164
from tenants.companies.company import Company
from tenants.companies.settings import Settings
from tenants.people.links import Link

password_codes = Blueprint("password_codes", __name__, url_prefix="/password/code")
password_codes.after_request(unshared)

ASKED = "password code"
SECONDS = 900
PER_NETWORK = "20 per hour"
GUESSES_PER_NETWORK = "30 per hour"


@password_codes.get("")
def new():
    return render_template("manage/password_codes/new.html", form=Form(request.args.to_dict()))


@password_codes.post("")
def create():
    """The same answer, as late, whether anybody has this number or not."""
    form = Form(request.form)
    try:
        company_id = form.text("company_id", 40, missing=_("Enter your company ID."))
        number = e164(form.text("number", 40))
        form.check()
        count_try(PER_NETWORK, "password-code", network())
    except Refusal as refusal:
        form.refuse(refusal)
        return render_template("manage/password_codes/new.html", form=form), refusal.status
    began = time.monotonic()
    _send_code(company_id, number)
    take_the_usual_time(began)
    return redirect(url_for(".edit", token=_token(company_id, number)))


@password_codes.get("/<token>")
def edit(token):
    if _asked(token) is None:
        return redirect(url_for(".new"))
    return render_template("manage/password_codes/edit.html", form=Form(), token=token)


@password_codes.post("/<token>")
def update(token):
    form, asked = Form(request.form), _asked(token)
    if asked is None:
        return redirect(url_for(".new"))
    try:
        count_try(GUESSES_PER_NETWORK, "password-code-guess", network())
        link = _link_for(*asked, form.text("code", 12))
    except Refusal as refusal:
        form.fail("code", str(refusal))
        return render_template("manage/password_codes/edit.html", form=form, token=token), refusal.status
    return redirect(url_for("manage.password_resets.edit", token=link))


def _token(company_id: str, number: str) -> str:
    # Addresses are written into logs and histories; a number is nobody's business there.
    return sign(ASKED, seal(ASKED, f"{number} {company_id}"))


def _asked(token: str) -> tuple[str, str] | None:
    """Company ID and number, or None when it is forged or took too long."""
    sealed = read_signed(ASKED, token, SECONDS)
    number, space, company_id = (unseal(ASKED, sealed) or "").partition(" ") if sealed else ("", "", "")
    return (company_id, number) if space else None


def _send_code(company_id: str, number: str) -> None:
    company = _company(company_id)
    if company is None:
        return
    with company.entered(), transaction():
        mobile = Mobile.verified(number) if Settings.current().sms_passwords else None
        if mobile is not None:
            try:
                mobile.send_code("password")
            except Refusal:
                # No credits, too many: nobody is told, or everybody could ask who works here.
                return


def _link_for(company_id: str, number: str, code: str) -> str:
    """A link to choose a new password, for the right code.  Raises WrongCode."""
    company = _company(company_id)
    if company is None:
        raise WrongCode
    with company.entered(), transaction():
        mobile = Mobile.verified(number)
        # No refusal leaves this block: a wrong guess counts.
        link = Link.make("password", mobile.member) if mobile and mobile.knows("password", code) else None
    if link is None:
        raise WrongCode
    return link


def _company(company_id: str) -> Company | None:
    with transaction():
        company = Company.called(company_id)
        return company if company is not None and company.lets_in else None
