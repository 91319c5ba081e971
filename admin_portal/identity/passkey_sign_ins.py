"""Coming in with a passkey: instead of the password, or as the second step after it."""

from flask import Blueprint, Response, flash, redirect, request, session, url_for

from admin_portal.identity.halfway import halfway
from admin_portal.identity.signing_in import let_in
from core.db import transaction
from core.errors import Refusal
from core.limits import count_try
from core.pages import network
from core.passkeys import PasskeyRefused
from operators.operator import Operator
from operators.second_factors import OperatorPasskey, using_options

passkey_sign_ins = Blueprint("passkey_sign_ins", __name__, url_prefix="/sign-in/passkey")

PER_NETWORK = "60 per 10 minutes"
_CHALLENGE = "using_operator_passkey"


@passkey_sign_ins.post("/options")
def prepare():
    """For the browser, as JSON.  With any key it has: nobody has said yet who he is."""
    return passkey_options()


@passkey_sign_ins.post("")
def create():
    half = halfway()
    try:
        operator = proved_by_passkey(request.form.get("credential", ""))
        if half is not None and half[0].id != operator.id:
            raise PasskeyRefused
        return let_in(operator, half[1] if half else request.form.get("next", ""), "passkey")
    except Refusal as refusal:
        flash(str(refusal), "danger")
        return redirect(url_for(f"admin_portal.{'second_steps' if half else 'sign_ins'}.new"))


def passkey_options(operator: Operator | None = None) -> Response:
    """What the browser is to sign, with a key of this operator's if it is known who he is."""
    count_try(PER_NETWORK, "operator passkeys", network())
    options, session[_CHALLENGE] = using_options(operator)
    return Response(options, mimetype="application/json")


def proved_by_passkey(credential: str) -> Operator:
    """Who has signed what this browser was given to sign a moment ago.  Raises PasskeyRefused, TooManyTries."""
    count_try(PER_NETWORK, "operator passkeys", network())
    challenge = session.pop(_CHALLENGE, None)
    if challenge is None:
        raise PasskeyRefused
    with transaction():
        return OperatorPasskey.proving(credential, challenge).operator
