"""Tokens by which the company's directory adds and removes people (SCIM 2.0)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.pages import address_of
from manage.deeds import noted
from tenants.signing_in.current import current_member, needs
from tenants.signing_in.provisioned_members import ProvisionedMember
from tenants.signing_in.provisioning import ProvisioningToken

provisioning_tokens = Blueprint("provisioning_tokens", __name__, url_prefix="/manage/security/provisioning")


@provisioning_tokens.get("")
@needs("settings.manage")
def index():
    return _page(Form())


@provisioning_tokens.post("")
@needs("settings.manage")
def create():
    form = Form(request.form)
    try:
        with transaction():
            name = form.text("name", missing=_("Enter a name, such as that of your directory."))
            form.check()
            token, text = ProvisioningToken.make(name, by=current_member())
            noted("provisioning_token.added", token, name=name)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form), refusal.status
    # Not after a redirect: it is shown this once and kept nowhere.
    return _page(Form(), new=text), 201


@provisioning_tokens.post("/<int:token_id>/removal")
@needs("settings.manage")
def destroy(token_id):
    with transaction():
        token = ProvisioningToken.numbered(token_id)
        token.revoke()
        noted("provisioning_token.revoked", token, name=token.name)
    flash(_("The token has been revoked. Nobody comes in by it any more."), "success")
    return redirect(url_for(".index"))


def _page(form: Form, new: str = "") -> str:
    return render_template(
        "manage/provisioning_tokens/index.html",
        form=form,
        new=new,
        tokens=ProvisioningToken.valid(),
        may_make=current_member().is_administrator,
        address=address_of("scim.nothing").rstrip("/"),
        deactivated=ProvisionedMember.deactivated(),
    )
