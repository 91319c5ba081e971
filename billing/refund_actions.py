"""Deciding that money goes back: of an order with what it gave, of a subscription's invoice without.

What is decided here is sent to the payment provider by billing/refunds.py, and stands in the books when it has arrived.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from billing.accounts import BillingAccount
from billing.disputes import OPEN, Dispute
from billing.money import spoken
from billing.operator_actions import Deed, OperatorAction, act
from billing.orders import MoreThanPaid, Order, OrderLine, refuse_more_than_paid
from billing.refunds import under_way
from billing.subscription_invoices import SubscriptionInvoice
from core.db import db
from core.errors import Refusal


class MoreThanInvoiced(Refusal):
    code = "more_than_invoiced"
    message = _l("At most {left} of invoice {number} can be returned.")


class RefundTheOrder(Refusal):
    code = "refund_the_order"
    message = _l("Invoice {number} paid order {order_no}. Refund the order: what it gave is taken back with it.")


class PaymentDisputed(Refusal):
    code = "payment_disputed"
    message = _l("The bank is asked to take back the payment of invoice {number}. Wait until it has decided.")


def refund(order: Order, deed: Deed, amount: int, lines: Iterable[OrderLine] | None = None) -> OperatorAction:
    """Return (a part of) what an order cost, and take back what these lines gave.

    What came from the wallet goes there now; the rest when the provider has returned it.  Raises MoreThanPaid, NotPaid.
    """
    lines = None if lines is None else list(lines)
    BillingAccount.locked(order.company_id)
    if OperatorAction.keyed(deed.key) is None:
        refuse_beyond_refundable(order, amount, lines)
    line_ids = None if lines is None else sorted(line.id for line in lines)
    return act(order.company, "refund", deed, amount, order_no=order.order_no, amount=amount, line_ids=line_ids)


def refund_invoice(invoice: SubscriptionInvoice, deed: Deed, amount: int) -> OperatorAction:
    """Return (a part of) what a subscription's invoice cost; the subscription and its rights go on.

    Raises RefundTheOrder, PaymentDisputed, MoreThanInvoiced.
    """
    BillingAccount.locked(invoice.company_id)
    if OperatorAction.keyed(deed.key) is None:
        refuse_beyond_invoiced(invoice, amount)
    return act(invoice.company, "refund_invoice", deed, amount, **invoice.asked_as, amount=amount)


def refundable(paid: Order | SubscriptionInvoice, lines: Iterable[OrderLine] | None = None) -> int:
    """What may still be returned of it or of an order's lines: what is left, less what is decided and under way."""
    pending = under_way(paid)
    left = paid.left - sum(action.arguments["amount"] for action in pending)
    if lines is not None:
        ids = {line.id for line in lines}
        theirs = [action for action in pending if action.arguments["line_ids"] is None or ids & {*action.arguments["line_ids"]}]
        mine = sum(line.amount - line.returned for line in lines) - sum(action.arguments["amount"] for action in theirs)
        left = min(left, mine)
    return max(left, 0)


def refuse_beyond_refundable(order: Order, amount: int, lines: list[OrderLine] | None) -> None:
    """Raises NotPaid, MoreThanPaid."""
    refuse_more_than_paid(order, amount, lines)
    if amount > (left := refundable(order, lines)):
        raise MoreThanPaid(order_no=order.order_no, left=spoken(left, order.currency))


def refuse_beyond_invoiced(invoice: SubscriptionInvoice, amount: int) -> None:
    """Raises RefundTheOrder, PaymentDisputed, MoreThanInvoiced."""
    db.session.refresh(invoice)
    if invoice.order:
        raise RefundTheOrder(number=invoice.number, order_no=invoice.order.order_no)
    disputed = sa.select(Dispute.stripe_id).where(Dispute.payment == invoice.payment, Dispute.status.in_(OPEN))
    if db.session.scalar(disputed.limit(1)) is not None:
        raise PaymentDisputed(number=invoice.number)
    if not 0 < amount <= (left := refundable(invoice)):
        raise MoreThanInvoiced(number=invoice.number, left=spoken(left, invoice.currency))
