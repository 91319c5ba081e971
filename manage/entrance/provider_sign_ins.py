"""Signing in with an account at Google, Microsoft or whomever the platform offers (IDENTITY_PROVIDERS); who has no company
here goes on to sign-up with his name and address filled in."""

import time

from flask import Blueprint, current_app, flash, redirect, request, session, url_for
from flask_babel import gettext as _

from core.db import transaction
from core.errors import NotFound, Refusal
from core.forms import Form
from core.limits import count_try
from core.pages import address_of, network
from manage.entrance.sign_ins import let_in
from manage.entrance.signing_in import COMPANIES_TRIED, Who
from tenants.companies.company import Address
from tenants.people.members import Member
from tenants.signing_in.oidc import Claims, Conversation, OidcRefused, Provider

provider_sign_ins = Blueprint("provider_sign_ins", __name__, url_prefix="/sign-in/with")

# There is nothing to guess, only a provider to be asked; a whole office may sign in at nine through one address.
PER_NETWORK = "600 per 10 minutes"
LASTS = 600
_KEPT = "provider_sign_in"


@provider_sign_ins.get("/<provider>")
def show(provider):
    """Off to the provider."""
    count_try(PER_NETWORK, "sso", network())
    try:
        started = Conversation(_provider(provider)).start()
    except OidcRefused as refusal:
        flash(str(refusal), "danger")
        return redirect(url_for("manage.sign_ins.new"))
    kept = {"provider": provider, "state": started.state, "nonce": started.nonce, "verifier": started.verifier}
    session[_KEPT] = kept | {"until": time.time() + LASTS}
    return redirect(started.address)


@provider_sign_ins.get("/<provider>/callback")
def edit(provider):
    """And back."""
    kept = session.pop(_KEPT, None)
    if not kept or kept["provider"] != provider or kept["until"] < time.time():
        flash(_("That took too long. Sign in again."), "warning")
        return redirect(url_for("manage.sign_ins.new"))
    try:
        claims = Conversation(_provider(provider)).finish(request.args, kept["state"], kept["nonce"], kept["verifier"])
        found = _members(claims)
        if found:
            return let_in(found, Form({"begin": "manage"}), "provider")
    except NotFound:
        raise
    except Refusal as refusal:
        flash(str(refusal), "danger")
        return redirect(url_for("manage.sign_ins.new"))
    flash(_("Nobody has signed up with %(email)s yet. Sign up your company here.", email=claims.email), "warning")
    return redirect(url_for("manage.sign_ups.new", email=claims.email, administrator=claims.name))


def _members(claims: Claims) -> list[Who]:
    """Everybody with this address, in whichever company.  Raises OidcRefused unless the provider says it is verified."""
    if not claims.email or not claims.email_verified:
        raise OidcRefused(
            "person", _("The provider does not say that the address %(email)s is verified.", email=claims.email or "–")
        )
    with transaction():
        companies = Address.companies_of(claims.email)[:COMPANIES_TRIED]
    found = []
    for company in companies:
        with company.entered(), transaction():
            member = Member.known_as(claims.email)
            if member is not None and member.has_joined:
                found.append(Who(company.id, member.id))
    return found


def _provider(name: str) -> Provider:
    """Raises NotFound."""
    known = current_app.config["IDENTITY_PROVIDERS"].get(name)
    if known is None:
        raise NotFound
    callback = address_of("manage.provider_sign_ins.edit", provider=name)
    return Provider(known["issuer"], known["client_id"], known["client_secret"], callback)
