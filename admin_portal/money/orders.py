"""Orders and payments of all companies: searched, looked at, taken away."""

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from admin_portal.money.listing import AT_MOST, as_file, asked_list
from billing.checkouts import Checkout
from billing.disputes import Dispute
from billing.documents import documents_of_order
from billing.ledger import LedgerTransaction
from billing.lists import Orders
from billing.money import as_decimal, spoken
from billing.orders import Order, OrderReturn
from billing.refund_actions import refundable
from billing.refunds import Refund
from billing.state_names import (
    DISPUTE_STATES,
    DOCUMENT_KINDS,
    ORDER_STATES,
    PRODUCT_KINDS,
    REFUND_STATES,
    TONES,
    VISIT_STATES,
)
from billing.statement import KINDS
from billing.subscription_invoices import SubscriptionInvoice
from core.db import db, transaction
from core.errors import NotFound
from core.forms import Form
from operators.current import needs

orders = Blueprint("orders", __name__, url_prefix="/orders")

HEADS = (
    _l("Order"), _l("Company"), _l("Placed"), _l("Paid"), _l("Item"), _l("Total"), _l("Returned"), _l("Currency"), _l("State"),
    _l("Paid from"),
)  # fmt: skip
# What the texts of several pages ask.
WORDS = {
    "DISPUTE_STATES": DISPUTE_STATES,
    "DOCUMENT_KINDS": DOCUMENT_KINDS,
    "KINDS": KINDS,
    "ORDER_STATES": ORDER_STATES,
    "PRODUCT_KINDS": PRODUCT_KINDS,
    "REFUND_STATES": REFUND_STATES,
    "TONES": TONES,
    "VISIT_STATES": VISIT_STATES,
    "spoken": spoken,
}


@orders.get("")
@needs("money.see")
def index():
    """The number of a subscription's invoice leads to the invoice."""
    number = Form(request.args).text("number", 40)
    with transaction():
        if number and SubscriptionInvoice.numbered(number):
            return redirect(url_for(".invoices", number=number))
        return render_template("admin_portal/money/orders/index.html", listing=_asked(), **WORDS)


@orders.get("/orders.<any(csv, xlsx):kind>")
@needs("money.see", proof=True)
def export(kind):
    return as_file("orders", kind, HEADS, map(_cells, _asked().only.rows(at_most=AT_MOST)))


@orders.get("/<int:order_id>")
@needs("money.see")
def show(order_id):
    with transaction():
        order = db.session.get(Order, order_id)
        if order is None:
            raise NotFound
        return render_template(
            "admin_portal/money/orders/show.html",
            order=order,
            visits=_all(Checkout, Checkout.order_id == order.id, by=Checkout.attempt),
            refunds=_all(Refund, Refund.order_id == order.id, by=Refund.id),
            disputes=_all(Dispute, Dispute.order_id == order.id, by=Dispute.opened_at),
            returns=_all(OrderReturn, OrderReturn.order_id == order.id, by=OrderReturn.id),
            movements=_all(LedgerTransaction, LedgerTransaction.order_no == order.order_no, by=LedgerTransaction.id),
            documents=documents_of_order(order),
            left=refundable(order),
            **WORDS,
        )


def paid_from(order: Order) -> str:
    """Where the money came from, in the words of files: "wallet", or the provider's number of the payment."""
    return "wallet" if order.is_from_wallet else order.payment or ""


def _asked():
    digits = lambda asked: "".join(letter for letter in asked.text("number", 40) if letter.isdecimal())  # noqa: E731
    return asked_list(
        Orders,
        number=digits,
        status=lambda asked: asked.choice("status", ORDER_STATES),
        kind=lambda asked: asked.choice("of", PRODUCT_KINDS),
        currency=lambda asked: asked.text("currency", 3).upper(),
    )


def _cells(order: Order) -> list:
    money = [as_decimal(amount, order.currency) for amount in (order.total, order.returned)]
    what = ", ".join(line.title for line in order.lines)
    state = str(ORDER_STATES[order.status])
    about = [order.order_no, order.company.company_id, order.placed_at, order.paid_at, what]
    return [*about, *money, order.currency, state, paid_from(order)]


def _all(model, where, by) -> list:
    return list(db.session.scalars(sa.select(model).where(where).order_by(by)))
