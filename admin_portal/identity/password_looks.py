"""How hard a password is to guess, as somebody types it.  Posted: a password never stands in an address."""

from flask import Blueprint, render_template, request

from core.forms import Form
from core.limits import count_try
from core.pages import network
from tenants.signing_in import passwords

password_looks = Blueprint("password_looks", __name__, url_prefix="/password-looks")

PER_NETWORK = "120 per 10 minutes"


@password_looks.post("")
def create():
    count_try(PER_NETWORK, "operator password looks", network())
    form = Form(request.form)
    about = [form.text(name, 254) for name in ("name", "email")]
    return render_template("_password_strength.html", look=passwords.look(form.secret("password"), *about))
