"""The codes of a batch: on one page, once; with the files in it, so that nobody must ask a second time."""

import base64

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from admin_portal.sales.deeds import key_in
from billing.voucher_batches import VoucherBatch
from billing.words import voucher_in_words
from core.db import transaction
from core.forms import Form
from core.tables import csv_file, xlsx_file
from operators.audit import note
from operators.current import current_operator, needs

printouts = Blueprint("printouts", __name__, url_prefix="/voucher-batches/<int:id>/printout")


@printouts.post("")
@needs("vouchers.print", proof=True)
def create(id):
    form, by = Form(request.form), current_operator()
    key = key_in(form)
    form.check()
    with transaction():
        batch = VoucherBatch.numbered(id)
        was_printed = batch.printed_at
        codes = batch.print_codes(key, by.name)
        if was_printed is None:
            note("vouchers.printed", by, batch.company, f"voucher_batch:{id}", count=batch.count)
    page = render_template(
        "admin_portal/sales/printout.html",
        batch=batch,
        codes=codes,
        gives=voucher_in_words(batch.gives),
        files=_files(batch, codes),
    )
    # Neither the browser's disk nor a proxy's keeps it.
    return page, {"Cache-Control": "no-store"}


def _files(batch: VoucherBatch, codes: list[str]) -> list[tuple[str, str, str]]:
    """(kind, name, address that holds the whole file)."""
    heads = (_("Code"), _("Gives"), _("Expires"))
    rows = [(code, voucher_in_words(batch.gives), batch.expires_at.date().isoformat()) for code in codes]
    made = [(kind, f"vouchers-{batch.id}.{kind}", write) for kind, write in (("csv", csv_file), ("xlsx", xlsx_file))]
    return [(kind.upper(), name, _inside(write(name, heads, rows))) for kind, name, write in made]


def _inside(response) -> str:
    return f"data:{response.mimetype};base64,{base64.b64encode(response.get_data()).decode()}"
