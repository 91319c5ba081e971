"""The addresses of a company's administrators in full, for whoever says why."""

from flask import Blueprint, request
from flask_babel import gettext as _

from admin_portal.companies.glance import Glance, show_glance
from admin_portal.doors import company_called
from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from operators.audit import note
from operators.current import current_operator, needs

company_contacts = Blueprint("company_contacts", __name__, url_prefix="/companies/<company_id>/contacts")


@company_contacts.post("")
@needs("help.give")
def create(company_id):
    company, form = company_called(company_id), Form(request.form)
    try:
        with transaction():
            reason = form.text("reason", 300, missing=_("Say why."))
            form.check()
            note("company.contacts_shown", current_operator(), company, reason=reason)
    except Refusal as refusal:
        form.refuse(refusal)
        return show_glance(Glance(company), form), refusal.status
    return show_glance(Glance(company, shows_addresses=True)), {"Cache-Control": "no-store"}
