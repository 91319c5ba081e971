"""Batches of vouchers: made, counted, and who redeemed them (F-10, Y-02)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_portal.sales import voucher_form
from admin_portal.sales.deeds import is_confirmed, key_in, new_form
from billing.money import CURRENCIES, as_decimal, spoken
from billing.plans import FLAG_NAMES
from billing.voucher_batches import AT_MOST, STATES, VoucherBatch, batches, counts_of, find_code
from billing.vouchers import Voucher
from billing.words import voucher_in_words
from core.clock import now
from core.db import db, transaction
from core.errors import Refusal
from core.forms import Form
from core.tables import csv_file, xlsx_file
from operators.audit import note
from operators.current import current_operator, needs
from tenants.companies.company import Company

voucher_batches = Blueprint("voucher_batches", __name__, url_prefix="/voucher-batches")

ROWS, ALL = 50, 10_000
HEADS = [_l("Number"), _l("Batch"), _l("Gives"), _l("Vouchers"), *STATES.values(), _l("Company"), _l("Expires"), _l("Sold for"),
         _l("Currency"), _l("Made by"), _l("Made at"), _l("Note")]  # fmt: skip


@voucher_batches.get("")
@needs("catalogue.see")
def index():
    asked = Form(request.args)
    found = batches(ROWS + 1, before=asked.id("before"))
    return render_template(
        "admin_portal/sales/voucher_batches.html",
        rows=found[:ROWS],
        older=found[ROWS - 1].batch.id if len(found) > ROWS else None,
        form=Form(),
        **_words(),
    )


@voucher_batches.get("/export.<any(csv, xlsx):kind>")
@needs("catalogue.see")
def export(kind):
    write = csv_file if kind == "csv" else xlsx_file
    return write(f"voucher-batches-{now():%Y-%m-%d}.{kind}", HEADS, map(_row, batches(ALL)))


@voucher_batches.post("/search")
@needs("catalogue.see")
def find():
    """By a code: its hash is compared, it is kept nowhere."""
    form = Form(request.form)
    voucher = find_code(form.text("code", 40))
    if voucher is None:
        flash(_("There is no voucher with this code."), "warning")
        return redirect(url_for(".index"))
    return redirect(url_for(".show", id=voucher.batch_id, voucher=voucher.id))


@voucher_batches.get("/<int:id>")
@needs("catalogue.see")
def show(id):
    asked, batch = Form(request.args), VoucherBatch.numbered(id)
    redeemed = batch.redeemed(ROWS + 1, before=asked.id("before"))
    found = db.session.get(Voucher, asked.id("voucher") or 0)
    return render_template(
        "admin_portal/sales/voucher_batch.html",
        batch=batch,
        counts=counts_of([id]).get(id, {}),
        redeemed=redeemed[:ROWS],
        older=redeemed[ROWS - 1].id if len(redeemed) > ROWS else None,
        found=found if found and found.batch_id == id else None,
        form=new_form(),
        **_words(),
    )


@voucher_batches.get("/new")
@needs("vouchers.print", proof=True)
def new():
    return _form(voucher_form.blank())


@voucher_batches.post("")
@needs("vouchers.print", proof=True)
def create():
    """First what it will be, then the batch; its codes wait to be printed."""
    form = Form(request.form)
    try:
        key, about = key_in(form), voucher_form.read(form)
        if form.yes("again"):
            return _form(form)
        if not is_confirmed(form):
            return render_template("admin_portal/sales/voucher_batch_preview.html", form=form, about=about, **_words())
        with transaction():
            batch = VoucherBatch.keyed(key) or _make(key, about)
    except Refusal as refusal:
        form.refuse(refusal)
        return _form(form), refusal.status
    return redirect(url_for(".show", id=batch.id))


def _make(key: str, about: dict) -> VoucherBatch:
    batch, _codes = VoucherBatch.make(made_by=current_operator().name, key=key, **about)
    note(
        "vouchers.made", current_operator(), about["company"], f"voucher_batch:{batch.id}",
        name=batch.name, count=batch.count, gives=voucher_in_words(batch.gives), expires=batch.expires_at.isoformat(),
    )  # fmt: skip
    return batch


def _row(row) -> list:
    batch = row.batch
    what = [batch.id, batch.name, voucher_in_words(batch.gives), batch.count, *(row.counts.get(state, 0) for state in STATES)]
    price = as_decimal(batch.price, batch.currency) if batch.currency else None
    company = batch.company.company_id if batch.company else ""
    return [*what, company, batch.expires_at, price, batch.currency, batch.made_by, batch.made_at, batch.note]


def _form(form: Form) -> str:
    return render_template(
        "admin_portal/sales/voucher_batch_form.html",
        form=form,
        KINDS=voucher_form.KINDS,
        UNITS=voucher_form.UNITS,
        currencies=[("", _("given away")), *((one, one) for one in CURRENCIES)],
        FLAG_NAMES=FLAG_NAMES,
        AT_MOST=AT_MOST,
    )


def _words() -> dict:
    return {"STATES": STATES, "gives_of": voucher_in_words, "spoken": spoken, "redeemer_of": _redeemer}


def _redeemer(voucher: Voucher) -> Company | None:
    return db.session.get(Company, voucher.redeemed_by_id) if voucher.redeemed_by_id else None
