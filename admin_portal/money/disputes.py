"""Payments that buyers' banks ask back, and until when each must be answered."""

from flask import render_template
from flask_babel import lazy_gettext as _l

from admin_portal.money.listing import AT_MOST, as_file, asked_list
from admin_portal.money.orders import WORDS, orders
from billing.disputes import Dispute
from billing.lists import Disputes
from billing.money import as_decimal
from billing.state_names import DISPUTE_STATES
from core.clock import now
from core.db import transaction
from operators.current import needs

HEADS = (
    _l("Dispute"),
    _l("Company"),
    _l("Opened"),
    _l("Order or invoice"),
    _l("Amount"),
    _l("Currency"),
    _l("State"),
    _l("Answer by"),
    _l("Reason"),
)


@orders.get("/disputes")
@needs("money.see")
def disputes():
    with transaction():
        found = _asked().only.rows(at_most=AT_MOST)
        return render_template("admin_portal/money/orders/disputes.html", listing=_asked(), disputes=found, now=now(), **WORDS)


@orders.get("/disputes.<any(csv, xlsx):kind>")
@needs("money.see", proof=True)
def export_disputes(kind):
    return as_file("disputes", kind, HEADS, map(_cells, _asked().only.rows(at_most=AT_MOST)))


def _asked():
    return asked_list(
        Disputes,
        status=lambda asked: asked.choice("status", DISPUTE_STATES),
        currency=lambda asked: asked.text("currency", 3).upper(),
    )


def _cells(dispute: Dispute) -> list:
    company = dispute.company.company_id if dispute.company else ""
    order = dispute.order.order_no if dispute.order else dispute.invoice.number if dispute.invoice else ""
    amount, state = as_decimal(dispute.amount, dispute.currency), str(DISPUTE_STATES.get(dispute.status, dispute.status))
    about = [dispute.stripe_id, company, dispute.opened_at, order, amount]
    return [*about, dispute.currency, state, dispute.answer_by, dispute.reason]
