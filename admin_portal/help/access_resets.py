"""A new way in for an administrator who has lost the password, or the second factor too (G-10)."""

from flask import Blueprint, render_template
from flask_babel import gettext as _

from admin_portal.help.deeds import carried_out, form_page
from core.forms import Form
from core.text import masked_email
from operators.access_resets import A_DAY, reset_access
from operators.current import current_operator, needs
from operators.mails_to_companies import administrators
from tenants.companies.company import Company
from tenants.people.duties import has_second_factor

access_resets = Blueprint("access_resets", __name__, url_prefix="/companies/<company_id>/help/access")


@access_resets.get("")
@needs("help.give", proof=True)
def new(company_id):
    return form_page(company_id, _page)


@access_resets.post("")
@needs("help.give", proof=True)
def create(company_id):
    return carried_out(company_id, _reset, _page)


def _reset(company: Company, form: Form, reason: str) -> str:
    member_id = form.id("member")
    if member_id is None:
        form.fail("member", _("Choose who cannot get in."))
    form.check()
    member = reset_access(company, current_operator(), member_id, reason, form.yes("second_factor"))
    return _("A link is on its way to the address on file, %(email)s.", email=masked_email(member.email))


def _page(company: Company, form: Form) -> str:
    people = [(member.id, _told(member)) for member in administrators()]
    return render_template("admin_portal/help/access.html", company=company, form=form, people=people, A_DAY=A_DAY)


def _told(member) -> str:
    address = masked_email(member.email) if member.email else _("no address on file")
    return f"{member.name} · {address} · " + (_("second factor") if has_second_factor(member) else _("password only"))
