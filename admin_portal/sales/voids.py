"""Vouchers become worthless: one, or a whole batch; on demand what they gave is taken back."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_portal.sales.deeds import is_confirmed, key_in, reason_in
from billing.operator_actions import Deed, void_voucher
from billing.voucher_batches import VoucherBatch, counts_of
from billing.vouchers import Voucher, voucher_for_operators
from core.db import db, lock, transaction
from core.errors import Refusal
from core.forms import Form
from operators.audit import note
from operators.current import current_operator, needs
from tenants.companies.company import Company

voids = Blueprint("voids", __name__, url_prefix="/voucher-batches/<int:id>/void")

# What is taken back in one go: each of them changes a company.
AT_ONCE = 200


@voids.post("")
@needs("vouchers.print", proof=True)
def create(id):
    """The batch; first what it would do."""
    form, batch = Form(request.form), VoucherBatch.numbered(id)
    try:
        reason, key = reason_in(form), key_in(form)
        form.check()
        if not is_confirmed(form):
            return _preview(form, batch)
        with transaction():
            lock(batch)
            gone = batch.void_unredeemed()
            taken = _take_back(batch, reason, key) if form.yes("takes_back") else 0
            note(
                "vouchers.voided", current_operator(), batch.company, f"voucher_batch:{id}", reason, void=gone, taken_back=taken
            )
    except Refusal as refusal:
        flash("; ".join(map(str, form.faults.values())) or str(refusal), "danger")
        return redirect(url_for("admin_portal.voucher_batches.show", id=id))
    flash(ngettext("%(num)s voucher is void.", "%(num)s vouchers are void.", gone), "success")
    if taken == AT_ONCE:
        flash(_("What %(count)s of them gave was taken back. There are more: do it again.", count=taken), "warning")
    return redirect(url_for("admin_portal.voucher_batches.show", id=id))


@voids.post("/<int:voucher_id>")
@needs("vouchers.print", proof=True)
def update(id, voucher_id):
    """One voucher, redeemed or not."""
    form = Form(request.form)
    try:
        reason, key = reason_in(form), key_in(form)
        form.check()
        with transaction():
            voucher = voucher_for_operators(voucher_id)
            if not voucher.void():
                _take_one_back(voucher, reason, key)
            note("voucher.voided", current_operator(), _company(voucher), f"voucher:{voucher_id}", reason, batch=id)
    except Refusal as refusal:
        flash("; ".join(map(str, form.faults.values())) or str(refusal), "danger")
    else:
        flash(_("This voucher is worthless now."), "success")
    return redirect(url_for("admin_portal.voucher_batches.show", id=id, voucher=voucher_id))


def _take_back(batch: VoucherBatch, reason: str, key: str) -> int:
    given = batch.still_given(AT_ONCE)
    for voucher in given:
        _take_one_back(voucher, reason, key)
    return len(given)


def _take_one_back(voucher: Voucher, reason: str, key: str) -> None:
    company = _company(voucher)
    if company is not None and voucher.state == "redeemed":
        void_voucher(company, Deed(current_operator().email, reason, f"{key}:{voucher.id}"), voucher)


def _company(voucher: Voucher) -> Company | None:
    number = voucher.redeemed_by_id or voucher.company_id
    return db.session.get(Company, number) if number else None


def _preview(form: Form, batch: VoucherBatch) -> str:
    return render_template(
        "admin_portal/sales/voids_preview.html", form=form, batch=batch, counts=counts_of([batch.id]).get(batch.id, {})
    )
