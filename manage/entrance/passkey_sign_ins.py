"""Signing in with a passkey: instead of the password, or as the second step after it."""

from flask import Blueprint, Response, flash, redirect, request, session, url_for

from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.limits import count_try, failures_counted
from core.pages import network
from core.passkeys import PasskeyRefused
from manage.entrance.halfway import Halfway
from manage.entrance.sign_ins import enter
from manage.entrance.signing_in import Who
from tenants.companies.company import Company
from tenants.signing_in.passkeys import Passkey, using_options, whose

passkey_sign_ins = Blueprint("passkey_sign_ins", __name__, url_prefix="/sign-in/passkey")

PER_NETWORK = "60 per 10 minutes"
# Nothing is tried there yet; a whole office may sign in at nine through one address.
ASKED_PER_NETWORK = "600 per 10 minutes"
_CHALLENGE = "using_passkey"


@passkey_sign_ins.post("/options")
def prepare():
    """For the browser, as JSON.  With any key it has: nobody has said yet who he is."""
    count_try(ASKED_PER_NETWORK, "passkeys", network())
    options, session[_CHALLENGE] = using_options()
    return Response(options, mimetype="application/json")


@passkey_sign_ins.post("")
def create():
    halfway, challenge, credential = Halfway.current(), session.pop(_CHALLENGE, None), request.form.get("credential", "")
    try:
        with failures_counted(PER_NETWORK, "passkeys", network()):
            who = _proved(credential, challenge)
        if halfway is not None and halfway.who != who:
            raise PasskeyRefused
        return enter(who, Form(halfway.typed if halfway else request.form), "passkey")
    except Refusal as refusal:
        flash(str(refusal), "danger")
        return redirect(url_for("manage.second_steps.new" if halfway else "manage.sign_ins.new"))


def _proved(credential: str, challenge: str | None) -> Who:
    """Who signed the challenge.  Raises PasskeyRefused."""
    said = whose(credential)
    with transaction():
        company = Company.numbered(said[0]) if said and challenge else None
    if company is None:
        raise PasskeyRefused
    with company.entered(), transaction():
        passkey = Passkey.proving(credential, challenge)
        if passkey.member_id != said[1]:
            raise PasskeyRefused
        return Who(company.id, passkey.member_id)
