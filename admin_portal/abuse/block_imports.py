"""Taking in a list of what is to be blocked: a file as the export writes it, or lines pasted."""

import csv
import io
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_portal.abuse.blocks import COLUMNS, put
from core.clock import now
from core.db import transaction
from core.errors import Invalid
from core.forms import Form
from core.periods import begins, day_in
from core.text import tidy
from operators.current import needs
from tenants.abuse.block_values import KINDS, read_value, warnings
from tenants.abuse.blocks import COVERS, Block

block_imports = Blueprint("block_imports", __name__, url_prefix="/abuse/block-imports")

AT_MOST = 5000
LARGEST = 1_000_000
FAULTS_SHOWN = 20


@block_imports.get("/new")
@needs("abuse.act")
def new():
    return _page(Form())


@block_imports.post("")
@needs("abuse.act")
def create():
    """All of it or nothing.  What is blocked already is passed over."""
    form = Form(request.form)
    try:
        wanted = _wanted(_lines(form), form)
        with transaction():
            new = [one for one in wanted if (one["kind"], one["value"]) not in _known()]
            for one in new:
                put(**one)
    except Invalid as invalid:
        form.refuse(invalid)
        return _page(form), invalid.status
    flash(ngettext("%(num)d line is blocked now.", "%(num)d lines are blocked now.", len(new)), "success")
    return redirect(url_for("admin_portal.blocks.index"))


def _lines(form: Form) -> list[dict]:
    """The lines of the file or the box, by column.  A first line with the columns' names is no line."""
    upload = request.files.get("file")
    text = (upload.read(LARGEST).decode("utf-8-sig", "replace") if upload else "") or form.value("lines")
    rows = [row for row in csv.reader(io.StringIO(text)) if any(map(str.strip, row))]
    if rows and rows[0][: len(COLUMNS)] == list(COLUMNS):
        rows = rows[1:]
    if not rows:
        raise Invalid(lines=_("Choose a file, or paste some lines."))
    if len(rows) > AT_MOST:
        raise Invalid(lines=_("At most %(most)s of these fit.", most=AT_MOST))
    return [dict(zip(COLUMNS, map(_plain, row), strict=False)) for row in rows]


def _wanted(lines: list[dict], form: Form) -> list[dict]:
    """What each line means; of two that mean the same, the first.  Raises Invalid with all that is wrong."""
    wanted, faults = {}, []
    for number, line in enumerate(lines, start=1):
        try:
            one = _read(line, form.yes("sure"))
            wanted.setdefault((one["kind"], one["value"]), one)
        except Invalid as invalid:
            faults += [_("Line %(number)s: %(fault)s", number=number, fault=fault) for fault in invalid.fields.values()]
    if faults:
        raise Invalid(lines="\n".join(faults[:FAULTS_SHOWN]))
    return list(wanted.values())


def _read(line: dict, sure: bool) -> dict:
    read = Form(line)
    kind = read.choice("kind", KINDS)
    if not kind:
        raise Invalid(kind=_("Begin with one of %(kinds)s.", kinds=", ".join(KINDS)))
    value, day = read_value(kind, read.value("value")), day_in(read, "expires_on")
    doubts = [] if sure else warnings(kind, value, request.remote_addr or "")
    if doubts:
        raise Invalid(value=" ".join(doubts))
    read.check()
    ends = begins(day + timedelta(days=1)) if day else None
    if ends and ends <= now():
        raise Invalid(expires_on=_("This day is over."))
    reason = read.text("reason", 300) or _("Taken in from a list")
    return {
        "kind": kind,
        "value": value,
        "reason": reason,
        "covers": read.choice("covers", COVERS, "sign_up"),
        "expires_at": ends,
    }


def _known() -> set[tuple[str, str]]:
    return {(block.kind, block.value) for block in Block.standing()}


def _plain(cell: str) -> str:
    # The export puts this before what a spreadsheet would take for a formula, as "+86138".
    return tidy(cell, 300).removeprefix("'")


def _page(form: Form) -> str:
    return render_template("admin_portal/abuse/block_import.html", form=form, COLUMNS=COLUMNS, KINDS=KINDS)
