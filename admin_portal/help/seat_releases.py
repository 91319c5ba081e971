"""Freeing a seat that a company's agent has left behind (G-08)."""

from flask import Blueprint, render_template
from flask_babel import gettext as _

from admin_portal.help.deeds import carried_out, form_page
from core.db import db
from core.errors import NotFound
from core.forms import Form
from operators.both_logs import note_in_both
from operators.current import current_operator, needs
from tenants.companies.company import Company
from tenants.people.members import Member

seat_releases = Blueprint("seat_releases", __name__, url_prefix="/companies/<company_id>/help/seats/<int:member_id>")


@seat_releases.get("")
@needs("help.give")
def new(company_id, member_id):
    return form_page(company_id, _page_of(member_id))


@seat_releases.post("")
@needs("help.give")
def create(company_id, member_id):
    def release(company: Company, form: Form, reason: str) -> str:
        form.check()
        member = _seated(company, member_id)
        company.release_seat(member.id)
        note_in_both("seat.released", current_operator(), company, f"member:{member.id}", reason, name=member.name)
        return _("%(name)s's seat is free now.", name=member.name)

    return carried_out(company_id, release, _page_of(member_id))


def _page_of(member_id: int):
    def page(company: Company, form: Form) -> str:
        return render_template("admin_portal/help/seat.html", company=company, form=form, member=_seated(company, member_id))

    return page


def _seated(company: Company, member_id: int) -> Member:
    """Raises NotFound for who holds no seat."""
    member = db.session.get(Member, member_id)
    if member is None or member_id not in company.seated:
        raise NotFound
    return member
