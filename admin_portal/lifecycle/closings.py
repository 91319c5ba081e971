"""Scheduling a company's end, and taking that back."""

from datetime import timedelta

from flask import Blueprint, render_template
from flask_babel import gettext as _

from admin_portal.help.deeds import carried_out, form_page
from core.clock import now
from core.forms import Form
from core.periods import begins, day_in, zone
from lifecycle.closings import cancel_closing, tell_owners
from operators.both_logs import note_in_both
from operators.current import current_operator, needs
from tenants.companies.closing import KEPT_FOR, NOTICE, Closing
from tenants.companies.company import Company

closings = Blueprint("closings", __name__, url_prefix="/companies/<company_id>/manage/closing")


@closings.get("")
@needs("companies.close", proof=True)
def new(company_id):
    return form_page(company_id, _page, closes_on=_first_day())


@closings.post("")
@needs("companies.close", proof=True)
def create(company_id):
    return carried_out(company_id, _schedule, _page, then="admin_portal.company_life.show")


@closings.get("/end")
@needs("companies.close", proof=True)
def edit(company_id):
    return form_page(company_id, _end_page)


@closings.post("/end")
@needs("companies.close", proof=True)
def destroy(company_id):
    return carried_out(company_id, _cancel, _end_page, then="admin_portal.company_life.show")


def _schedule(company: Company, form: Form, reason: str) -> str:
    day = day_in(form, "closes_on")
    if day is None and not form.fault("closes_on"):
        form.fail("closes_on", _("Choose a day."))
    form.check()
    closing = Closing.schedule(company, begins(day), reason)
    tell_owners(closing)
    note_in_both("company.closing_scheduled", current_operator(), company, f"closing:{closing.id}", reason, date=f"{day}")
    return _("%(company)s will be closed. Its administrators are told by mail.", company=company.name)


def _cancel(company: Company, form: Form, reason: str) -> str:
    form.check()
    cancel_closing(company)
    note_in_both("company.closing_cancelled", current_operator(), company, reason=reason)
    return _("%(company)s stays. Its administrators are told by mail.", company=company.name)


def _page(company: Company, form: Form) -> str:
    shown = {"first_day": _first_day(), "notice": NOTICE.days, "kept_for": KEPT_FOR.days}
    return render_template("admin_portal/lifecycle/closing.html", company=company, form=form, **shown)


def _end_page(company: Company, form: Form) -> str:
    return render_template("admin_portal/lifecycle/stay.html", company=company, form=form, closing=Closing.of(company))


def _first_day() -> str:
    """The first one that is far enough ahead when it begins."""
    return f"{(now().astimezone(zone()) + NOTICE + timedelta(days=1)).date()}"
