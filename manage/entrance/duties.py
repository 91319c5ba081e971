"""Leads who must do something first to where he does it."""

from flask import Blueprint, flash, g, redirect, request, url_for
from flask_babel import gettext as _

from manage.entrance.signing_in import first_page
from tenants.people.duties import do_duty_first, duty_of
from tenants.signing_in.current import current_member, current_session

duties = Blueprint("duties", __name__)

PAGES = {"password": "manage.own_passwords.edit", "second_factor": "manage.security.show"}
# Where duties are done, and the way out.
FREE = {
    "duties",
    "second_steps",
    "second_factor_setups",
    "security",
    "own_passwords",
    "sign_ins",
    "preferences",
    "photos",
    "terms",
    "network_confirmations",
}


@duties.get("/manage/first")
def show():
    duty = duty_of(current_session())
    if duty is None:
        return redirect(first_page(current_member()))
    flash(_words(duty), "warning")
    return redirect(url_for(PAGES[duty]))


def lead_there() -> None:
    """Before every page of who signed in.  Raises DutyFirst."""
    if request.blueprint.rpartition(".")[2] not in FREE:
        do_duty_first(g.get("session"))


def _words(duty: str) -> str:
    if duty == "password":
        return _("Your password is older than your company allows. Choose a new one.")
    return _("Your company wants a second step after the password. Set one up to go on.")
