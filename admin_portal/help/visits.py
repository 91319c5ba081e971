"""Going into a company to see what it sees, and ending such visits."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_portal.doors import company_entered
from admin_portal.help.deeds import form_page, reason_in, ticket_in
from core.clock import now
from core.db import db, transaction
from core.errors import NotFound, Refusal
from core.forms import Form
from core.pages import address_of
from core.periods import Period
from core.tables import csv_file, xlsx_file
from operators.break_glass import BreakGlass
from operators.current import current_operator, current_operator_session, needs
from operators.support_access import begin_visit, end_visit
from tenants.companies.company import Company
from tenants.support.support import SupportGrant
from tenants.support.support_visits import SupportVisit

visits = Blueprint("visits", __name__)

AT_MOST = 10_000
HEADS = [_l("Number"), _l("Company ID"), _l("Operator"), _l("From"), _l("Until"), _l("By leave of"), _l("Reason"), _l("Ticket")]


@visits.get("/companies/<company_id>/help/visit")
@needs("help.look_inside")
def new(company_id):
    return form_page(company_id, _page)


@visits.post("/companies/<company_id>/help/visit")
@needs("help.look_inside")
def create(company_id):
    form = Form(request.form)
    with company_entered(company_id) as company:
        try:
            with transaction():
                reason, ticket = reason_in(form), ticket_in(form)
                form.check()
                token = begin_visit(company, current_operator_session(), reason, ticket)
        except Refusal as refusal:
            form.refuse(refusal)
            return _page(company, form), refusal.status
    return redirect(address_of("support_visits.create", token=token))


@visits.post("/looking-inside/visits/<int:visit_id>/end")
@needs("help.look_inside")
def destroy(visit_id):
    with transaction():
        visit = db.session.get(SupportVisit, visit_id)
    if visit is None:
        raise NotFound
    with visit.company.entered(), transaction():
        end_visit(db.session.get_one(SupportVisit, visit_id), current_operator())
    flash(_("The visit of %(name)s ended.", name=visit.operator_name), "success")
    return redirect(url_for("admin_portal.break_glasses.index"))


@visits.get("/looking-inside/visits.<any(csv, xlsx):kind>")
@needs("help.look_inside", proof=True)
def export(kind):
    write = csv_file if kind == "csv" else xlsx_file
    found = SupportVisit.latest(at_most=AT_MOST, period=Period.asked_for(Form(request.args)))
    return write(f"visits-{now():%Y-%m-%d}.{kind}", HEADS, map(_row, found))


def _page(company: Company, form: Form) -> str:
    # After the form the browser is led to where companies are, which may be another host.
    g.form_targets = [current_app.config["PUBLIC_URL"]]
    return render_template(
        "admin_portal/help/visit.html",
        company=company,
        form=form,
        grant=SupportGrant.in_force(),
        glass=BreakGlass.broken_by(current_operator(), company),
    )


def _row(visit: SupportVisit) -> list:
    leave = _("the company") if visit.grant_key else _("two operators")
    ended = visit.ended_at or visit.until
    return [visit.id, visit.company.company_id, visit.operator_name, visit.arrived_at, ended, leave, visit.reason, visit.ticket]
