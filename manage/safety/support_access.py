"""Support access: whether the platform's operators may look inside, for how long, and what they looked at (O-03)."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.db import db, transaction
from core.errors import NotFound
from core.forms import Form
from manage.deeds import noted
from tenants.audit.audit import looks_of
from tenants.signing_in.current import current_member, needs
from tenants.support.support import HOURS, SupportGrant, answered_by
from tenants.support.support_visits import SupportVisit

support_access = Blueprint("support_access", __name__, url_prefix="/manage/support-access")


@support_access.get("")
@needs("settings.manage")
def index():
    return render_template(
        "manage/support_access/index.html",
        grant=SupportGrant.in_force(),
        asked=SupportGrant.waiting(),
        inside=SupportVisit.going_on(g.company),
        visits=SupportVisit.latest(g.company),
        form=Form({"hours": "24", "writes": ""}),
        HOURS=HOURS,
    )


@support_access.get("/visits/<int:support_visit_id>")
@needs("settings.manage")
def show(support_visit_id):
    visit = db.session.get(SupportVisit, support_visit_id)
    if visit is None or visit.company_id != g.company.id:
        raise NotFound
    looks = looks_of(visit.subject, visit.started_at, visit.ended_at or visit.until)
    return render_template("manage/support_access/show.html", visit=visit, looks=looks)


@support_access.post("")
@needs("settings.manage")
def create():
    """Consent, unasked."""
    with transaction():
        grant = SupportGrant.give(current_member(), *_asked_for())
        answered_by(current_member(), grant)
    return _back(_("Support may look inside until you end it or the time is up."))


@support_access.post("/<int:grant_id>")
@needs("settings.manage")
def update(grant_id):
    """Say yes or no to a request."""
    with transaction():
        grant = SupportGrant.numbered(grant_id)
        if request.form.get("answer") == "yes":
            grant.grant(current_member(), *_asked_for())
        else:
            grant.decline(current_member())
        answered_by(current_member(), grant)
    return _back(_("Support may look inside until you end it or the time is up.") if grant.granted_at else _("You declined."))


@support_access.post("/<int:grant_id>/end")
@needs("settings.manage")
def destroy(grant_id):
    with transaction():
        grant = SupportGrant.numbered(grant_id)
        if grant.end():
            noted("support.ended", grant)
    return _back(_("Nobody of support can look inside any more."))


def _asked_for() -> tuple[int, bool]:
    """For how many hours, and whether with writing."""
    form = Form(request.form)
    return int(form.choice("hours", {str(hours) for hours in HOURS}, "1")), form.choice("writes", ("yes",)) == "yes"


def _back(said: str):
    flash(said, "success")
    return redirect(url_for(".index"))
