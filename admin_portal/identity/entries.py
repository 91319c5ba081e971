"""The operators' audit log: who did what to which company, why (read only); to take away; and whether it is whole."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.clock import now
from core.db import transaction
from core.forms import Form
from core.limits import count_try
from core.pages import kept
from core.periods import Period
from core.tables import csv_file, xlsx_file
from operators.audit import ACTIONS, EntryQuery, OperatorEntry, OperatorHead, note, verify
from operators.current import current_operator, needs
from operators.operator import Operator
from tenants.companies.company import Company

entries = Blueprint("entries", __name__, url_prefix="/audit")

ROWS = 50
AT_MOST = 100_000
HEADS = [
    _l("Number"),
    _l("Time"),
    _l("Operator"),
    _l("What"),
    _l("Company ID"),
    _l("Subject"),
    _l("Reason"),
    _l("Details"),
    _l("IP address"),
    _l("Hash"),
]


@entries.get("")
@needs("audit.read")
def index():
    asked = Form(request.args)
    found = _query(asked).entries(before=asked.id("before"), at_most=ROWS + 1)
    return render_template(
        "admin_portal/identity/entries.html",
        entries=found[:ROWS],
        older=found[ROWS - 1].seq if len(found) > ROWS else None,
        asked=asked,
        kept=kept("before", "kind"),
        head=OperatorHead.current(),
        ACTIONS=ACTIONS,
        operators=Operator.all(),
    )


@entries.get("/export.<any(csv, xlsx):kind>")
@needs("audit.read", proof=True)
def export(kind):
    write = csv_file if kind == "csv" else xlsx_file
    found = list(map(_row, _query(Form(request.args)).entries(at_most=AT_MOST)))
    with transaction():
        note("audit.exported", current_operator(), rows=len(found), filter=request.query_string.decode()[:300])
    return write(f"laike-operators-{now():%Y-%m-%d}.{kind}", HEADS, found)


@entries.post("/check")
@needs("audit.read")
def check():
    """Walk the whole chain, now."""
    count_try("10 per hour", "operators' audit check", current_operator().id)
    with transaction():
        verdict = verify()
    with transaction():
        note("audit.checked", current_operator(), entries=verdict.checked, is_whole=verdict.is_whole)
    if verdict.is_whole:
        flash(_("All %(count)s entries are as they were written, in their order.", count=verdict.checked), "success")
    else:
        flash(
            _("The log was tampered with at entry %(number)s: %(fault)s.", number=verdict.fault_at, fault=verdict.fault),
            "danger",
        )
    return redirect(url_for(".index"))


def _query(asked: Form) -> EntryQuery:
    period = Period.asked_for(asked)
    company_id = asked.text("company", 40)
    company = Company.called(company_id) if company_id else None
    # A company that is not there has done nothing that could be found.
    number = (company.id if company else 0) if company_id else None
    return EntryQuery(asked.id("operator"), number, asked.choice("action", ACTIONS), period.since, period.until)


def _row(entry: OperatorEntry) -> list:
    company = entry.company.company_id if entry.company else ""
    what = [entry.seq, entry.at, entry.author, entry.title, company, entry.subject, entry.reason]
    return [*what, entry.told, entry.ip, entry.hash]
