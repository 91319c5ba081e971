"""Paid invoices of subscriptions of all companies: found by their number, refunded, taken away."""

from flask import render_template
from flask_babel import lazy_gettext as _l

from admin_portal.money.listing import AT_MOST, as_file, asked_list
from admin_portal.money.orders import WORDS, orders
from billing.lists import Invoices
from billing.money import as_decimal
from billing.subscription_invoices import SubscriptionInvoice
from core.db import transaction
from operators.current import needs

HEADS = (_l("Invoice"), _l("Company"), _l("Paid"), _l("Order"), _l("Total"), _l("Returned"), _l("Currency"), _l("Paid from"))


@orders.get("/invoices")
@needs("money.see")
def invoices():
    with transaction():
        return render_template("admin_portal/money/orders/invoices.html", listing=_asked(), **WORDS)


@orders.get("/invoices.<any(csv, xlsx):kind>")
@needs("money.see", proof=True)
def export_invoices(kind):
    return as_file("subscription-invoices", kind, HEADS, map(_cells, _asked().only.rows(at_most=AT_MOST)))


def _asked():
    return asked_list(
        Invoices,
        number=lambda asked: asked.text("number", 40),
        currency=lambda asked: asked.text("currency", 3).upper(),
    )


def _cells(invoice: SubscriptionInvoice) -> list:
    order = invoice.order.order_no if invoice.order else ""
    money = [as_decimal(amount, invoice.currency) for amount in (invoice.total, invoice.went_back)]
    return [invoice.number, invoice.company.company_id, invoice.paid_at, order, *money, invoice.currency, invoice.payment]
