"""A form that changes something for a company: the reason asked for, done once, and back to where help is given."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from admin_portal.doors import company_entered
from core.db import transaction
from core.errors import NotFound, Refusal
from core.forms import Form
from operators.once import sent_before
from tenants.companies.company import Company

Deed = Callable[[Company, Form, str], str]
Page = Callable[[Company, Form], str]


def reason_in(form: Form) -> str:
    return form.text("reason", 1000, missing=_("Say why. Others will ask later."))


def ticket_in(form: Form) -> str:
    return form.text("ticket", 80, missing=_("Name the ticket or the call that this is about."))


def form_page(company_id: str, page: Page, **shown) -> str:
    """The form as it stands at first, with the company in force."""
    with company_entered(company_id) as company:
        return page(company, Form(shown))


def carried_out(company_id: str, deed: Deed, page: Page, then: str = "admin_portal.company_help.show"):
    """Do it once for each form, with the company in force, and go on to one of its pages.

    `deed` says what was done; what it refuses stands on the page.
    """
    form, said = Form(request.form), ""
    with company_entered(company_id) as company:
        try:
            with transaction():
                reason = reason_in(form)
                if not sent_before(form.value("form_key")):
                    said = deed(company, form, reason)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
            return page(company, form), refusal.status
    if said:
        flash(said, "success")
    return redirect(url_for(then, company_id=company_id))
