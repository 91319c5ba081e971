"""One's passkeys: making one, and taking one away."""

from flask import Blueprint, Response, flash, redirect, request, session, url_for
from flask_babel import gettext as _

from core.db import db, transaction
from core.devices import device_name
from core.errors import NotFound, Refusal
from core.forms import Form
from core.passkeys import PasskeyRefused
from manage.deeds import noted
from manage.mails import send_passkey_changed
from manage.own.passwords import prove_password
from tenants.people.members import Member
from tenants.signing_in.current import current_member
from tenants.signing_in.passkeys import Passkey, making_options

own_passkeys = Blueprint("own_passkeys", __name__, url_prefix="/manage/me/security/passkeys")

_CHALLENGE = "making_passkey"


@own_passkeys.post("/options")
def prepare():
    """For the browser, as JSON.  A key lets in without the password, so making one wants it."""
    member = current_member()
    prove_password(member, Form(request.form))
    options, session[_CHALLENGE] = making_options(member)
    return Response(options, mimetype="application/json")


@own_passkeys.post("")
def create():
    member, challenge = current_member(), session.pop(_CHALLENGE, None)
    try:
        with transaction():
            if challenge is None:
                raise PasskeyRefused
            name = device_name(request.user_agent.string).text
            passkey = Passkey.register(member, request.form.get("credential", ""), challenge, name)
            noted("passkey.added", passkey, name=passkey.name)
            send_passkey_changed.later(member_id=member.id, is_new=True)
    except Refusal as refusal:
        flash(str(refusal), "danger")
    else:
        flash(_("You can sign in with this passkey now."), "success")
    return redirect(url_for("manage.security.show"))


@own_passkeys.post("/<int:passkey_id>/remove")
def destroy(passkey_id):
    member = current_member()
    try:
        with transaction():
            prove_password(member, Form(request.form))
            passkey = _own(member, passkey_id)
            db.session.delete(passkey)
            noted("passkey.removed", passkey, name=passkey.name)
            send_passkey_changed.later(member_id=member.id, is_new=False)
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        flash(" ".join(map(str, refusal.fields.values())) or str(refusal), "danger")
    else:
        flash(_("The passkey has been removed."), "success")
    return redirect(url_for("manage.security.show"))


def _own(member: Member, id: int) -> Passkey:
    """Raises NotFound."""
    passkey = db.session.get(Passkey, id)
    if passkey is None or passkey.member_id != member.id:
        raise NotFound
    return passkey
