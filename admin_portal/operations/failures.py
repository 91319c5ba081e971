"""Work that failed, over all companies: see why, then have it done once more, or never."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from admin_portal.operations.failed import AT_MOST, KINDS, Failed, decide, found
from core.clock import now
from core.db import transaction
from core.forms import Form
from core.tables import csv_file, xlsx_file
from operators.audit import note
from operators.current import current_operator, needs
from operators.once import sent_before

failures = Blueprint("failures", __name__, url_prefix="/failures")

EXPORTED = 10_000
HEADS = [_l("Time"), _l("Kind"), _l("Company"), _l("What"), _l("State"), _l("Tries"), _l("Error")]


@failures.get("")
@needs("operations.see")
def index():
    asked = Form(request.args)
    kind = asked.choice("of", KINDS, otherwise="work")
    return render_template(
        "admin_portal/operations/failures.html", asked=asked, kind=kind, rows=_rows(asked, kind), KINDS=KINDS, AT_MOST=AT_MOST
    )


@failures.get("/export.<any(csv, xlsx):kind>")
@needs("operations.see", proof=True)
def export(kind):
    asked = Form(request.args)
    name = asked.choice("of", KINDS, otherwise="work")
    write = csv_file if kind == "csv" else xlsx_file
    with transaction():
        rows = _rows(asked, name, EXPORTED)
        note("work.exported", current_operator(), rows=len(rows), of=name)
    return write(f"failed-{name}-{now():%Y-%m-%d}.{kind}", HEADS, map(_cells, rows))


@failures.get("/decision")
@needs("operations.act", proof=True)
def edit():
    """What was picked, and what would happen to it."""
    return _page(Form(request.args))


@failures.post("/replay")
@needs("operations.act", proof=True)
def update():
    return _decided("replay")


@failures.post("/discard")
@needs("operations.act", proof=True)
def destroy():
    return _decided("discard")


def _decided(deed: str):
    form = Form(request.form)
    reason = form.text("reason", 1000, missing=_("Say why."))
    picks = form.typed.getlist("pick")[:AT_MOST]
    if form.faults:
        return _page(form), 422
    with transaction():
        is_repeated = sent_before(form.value("form_key"))
    if is_repeated:
        flash(_("This form was sent already. It happened once."), "warning")
    else:
        _tell(deed, *decide(deed, picks, current_operator(), reason))
    return redirect(url_for(".index", of=picks[0].partition(":")[0] if picks else None))


def _tell(deed: str, done: int, changed: int) -> None:
    if deed == "replay":
        flash(ngettext("%(num)s is being done again.", "%(num)s are being done again.", done), "success")
    else:
        flash(ngettext("%(num)s was discarded.", "%(num)s were discarded.", done), "success")
    if changed:
        flash(ngettext("%(num)s had changed meanwhile and was left alone.", "%(num)s had changed meanwhile and were left alone.", changed), "warning")  # fmt: skip


def _page(form: Form):
    with transaction():
        picked = found(form.typed.getlist("pick")[:AT_MOST])
    return render_template("admin_portal/operations/decision.html", form=form, picked=picked, KINDS=KINDS)


def _rows(asked: Form, kind: str, at_most: int = AT_MOST) -> list[Failed]:
    """The newest of a kind, those whose job, error or company has the words somebody looks for."""
    with transaction():
        rows = KINDS[kind].newest(at_most=at_most)
    words = asked.text("search", 80).casefold()
    return [
        row for row in rows if words in f"{row.what} {row.error} {row.company.company_id if row.company else ''}".casefold()
    ]


def _cells(row: Failed) -> list:
    company = row.company.company_id if row.company else ""
    return [row.at, str(KINDS[row.kind].title), company, row.what, row.state, row.tries, row.error]
