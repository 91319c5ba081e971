"""An operator's passkeys: making one, and taking one away."""

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from core.db import db, transaction
from core.devices import device_name
from core.errors import NotFound, Refusal
from core.passkeys import PasskeyRefused
from operators.audit import note
from operators.current import current_operator, needs
from operators.mails import tell_change
from operators.second_factors import OperatorPasskey, making_options

own_passkeys = Blueprint("own_passkeys", __name__, url_prefix="/security/passkeys")

_CHALLENGE = "making_operator_passkey"


@own_passkeys.get("/new")
@needs("", proof=True)
def new():
    return render_template("admin_portal/identity/own_passkey.html")


@own_passkeys.post("/options")
@needs("", proof=True)
def prepare():
    """For the browser, as JSON."""
    options, session[_CHALLENGE] = making_options(current_operator())
    return Response(options, mimetype="application/json")


@own_passkeys.post("")
@needs("")
def create():
    """What was prepared a moment ago, after the second factor was shown."""
    challenge = session.pop(_CHALLENGE, None)
    try:
        if challenge is None:
            raise PasskeyRefused
        _register(request.form.get("credential", ""), challenge)
    except Refusal as refusal:
        flash(str(refusal), "danger")
    else:
        flash(_("You can sign in with this passkey now."), "success")
    return redirect(url_for("admin_portal.security.show"))


@own_passkeys.post("/<int:passkey_id>/remove")
@needs("", proof=True)
def destroy(passkey_id):
    try:
        _remove(passkey_id)
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        flash(str(refusal), "danger")
    else:
        flash(_("The passkey has been removed."), "success")
    return redirect(url_for("admin_portal.security.show"))


def _register(credential: str, challenge: str) -> None:
    operator, name = current_operator(), device_name(request.user_agent.string).text
    with transaction():
        passkey = OperatorPasskey.register(operator, credential, challenge, name)
        note("operator.passkey_added", operator, subject=f"operator_passkey:{passkey.id}", name=name)
        tell_change(operator, "passkey_added")


def _remove(id: int) -> None:
    operator = current_operator()
    with transaction():
        passkey = db.session.get(OperatorPasskey, id)
        if passkey is None or passkey.operator_id != operator.id:
            raise NotFound
        passkey.remove()
        note("operator.passkey_removed", operator, subject=f"operator_passkey:{id}", name=passkey.name)
        tell_change(operator, "passkey_removed")
