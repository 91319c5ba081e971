"""Confirming, from a mail that came to it, that messages may be forwarded to an address (L-10)."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from chat.offline.forwarding import ForwardingAddress
from core.db import transaction
from manage.deeds import noted
from tenants.signing_in.current import current_member, needs

forwarding = Blueprint("forwarding", __name__, url_prefix="/manage/forwarding")


@forwarding.get("/<token>")
@needs("sites.manage")
def show(token):
    return render_template("manage/forwarding/show.html", address=ForwardingAddress.of_token(token).address, token=token)


@forwarding.post("/<token>")
@needs("sites.manage")
def update(token):
    with transaction():
        found = ForwardingAddress.of_token(token)
        found.confirm(current_member())
        noted("forwarding.confirmed", found, email=found.address)
    flash(_("Messages may be forwarded to %(address)s.", address=found.address), "success")
    return redirect(url_for("manage.styles.index"))
