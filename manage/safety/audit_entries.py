"""The audit log: who did what, when (read only); to take away; and whether nobody has tampered with it."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.clock import now
from core.db import transaction
from core.forms import Form
from core.limits import count_try
from core.pages import kept
from core.periods import Period
from core.tables import csv_file, xlsx_file
from tenants.audit.audit import ACTIONS, AuditEntry, AuditQuery
from tenants.audit.audit_chain import AuditHead, verify
from tenants.people.members import Member
from tenants.signing_in.current import needs

audit_entries = Blueprint("audit_entries", __name__, url_prefix="/manage/audit")

ROWS = 50
AT_MOST = 100_000
# In the place of a member's number, to filter by.
OPERATORS = "operators"
HEADS = [_l("Number"), _l("Time"), _l("Who"), _l("What"), _l("Subject"), _l("Details"), _l("IP address"), _l("Hash")]


@audit_entries.get("")
@needs("audit.read")
def index():
    asked = Form(request.args)
    found = _query(asked).entries(before=asked.id("before"), at_most=ROWS + 1)
    return render_template(
        "manage/audit_entries/index.html",
        entries=found[:ROWS],
        older=found[ROWS - 1].id if len(found) > ROWS else None,
        asked=asked,
        kept=kept("before", "kind"),
        head=AuditHead.current(),
        ACTIONS=ACTIONS,
        members=Member.all(),
        OPERATORS=OPERATORS,
    )


@audit_entries.get("/export.<any(csv, xlsx):kind>")
@needs("audit.read")
def export(kind):
    write = csv_file if kind == "csv" else xlsx_file
    rows = map(_row, _query(Form(request.args)).entries(at_most=AT_MOST))
    return write(f"{g.company.company_id}-audit-{now():%Y-%m-%d}.{kind}", HEADS, rows)


@audit_entries.post("/check")
@needs("audit.read")
def check():
    """Walk the whole chain, now."""
    count_try("10 per hour", "audit check", g.company.id)
    with transaction():
        verdict = verify()
    if verdict.is_whole:
        flash(_("All %(count)s entries are as they were written, in their order.", count=verdict.checked), "success")
    else:
        flash(
            _("The log was tampered with at entry %(number)s. Tell the platform's support.", number=verdict.fault_at), "danger"
        )
    return redirect(url_for(".index"))


def _query(asked: Form) -> AuditQuery:
    period = Period.asked_for(asked)
    by_operators = asked.has("member", OPERATORS)
    return AuditQuery(asked.choice("action", ACTIONS), asked.id("member"), period.since, period.until, by_operators)


def _row(entry: AuditEntry) -> list:
    told = "; ".join(f"{entry.label_of(name)}: {value}" for name, value in entry.details.items())
    who = entry.author
    return [entry.seq, entry.at, who, entry.title, entry.subject, told, entry.ip, entry.hash]
