"""The management centre's first page: what needs me today."""

from flask import Blueprint, g, redirect, render_template

from manage.entrance.signing_in import first_page
from manage.today import Today
from tenants.signing_in.current import current_member

home = Blueprint("home", __name__)


@home.get("/manage")
def index():
    """Also where everybody lands who asks for no page: an agent without the management centre goes on to his own."""
    if not current_member().may("management.enter"):
        return redirect(first_page(current_member()))
    return render_template("manage/home/index.html", today=Today(g.company))
