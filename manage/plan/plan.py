"""Plan & account: what a company has and why (F-01).  Everybody in the management centre may look; money is for who manages it."""

from flask import Blueprint, g, render_template

from core.db import transaction
from manage.plan.overview import Overview
from manage.today import Today

plan = Blueprint("plan", __name__, url_prefix="/manage/plan")


@plan.get("")
def show():
    """Asks nobody outside: it opens while the payment provider is away."""
    with transaction():
        return render_template("manage/plan/show.html", overview=Overview(g.company), today=Today(g.company))
