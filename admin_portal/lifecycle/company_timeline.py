"""Notes about a company, and everything that has happened to it, newest first."""

from datetime import datetime

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _l

from admin_portal.doors import company_called
from admin_portal.lifecycle.timeline import KINDS, Timeline
from core.clock import now
from core.db import transaction
from core.forms import Form
from core.pages import kept
from core.periods import Period
from core.tables import csv_file, xlsx_file
from operators.audit import note
from operators.company_notes import CompanyNote
from operators.current import current_operator, needs
from tenants.companies.company import Company

company_timeline = Blueprint("company_timeline", __name__, url_prefix="/companies/<company_id>/timeline")

ROWS = 50
AT_MOST = 20_000
HEADS = [_l("Time"), _l("Kind"), _l("What"), _l("Who"), _l("Details")]


@company_timeline.get("")
@needs("companies.see")
def show(company_id):
    asked = Form(request.args)
    with transaction():
        company = company_called(company_id)
        found = _timeline(company, asked).happenings(before=_before(asked), at_most=ROWS + 1)
        return render_template(
            "admin_portal/lifecycle/timeline.html",
            company=company,
            notes=CompanyNote.of(company),
            form=Form(),
            happenings=found[:ROWS],
            older=found[ROWS - 1].at.isoformat() if len(found) > ROWS else None,
            asked=asked,
            kept=kept("before", "ending"),
            KINDS=KINDS,
        )


@company_timeline.get("/export.<any(csv, xlsx):ending>")
@needs("companies.see")
def export(company_id, ending):
    write = csv_file if ending == "csv" else xlsx_file
    with transaction():
        company = company_called(company_id)
        found = _timeline(company, Form(request.args)).happenings(at_most=AT_MOST)
        note("company.timeline_exported", current_operator(), company, rows=len(found))
    rows = [[one.at, str(KINDS[one.kind]), one.title, one.who, one.details] for one in found]
    return write(f"{company.company_id}-timeline-{now():%Y-%m-%d}.{ending}", HEADS, rows)


def _timeline(company: Company, asked: Form) -> Timeline:
    return Timeline(company, current_operator(), asked.choice("kind", KINDS), Period.asked_for(asked))


def _before(asked: Form) -> datetime | None:
    """Where the page before ended.  An address that somebody has made up begins at the newest."""
    text = asked.text("before", 40)
    try:
        before = datetime.fromisoformat(text)
    except ValueError:
        return None
    return before if before.tzinfo else None
