"""Calling a company otherwise.  Its company ID stays."""

from flask import Blueprint, render_template
from flask_babel import gettext as _

from admin_portal.help.deeds import carried_out, form_page
from core.forms import Form
from operators.both_logs import note_in_both
from operators.current import current_operator, needs
from tenants.companies.company import Company

names = Blueprint("names", __name__, url_prefix="/companies/<company_id>/manage/name")


@names.get("")
@needs("companies.open")
def edit(company_id):
    return form_page(company_id, _page)


@names.post("")
@needs("companies.open")
def update(company_id):
    return carried_out(company_id, _rename, _page, then="admin_portal.company_life.show")


def _rename(company: Company, form: Form, reason: str) -> str:
    name = form.text("name", 80, missing=_("Enter the company's name."))
    form.check()
    note_in_both("company.renamed", current_operator(), company, reason=reason, name=f"{company.name} → {name}")
    company.rename(name)
    return _("The company is called %(name)s now.", name=name)


def _page(company: Company, form: Form) -> str:
    if "name" not in form.typed:
        form.typed["name"] = company.name
    return render_template("admin_portal/lifecycle/name.html", company=company, form=form)
