"""Helping one company: who cannot get in, whose seat is stuck, which mails did not come, and looking inside."""

from flask import Blueprint, render_template

from admin_portal.doors import company_entered
from core.text import masked_email
from operators.break_glass import BreakGlass
from operators.current import current_operator, needs
from operators.mails_to_companies import administrators
from tenants.companies.company import Company
from tenants.people.company_mails import company_mails
from tenants.people.members import Member
from tenants.people.seats import SeatsUnknown
from tenants.support.support import SupportGrant
from tenants.support.support_visits import SupportVisit

company_help = Blueprint("company_help", __name__, url_prefix="/companies/<company_id>/help")

MAILS_SHOWN = 5


@company_help.get("")
@needs("help.give")
def show(company_id):
    with company_entered(company_id) as company:
        return render_template(
            "admin_portal/help/show.html",
            company=company,
            administrators=administrators(),
            seated=_seated(company),
            mails=company_mails(at_most=MAILS_SHOWN),
            grant=SupportGrant.in_force(),
            asked=SupportGrant.waiting(),
            glass=BreakGlass.broken_by(current_operator(), company),
            inside=SupportVisit.going_on(company),
            masked_email=masked_email,
        )


def _seated(company: Company) -> list[Member] | None:
    """Who is online; None while nobody can tell."""
    try:
        return Member.with_ids(company.seated)
    except SeatsUnknown:
        return None
