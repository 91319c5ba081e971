"""Suspending a company, and resuming it.  What that means is decided in one place: Company.standstill."""

from flask import Blueprint, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_portal.help.deeds import carried_out, form_page
from core.db import lock
from core.errors import Refusal
from core.forms import Form
from operators.audit import note
from operators.current import current_operator, needs
from tenants.audit import audit
from tenants.companies.company import Company

suspensions = Blueprint("suspensions", __name__, url_prefix="/companies/<company_id>/manage/suspension")


class NotNowOpen(Refusal):
    code = "company_not_open"
    message = _l("This company is not open: there is nothing to suspend.")


class NotNowSuspended(Refusal):
    code = "company_not_suspended"
    message = _l("This company is not suspended.")


@suspensions.get("")
@needs("companies.suspend", proof=True)
def new(company_id):
    return form_page(company_id, _page)


@suspensions.post("")
@needs("companies.suspend", proof=True)
def create(company_id):
    return carried_out(company_id, _suspend, _page, then="admin_portal.company_life.show")


@suspensions.get("/end")
@needs("companies.suspend", proof=True)
def edit(company_id):
    return form_page(company_id, _end_page)


@suspensions.post("/end")
@needs("companies.suspend", proof=True)
def destroy(company_id):
    return carried_out(company_id, _resume, _end_page, then="admin_portal.company_life.show")


def _suspend(company: Company, form: Form, reason: str) -> str:
    told = form.text("told", 300, missing=_("Write what the company's people are told."))
    form.check()
    lock(company)
    if not company.is_open:
        raise NotNowOpen
    company.suspend(because=told)
    note("company.suspended", current_operator(), company, reason=reason, told=told)
    audit.note("company.suspended", operator=current_operator(), reason=told)
    return _("%(company)s is suspended.", company=company.name)


def _resume(company: Company, form: Form, reason: str) -> str:
    form.check()
    lock(company)
    if company.status != "suspended":
        raise NotNowSuspended
    company.resume()
    note("company.resumed", current_operator(), company, reason=reason)
    audit.note("company.resumed", operator=current_operator())
    return _("%(company)s works again.", company=company.name)


def _page(company: Company, form: Form) -> str:
    if "told" not in form.typed:
        with force_locale(company.language):
            form.typed["told"] = _("Contact support to open it again.")
    return render_template("admin_portal/lifecycle/suspension.html", company=company, form=form)


def _end_page(company: Company, form: Form) -> str:
    return render_template("admin_portal/lifecycle/resumption.html", company=company, form=form)
