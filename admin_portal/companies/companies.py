"""All companies: found, listed, and one of them at a glance."""

from flask import Blueprint, render_template

from admin_portal.doors import company_called
from operators.current import needs

companies = Blueprint("companies", __name__, url_prefix="/companies")


@companies.get("")
@needs("companies.see")
def index():
    return render_template("admin_portal/companies/index.html")


@companies.get("/<company_id>")
@needs("companies.see")
def show(company_id):
    return render_template("admin_portal/companies/show.html", company=company_called(company_id))
