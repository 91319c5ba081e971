"""Signed identities of a site: its secrets, whether it lets in nobody else, and how to sign (V-22)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from chat.styles.sites import Site, snippet
from chat.visitors.identities import IdentitySecret
from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from manage.deeds import noted
from manage.styles.pages import site_numbered
from tenants.signing_in.current import needs

identities = Blueprint("identities", __name__, url_prefix="/manage/styles/<int:site_id>/identity")


@identities.get("")
@needs("sites.manage")
def show(site_id):
    site = site_numbered(site_id)
    return _page(site, Form({"requires_identity": "yes"} if site.requires_identity else {}))


@identities.post("")
@needs("sites.manage")
def update(site_id):
    requires = Form(request.form).yes("requires_identity")
    with transaction():
        site = site_numbered(site_id)
        if site.requires_identity != requires:
            noted("site.changed", site, name=site.name, requires_identity=f"{site.requires_identity} → {requires}")
        site.requires_identity = requires
    flash(_("Saved."), "success")
    return redirect(url_for(".show", site_id=site_id))


@identities.post("/secrets")
@needs("sites.manage")
def create(site_id):
    form = Form()
    try:
        with transaction():
            site = site_numbered(site_id)
            noted("identity_secret.added", IdentitySecret.add(site), site=site.name)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(site_numbered(site_id), form), refusal.status
    return redirect(url_for(".show", site_id=site_id))


@identities.post("/secrets/<int:secret_id>/removal")
@needs("sites.manage")
def destroy(site_id, secret_id):
    with transaction():
        site = site_numbered(site_id)
        secret = IdentitySecret.numbered(secret_id, site)
        secret.remove()
        noted("identity_secret.removed", secret, site=site.name)
    flash(_("The secret has been removed. What it signed is not accepted any more."), "success")
    return redirect(url_for(".show", site_id=site_id))


def _page(site: Site, form: Form) -> str:
    secrets = IdentitySecret.of_site(site)
    return render_template("manage/identities/show.html", site=site, secrets=secrets, form=form, embed=_signed(snippet(site)))


def _signed(embed: str) -> str:
    """The embed line with room for a token."""
    return embed.replace("></script>", ' data-identity="TOKEN"></script>')
