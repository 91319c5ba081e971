"""Coming in for the first time, or after a reset: by a link, first name and password, then a second factor.

The link is used up only when all is done: who stops half-way opens it again.
"""

from collections.abc import Callable
from zoneinfo import available_timezones

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin_portal.identity.signing_in import keep_cookie, sign_in
from core.db import transaction
from core.errors import BadRequest, Invalid
from core.forms import Form
from core.limits import count_try
from core.pages import network, unshared
from operators.access import join
from operators.audit import note
from operators.links import OperatorLink
from operators.operator import Operator
from operators.second_factors import OperatorRecoveryCode

invitations = Blueprint("invitations", __name__, url_prefix="/invitations/<token>")
invitations.after_request(unshared)

PER_NETWORK = "60 per 10 minutes"


@invitations.get("")
def edit(token):
    link = link_behind(token)
    return _page(Form({"name": link.operator.name}), link, token)


@invitations.post("")
def update(token):
    form, link = Form(request.form), link_behind(token)
    try:
        with transaction():
            _begin(OperatorLink.find(token, to_use=True).operator, form)
    except Invalid as invalid:
        form.refuse(invalid)
        return _page(form, link, token), invalid.status
    return redirect(url_for("admin_portal.invited_apps.new", token=token))


def link_behind(token: str) -> OperatorLink:
    """Raises OperatorLinkUsedUp, TooManyTries."""
    count_try(PER_NETWORK, "operator links", network())
    with transaction():
        return OperatorLink.find(token)


def come_in(token: str, set_up: Callable[[Operator], None], method: str) -> Response:
    """Use the link up: who has a password, and whom `set_up` gives a second factor, is in, and sees the recovery codes.

    Raises OperatorLinkUsedUp, BadRequest without a password, and what `set_up` raises.
    """
    with transaction():
        link = OperatorLink.find(token, to_use=True)
        if link.operator.password_hash is None:
            raise BadRequest
        set_up(link.operator)
        join(link)
        codes = OperatorRecoveryCode.make(link.operator)
        note("operator.joined", link.operator, method=method)
    cookie = sign_in(link.operator, method)
    page = make_response(render_template("admin_portal/identity/first_codes.html", codes=codes))
    return keep_cookie(page, cookie)


def _begin(operator: Operator, form: Form) -> None:
    name = form.text("name", missing=_("Enter your name."))
    form.check()
    operator.name = name
    operator.change_password(form.secret("password"))
    operator.language = str(get_locale())
    operator.time_zone = form.choice("time_zone", available_timezones(), operator.time_zone)


def _page(form: Form, link: OperatorLink, token: str) -> str:
    return render_template("admin_portal/identity/invitation.html", form=form, operator=link.operator, token=token)
