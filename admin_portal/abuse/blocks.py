"""The block lists: networks, mail domains and addresses, ranges of telephone numbers."""

from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.clock import now
from core.db import db, transaction
from core.errors import Invalid, NotFound
from core.forms import Form
from core.pages import kept
from core.periods import begins, day_in, zone
from core.tables import csv_file, xlsx_file
from operators.audit import note
from operators.current import current_operator, needs
from tenants.abuse.block_values import KINDS, read_value, warnings
from tenants.abuse.blocks import COVERS, Block
from tenants.abuse.sign_ups import LIMITS, SignUp, sign_up_limits

blocks = Blueprint("blocks", __name__, url_prefix="/abuse/blocks")

# As block_imports reads them.
COLUMNS = ("kind", "value", "covers", "expires_on", "reason")
HEADS = [*COLUMNS, "made_by", "made_at"]
LASTS = {"1": _l("A day"), "7": _l("A week"), "30": _l("A month"), "": _l("Until it is lifted"), "day": _l("Until a day")}


@blocks.get("")
@needs("abuse.see")
def index():
    asked = Form(request.args)
    today = begins(now().astimezone(zone()).date())
    return render_template(
        "admin_portal/abuse/blocks.html",
        asked=asked,
        blocks=Block.standing(asked.choice("kind", KINDS)),
        kept=kept("ending"),
        limits=[(limit.title, sign_up_limits()[name]) for name, limit in LIMITS.items()],
        today=SignUp.count_since(today),
        networks=SignUp.busiest("network", today),
        domains=SignUp.busiest("domain", today),
        KINDS=KINDS,
    )


@blocks.get("/export.<any(csv, xlsx):ending>")
@needs("abuse.see")
def export(ending):
    asked, write = Form(request.args), csv_file if ending == "csv" else xlsx_file
    return write(f"blocks-{now():%Y-%m-%d}.{ending}", HEADS, map(row_of, Block.standing(asked.choice("kind", KINDS))))


@blocks.get("/new")
@needs("abuse.act")
def new():
    told = {name: request.args.get(name, "") for name in ("kind", "value", "reason")}
    return _page(Form({"covers": "sign_up", "lasts": "30"} | told))


@blocks.post("")
@needs("abuse.act")
def create():
    form = Form(request.form)
    try:
        kind, value = _wanted(form)
        terms = {"covers": form.choice("covers", COVERS, "sign_up"), "expires_at": _end(form)}
        reason = form.text("reason", 300, missing=_("Write why: it stands in the list and in the log."))
        form.check()
        with transaction():
            put(kind, value, reason, **terms)
    except Invalid as invalid:
        form.refuse(invalid)
        return _page(form), invalid.status
    flash(_("%(value)s is blocked.", value=value), "success")
    return redirect(url_for(".index"))


@blocks.post("/<int:block_id>/lift")
@needs("abuse.act")
def destroy(block_id):
    with transaction():
        block = db.session.get(Block, block_id)
        if block is None:
            raise NotFound
        if block.lift(current_operator().email):
            note("block.lifted", current_operator(), subject=f"block:{block.id}", kind=block.kind, value=block.value)
    flash(_("%(value)s is let through again.", value=block.value), "success")
    return redirect(url_for(".index"))


def put(kind: str, value: str, reason: str, covers: str, expires_at: datetime | None) -> None:
    """Block it, and note who did.  Raises Invalid(value=…)."""
    block = Block.put(kind, value, reason, current_operator().email, expires_at, covers)
    end = expires_at.isoformat(timespec="minutes") if expires_at else ""
    terms = {"kind": kind, "value": value, "covers": block.covers, "until": end}
    note("block.put", current_operator(), subject=f"block:{block.id}", reason=reason, **terms)


def row_of(block: Block) -> list:
    """One line of the file, as it can be read in again."""
    last_day = (block.expires_at - timedelta(microseconds=1)).astimezone(zone()).date() if block.expires_at else ""
    return [block.kind, block.value, block.covers, last_day, block.reason, block.made_by, block.made_at]


def _wanted(form: Form) -> tuple[str, str]:
    """What is to be blocked.  Raises Invalid with what to think of first, until somebody says that he means it."""
    kind = form.choice("kind", KINDS, otherwise="network")
    value = read_value(kind, form.value("value"))
    if not form.yes("sure") and (doubts := warnings(kind, value, request.remote_addr or "")):
        raise Invalid(value=" ".join(doubts), sure=_("Tick this if you mean it."))
    return kind, value


def _end(form: Form) -> datetime | None:
    """When it ends by itself.  A day counts as a whole."""
    lasts = form.choice("lasts", LASTS)
    if lasts != "day":
        return now() + timedelta(days=int(lasts)) if lasts else None
    day = day_in(form, "expires_on")
    if day is None or begins(day + timedelta(days=1)) <= now():
        form.fail("expires_on", _("Enter a day to come, like 2026-12-31."))
        return None
    return begins(day + timedelta(days=1))


def _page(form: Form) -> str:
    return render_template(
        "admin_portal/abuse/block.html", form=form, KINDS=KINDS, COVERS=COVERS, LASTS=LASTS, ip=request.remote_addr
    )
