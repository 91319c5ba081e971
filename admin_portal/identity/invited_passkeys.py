"""The second factor of who comes in by a link: a passkey instead of an app."""

from flask import Blueprint, Response, flash, redirect, request, session, url_for

from admin_portal.identity.invitations import come_in, link_behind
from core.devices import device_name
from core.pages import unshared
from core.passkeys import PasskeyRefused
from operators.second_factors import OperatorPasskey, making_options

invited_passkeys = Blueprint("invited_passkeys", __name__, url_prefix="/invitations/<token>/passkey")
invited_passkeys.after_request(unshared)

_CHALLENGE = "making_first_operator_passkey"


@invited_passkeys.post("/options")
def prepare(token):
    """For the browser, as JSON."""
    options, session[_CHALLENGE] = making_options(link_behind(token).operator)
    return Response(options, mimetype="application/json")


@invited_passkeys.post("")
def create(token):
    link_behind(token)
    credential, challenge = request.form.get("credential", ""), session.pop(_CHALLENGE, None)
    name = device_name(request.user_agent.string).text
    try:
        if challenge is None:
            raise PasskeyRefused
        register = OperatorPasskey.register
        return come_in(token, lambda operator: register(operator, credential, challenge, name), "passkey")
    except PasskeyRefused as refusal:
        flash(str(refusal), "danger")
        return redirect(url_for("admin_portal.invited_apps.new", token=token))
