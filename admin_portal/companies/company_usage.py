"""How much a company uses: each day's numbers, drawn, as a table, and to take away."""

from flask import Blueprint, render_template, request

from admin_portal.companies.usage_days import COUNTS, HEADS, UsageDays, megabytes
from admin_portal.doors import company_called
from core.forms import Form
from core.pages import kept
from core.tables import csv_file, xlsx_file
from operators.current import needs

company_usage = Blueprint("company_usage", __name__, url_prefix="/companies/<company_id>/usage")


@company_usage.get("")
@needs("companies.see")
def show(company_id):
    company, asked = company_called(company_id), Form(request.args)
    return render_template(
        "admin_portal/companies/usage.html",
        company=company,
        asked=asked,
        usage=UsageDays.asked_for(company, asked),
        COUNTS=COUNTS,
        kept=kept("kind"),
        megabytes=megabytes,
    )


@company_usage.get("/export.<any(csv, xlsx):kind>")
@needs("companies.see")
def export(company_id, kind):
    usage = UsageDays.asked_for(company_called(company_id), Form(request.args))
    write = csv_file if kind == "csv" else xlsx_file
    return write(f"{usage.company.company_id}-usage-{usage.first}-{usage.last}.{kind}", HEADS, usage.cells())
