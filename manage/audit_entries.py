"""The audit log: who did what, when (read only)."""

from flask import Blueprint, render_template, request

from core.forms import Form
from tenants.audit import ACTIONS, AuditEntry
from tenants.current import needs
from tenants.members import Member

audit_entries = Blueprint("audit_entries", __name__, url_prefix="/manage/audit")

ROWS = 50


@audit_entries.get("")
@needs("audit.read")
def index():
    asked = Form(request.args)
    action, member_id = asked.choice("action", ACTIONS), asked.id("member")
    found = AuditEntry.before(asked.id("before"), action, member_id, at_most=ROWS + 1)
    return render_template(
        "manage/audit_entries/index.html",
        entries=found[:ROWS],
        older=found[ROWS - 1].id if len(found) > ROWS else None,
        asked=asked,
        ACTIONS=ACTIONS,
        members=Member.all(),
    )
