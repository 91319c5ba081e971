"""Erasing a company for good, after a second look at what goes."""

from flask import Blueprint, render_template
from flask_babel import gettext as _

from admin_portal.doors import company_called
from admin_portal.help.deeds import carried_out, form_page
from core.forms import Form
from lifecycle.erasing import ask_to_erase
from operators.audit import note
from operators.current import current_operator, needs
from tenants.companies.company import Company
from tenants.companies.standing import CompanyStanding

erasures = Blueprint("erasures", __name__, url_prefix="/companies/<company_id>/manage/erasure")


@erasures.get("")
@needs("companies.erase", proof=True)
def new(company_id):
    return form_page(company_id, _page)


@erasures.post("")
@needs("companies.erase", proof=True)
def create(company_id):
    return carried_out(company_id, _ask, _page, then="admin_portal.company_life.show")


def _ask(company: Company, form: Form, reason: str) -> str:
    form.check()
    work = ask_to_erase(company, form.value("typed"), current_operator().name)
    note("company.erasure_asked", current_operator(), company, f"work:{work.id}", reason, called=company.company_id)
    return _("%(company)s is being erased.", company=company.name)


def _page(company: Company, form: Form) -> str:
    standing = CompanyStanding.of(company_called(company.company_id))
    return render_template("admin_portal/lifecycle/erasure.html", company=company, form=form, standing=standing)
