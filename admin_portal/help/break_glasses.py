"""Looking inside, over all companies: who may, who does, and emergencies in which two operators do without consent."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from admin_portal.help.deeds import carried_out, form_page, ticket_in
from core.db import transaction
from core.forms import Form
from core.pages import kept
from core.periods import Period
from operators.audit import note
from operators.both_logs import note_in_both
from operators.break_glass import BreakGlass
from operators.current import current_operator, needs
from tenants.companies.company import Company
from tenants.support.support import PublishedGrant
from tenants.support.support_visits import SupportVisit

break_glasses = Blueprint("break_glasses", __name__)


@break_glasses.get("/looking-inside")
@needs("help.look_inside")
def index():
    asked = Form(request.args)
    return render_template(
        "admin_portal/help/looking_inside.html",
        glasses=BreakGlass.latest(),
        grants=PublishedGrant.all_open(),
        inside=SupportVisit.going_on(),
        visits=SupportVisit.latest(at_most=200, period=Period.asked_for(asked)),
        asked=asked,
        kept=kept("kind"),
    )


@break_glasses.get("/companies/<company_id>/break-glass")
@needs("help.break_glass", proof=True)
def new(company_id):
    return form_page(company_id, _page)


@break_glasses.post("/companies/<company_id>/break-glass")
@needs("help.break_glass", proof=True)
def create(company_id):
    """The first of two asks."""
    return carried_out(company_id, _ask, _page)


@break_glasses.get("/looking-inside/<int:glass_id>")
@needs("help.break_glass", proof=True)
def edit(glass_id):
    """What the second one reads before saying yes or no."""
    return render_template("admin_portal/help/glass.html", glass=BreakGlass.numbered(glass_id))


@break_glasses.post("/looking-inside/<int:glass_id>")
@needs("help.break_glass", proof=True)
def update(glass_id):
    is_approved, by = request.form.get("answer") == "approve", current_operator()
    with transaction():
        company = BreakGlass.numbered(glass_id).company
    with company.entered(), transaction():
        glass = BreakGlass.numbered(glass_id)
        if is_approved:
            glass.approve(by)
        else:
            glass.decline(by)
            note("support.glass_declined", by, company, glass.subject)
    flash(_("Approved. The company's administrators are told now.") if is_approved else _("Declined."), "success")
    return redirect(url_for(".index"))


@break_glasses.post("/looking-inside/<int:glass_id>/end")
@needs("help.look_inside")
def destroy(glass_id):
    with transaction():
        company = BreakGlass.numbered(glass_id).company
    with company.entered(), transaction():
        glass = BreakGlass.numbered(glass_id)
        was_broken = glass.approved_at is not None
        if glass.end():
            tell = note_in_both if was_broken else note
            tell("support.glass_closed", current_operator(), company, glass.subject)
    flash(_("It ended. Nobody looks inside by it any more."), "success")
    return redirect(url_for(".index"))


def _ask(company: Company, form: Form, reason: str) -> str:
    ticket = ticket_in(form)
    form.check()
    glass = BreakGlass.ask(company, current_operator(), reason, ticket)
    note("support.glass_asked", current_operator(), company, glass.subject, reason, ticket=ticket)
    return _("A second operator has to approve it within an hour, on the page “Looking inside”.")


def _page(company: Company, form: Form) -> str:
    return render_template("admin_portal/help/break_glass.html", company=company, form=form)
