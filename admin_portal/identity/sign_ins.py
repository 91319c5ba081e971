"""Coming into the portal, and leaving it."""

from flask import Blueprint, redirect, render_template, url_for

from core.db import transaction
from operators.audit import note
from operators.current import cookie_name, current_operator, current_operator_session, needs

sign_ins = Blueprint("sign_ins", __name__)


@sign_ins.get("/sign-in")
def new():
    return render_template("admin_portal/identity/sign_in.html")


@sign_ins.post("/sign-out")
@needs("")
def destroy():
    with transaction():
        note("operator.signed_out", current_operator())
        current_operator_session().end()
    response = redirect(url_for(".new"))
    response.delete_cookie(cookie_name(), path="/")
    return response
