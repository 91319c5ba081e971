"""The link in a mail that puts a list of networks in force although it locks out who wrote it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from core.pages import unshared
from manage.safety.networks import put_in_force
from tenants.people.links import link_behind
from tenants.signing_in.networks import AllowList

network_confirmations = Blueprint("network_confirmations", __name__, url_prefix="/networks")
network_confirmations.after_request(unshared)


@network_confirmations.get("/<token>")
def edit(token):
    with link_behind("networks", token) as link:
        return render_template("manage/networks/confirm.html", member=link.member, proposed=AllowList.proposed(), token=token)


@network_confirmations.post("/<token>")
def update(token):
    with link_behind("networks", token, to_use=True) as link:
        member, proposed = link.use(), AllowList.proposed()
        member.need("settings.manage")
        if proposed is not None:
            put_in_force(proposed, by=member)
    flash(_("The list of networks is in force."), "success")
    return redirect(url_for("manage.sign_ins.new"))
