"""Asking a company for its consent to look inside, and giving it back."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from admin_portal.help.deeds import carried_out, form_page, ticket_in
from core.db import transaction
from core.errors import NotFound
from core.forms import Form
from operators.current import current_operator, needs
from operators.support_access import ask_for_access, end_access
from tenants.companies.company import Company
from tenants.support.support import HOURS, PublishedGrant

support_requests = Blueprint("support_requests", __name__)


@support_requests.get("/companies/<company_id>/help/consent")
@needs("help.look_inside")
def new(company_id):
    return form_page(company_id, _page, hours="24", writes="")


@support_requests.post("/companies/<company_id>/help/consent")
@needs("help.look_inside")
def create(company_id):
    return carried_out(company_id, _ask, _page)


@support_requests.post("/looking-inside/consents/<key>/end")
@needs("help.look_inside")
def destroy(key):
    """A request or a consent that is no longer needed."""
    with transaction():
        published = PublishedGrant.keyed(key)
    if published is None:
        raise NotFound
    with published.company.entered() as company, transaction():
        end_access(company, current_operator(), key)
    flash(_("It ended. Nobody looks inside by it any more."), "success")
    return redirect(url_for("admin_portal.break_glasses.index"))


def _ask(company: Company, form: Form, reason: str) -> str:
    ticket = ticket_in(form)
    form.check()
    hours = int(form.choice("hours", {str(hours) for hours in HOURS}, "24"))
    ask_for_access(company, current_operator(), reason, ticket, hours, form.choice("writes", ("yes",)) == "yes")
    return _("The company's administrators were asked, by mail and above every page.")


def _page(company: Company, form: Form) -> str:
    return render_template("admin_portal/help/consent.html", company=company, form=form, HOURS=HOURS)
