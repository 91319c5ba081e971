"""Coming in by single sign-on: off to the company's identity provider, and back (OpenID Connect)."""

import time

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.limits import count_try
from core.pages import address_of, network
from manage.entrance.sign_ins import enter
from manage.entrance.signing_in import Who
from tenants.companies.company import Company
from tenants.signing_in.oidc import Claims, Conversation, OidcRefused
from tenants.signing_in.single_sign_on import SingleSignOn

single_sign_ons = Blueprint("single_sign_ons", __name__, url_prefix="/sso")

# There is nothing to guess, only a provider to be asked; a whole office may sign in at nine through one address.
PER_NETWORK = "600 per 10 minutes"
LASTS = 600
_KEPT = "single_sign_on"


@single_sign_ons.get("")
def new():
    return render_template("manage/single_sign_ons/new.html", form=Form(request.args.to_dict()))


@single_sign_ons.post("")
def create():
    """From the form.  A company that has it, or not, is no secret: its people must know."""
    form = Form(request.form)
    company_id = form.text("company_id", 40, missing=_("Enter your company ID.")).lower()
    if not form.faults and _provided(company_id) is None:
        form.fail("company_id", _("No company with this ID uses single sign-on."))
    if form.faults:
        return render_template("manage/single_sign_ons/new.html", form=form), 422
    # Not by redirection: where a form may lead is our own site only (Content-Security-Policy, form-action).
    return render_template("manage/single_sign_ons/leaving.html", address=url_for(".show", company_id=company_id))


@single_sign_ons.get("/<company_id>")
def show(company_id):
    """Off to the provider.  Also an address to keep, or for the provider's own page of applications."""
    count_try(PER_NETWORK, "sso", network())
    found = _provided(company_id)
    if found is None:
        flash(_("No company with this ID uses single sign-on."), "warning")
        return redirect(url_for(".new"))
    company, single_sign_on = found
    return start(company, single_sign_on, is_test=False)


@single_sign_ons.get("/<company_id>/callback")
def edit(company_id):
    """Back from the provider.  What the browser kept is used up, whatever comes of it."""
    kept = session.pop(_KEPT, None)
    company = _company(company_id)
    if company is None or not kept or kept["company"] != company.id or kept["until"] < time.time():
        flash(_("That took too long. Sign in again."), "warning")
        return redirect(url_for(".new"))
    if kept["is_test"]:
        return _tested(company, kept)
    try:
        with company.entered():
            claims = _claims(company, SingleSignOn.in_force(), kept)
            with transaction():
                member = SingleSignOn.current().admit(claims)
        return enter(Who(company.id, member.id), Form({"begin": "manage"}), "sso")
    except Refusal as refusal:
        flash(str(refusal), "danger")
        return redirect(url_for(".new", company_id=company.company_id))


def start(company: Company, single_sign_on: SingleSignOn, is_test: bool):
    """The answer that sends a browser to the provider."""
    try:
        with company.entered():
            started = Conversation(single_sign_on.provider(_callback(company))).start()
    except OidcRefused as refusal:
        flash(str(refusal), "danger")
        return redirect(url_for("manage.single_sign_on_settings.edit" if is_test else ".new"))
    session[_KEPT] = {
        "company": company.id, "issuer": single_sign_on.issuer, "state": started.state, "nonce": started.nonce,
        "verifier": started.verifier, "until": time.time() + LASTS, "is_test": is_test,
    }  # fmt: skip
    return redirect(started.address)


def _claims(company: Company, single_sign_on: SingleSignOn | None, kept: dict) -> Claims:
    """Raises OidcRefused."""
    # The provider may have been changed while somebody was away.
    if single_sign_on is None or single_sign_on.issuer != kept["issuer"]:
        raise OidcRefused("answer", _("Single sign-on was changed meanwhile. Begin again."))
    provider = single_sign_on.provider(_callback(company))
    return Conversation(provider).finish(request.args, kept["state"], kept["nonce"], kept["verifier"])


def _tested(company: Company, kept: dict):
    """What would happen, for the administrator who tries his settings; nobody is signed in."""
    claims, outlook, refusal = None, "", None
    try:
        with company.entered():
            claims = _claims(company, SingleSignOn.current(), kept)
            outlook = SingleSignOn.current().outlook(claims)
    except OidcRefused as refused:
        refusal = refused
    return render_template("manage/single_sign_on_settings/tested.html", claims=claims, outlook=outlook, refusal=refusal)


def _provided(company_id: str) -> tuple[Company, SingleSignOn] | None:
    company = _company(company_id)
    if company is None:
        return None
    with company.entered(), transaction():
        single_sign_on = SingleSignOn.in_force()
    return (company, single_sign_on) if single_sign_on else None


def _company(company_id: str) -> Company | None:
    with transaction():
        company = Company.called(company_id)
    return company if company is not None and company.lets_in else None


def _callback(company: Company) -> str:
    return address_of("manage.single_sign_ons.edit", company_id=company.company_id)
