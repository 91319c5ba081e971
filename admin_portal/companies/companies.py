"""All companies: found, listed, taken away, and one of them at a glance."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for

from admin_portal.companies.company_columns import cells, heads, plan_title, troubles_of
from admin_portal.companies.company_list import HEALTHS, ROWS, SHOWN, TRIALS, CompanyList, by_what
from admin_portal.companies.glance import Glance, show_glance
from admin_portal.doors import company_called
from billing.money import spoken
from billing.plans import PLAN_NAMES
from core.clock import now
from core.db import transaction
from core.forms import Form
from core.tables import csv_file, xlsx_file
from operators.audit import note
from operators.current import current_operator, needs
from tenants.companies.standing import TROUBLES

companies = Blueprint("companies", __name__, url_prefix="/companies")


@companies.get("")
@needs("companies.see")
def index():
    """Whoever looks for an order, a key or an address that leads to one company is led there."""
    asked, is_refined = _asked(), request.headers.get("HX-Target") == "companies"
    if asked.only_one and not is_refined:
        return redirect(url_for(".show", company_id=asked.only_one.company_id))
    return render_template(
        "admin_portal/companies/_list.html" if is_refined else "admin_portal/companies/index.html",
        asked=asked,
        ROWS=ROWS,
        STATUSES=SHOWN,
        PLANS=PLAN_NAMES,
        HEALTHS=HEALTHS,
        TRIALS=TRIALS,
        TROUBLES=TROUBLES,
        by_what=by_what,
        plan_title=plan_title,
        spoken=spoken,
        troubles_of=troubles_of,
        yesterday=now() - timedelta(days=1),
    )


@companies.get("/export.<any(csv, xlsx):kind>")
@needs("companies.see", proof=True)
def export(kind):
    """The list as it is shown, all of its pages."""
    asked = _asked()
    with transaction():
        rows = asked.all_rows()
        note("companies.listed", current_operator(), rows=len(rows), **asked.address())
    write = csv_file if kind == "csv" else xlsx_file
    told = (cells(row, asked.shows_money) for row in rows)
    return write(f"companies-{now():%Y-%m-%d}.{kind}", heads(asked.shows_money), told)


@companies.get("/<company_id>")
@needs("companies.see")
def show(company_id):
    return show_glance(Glance(company_called(company_id)))


def _asked() -> CompanyList:
    return CompanyList.asked_for(Form(request.args), current_operator())
