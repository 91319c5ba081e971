"""What a member can see and do about the safety of his own account: password, devices, sign-ins, his data (ASVS 7.5.2)."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from chat.places.places import place_read
from core.db import transaction
from tenants.signing_in.current import current_member, current_session
from tenants.signing_in.known_devices import KnownDevice
from tenants.signing_in.passkeys import Passkey
from tenants.signing_in.second_factors import RecoveryCode, SecondFactor
from tenants.signing_in.sessions import Session
from tenants.signing_in.sign_in_log import SignInQuery

security = Blueprint("security", __name__, url_prefix="/manage/me/security")

LAST = 10


@security.get("")
def show():
    member = current_member()
    return render_template(
        "manage/security/show.html",
        sessions=Session.of_member(member),
        this=current_session(),
        factor=SecondFactor.of(member),
        trusted=KnownDevice.trusted_by(member),
        passkeys=Passkey.of(member),
        codes_left=RecoveryCode.left(member),
        entries=SignInQuery(member_id=member.id).entries(at_most=LAST),
        place_in=place_read,
    )


@security.post("/trust/forget")
def forget_trust():
    """From now on the second step is asked for on every device."""
    with transaction():
        KnownDevice.forget_trust(current_member())
    flash(_("The second step is asked for on every device now."), "success")
    return redirect(url_for(".show"))
