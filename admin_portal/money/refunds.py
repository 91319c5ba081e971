"""Money on its way back: every refund at the payment provider, with its state."""

from flask import render_template
from flask_babel import lazy_gettext as _l

from admin_portal.money.listing import AT_MOST, as_file, asked_list
from admin_portal.money.orders import WORDS, orders
from billing.lists import Refunds
from billing.money import as_decimal
from billing.refunds import Refund
from billing.state_names import REFUND_STATES
from core.db import transaction
from operators.current import needs

HEADS = (
    _l("Refund"),
    _l("Company"),
    _l("Began"),
    _l("Order or invoice"),
    _l("Amount"),
    _l("Currency"),
    _l("State"),
    _l("In the books"),
    _l("By"),
)


@orders.get("/refunds")
@needs("money.see")
def refunds():
    with transaction():
        return render_template("admin_portal/money/orders/refunds.html", listing=_asked(), **WORDS)


@orders.get("/refunds.<any(csv, xlsx):kind>")
@needs("money.see", proof=True)
def export_refunds(kind):
    return as_file("refunds", kind, HEADS, map(_cells, _asked().only.rows(at_most=AT_MOST)))


def _asked():
    return asked_list(
        Refunds,
        status=lambda asked: asked.choice("status", REFUND_STATES),
        currency=lambda asked: asked.text("currency", 3).upper(),
    )


def _cells(refund: Refund) -> list:
    company = refund.company.company_id if refund.company else ""
    order = refund.order.order_no if refund.order else refund.invoice.number if refund.invoice else ""
    by = refund.action.operator if refund.action else ""
    amount, state = as_decimal(refund.amount, refund.currency), str(REFUND_STATES[refund.status])
    number = refund.stripe_id or str(refund.id)
    return [number, company, refund.created_at, order, amount, refund.currency, state, refund.posted_at, by]
