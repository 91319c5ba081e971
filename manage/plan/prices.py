"""The price page: plans, features, packages, credits, top-ups (F-02, F-03, F-05…F-15)."""

from flask import Blueprint, g, render_template, request

from billing.money import CURRENCIES, spoken
from billing.words import rights_in_words
from core.db import transaction
from manage.plan.overview import Overview
from manage.plan.shelf import Shelf, currency_for
from tenants.platform.settings import limits
from tenants.rights.entitlements import free
from tenants.signing_in.current import needs

plan_prices = Blueprint("plan_prices", __name__, url_prefix="/manage/plan/prices")


@plan_prices.get("")
@needs("billing.manage")
def index():
    with transaction():
        overview = Overview(g.company)
        shelf = Shelf(currency_for(g.company, request.args.get("currency")))
        return render_template(
            "manage/plan_prices/index.html",
            overview=overview,
            shelf=shelf,
            nothing=spoken(0, shelf.currency),
            currencies=() if overview.wallet else CURRENCIES,
            free=free(),
            most=limits()["most_in_order"],
            rights_in_words=rights_in_words,
        )
