"""What a paid order brings, kind by kind, and how exactly that is taken back."""

import sqlalchemy as sa

from billing.direct_payments import pay_directly
from billing.grants import extend, grants_of, revoke
from billing.orders import Order, OrderLine
from billing.purses import PROVIDER, SMS_SOLD, Purse
from billing.vouchers import STYLE, Voucher
from core.db import db


def deliver(order: Order) -> None:
    """Post the money and hand over each line.  The order is locked and paid."""
    _post(order)
    for line in order.lines:
        if line.product.kind in DELIVERIES:
            DELIVERIES[line.product.kind](line)


def withdraw(line: OrderLine) -> None:
    """Take back what a line gave, if it is a kind that gives something."""
    if line.product.kind in WITHDRAWALS:
        WITHDRAWALS[line.product.kind](line)


def _post(order: Order) -> None:
    if order.is_topup:
        wallet = Purse.wallet(order.company_id, order.currency)
        wallet.receive(order.total, PROVIDER, f"topup:{order.payment}", "topup", order_no=order.order_no)
    elif not order.is_from_wallet and not _is_billed_by_provider(order):
        about = {"order_no": order.order_no}
        pay_directly(order.company_id, order.currency, order.total, f"purchase:{order.payment}", "purchase", **about)


def _is_billed_by_provider(order: Order) -> bool:
    # Each invoice of a subscription, the first one too, is posted when the provider says that it was paid.
    return any(line.product.kind == "subscription" for line in order.lines)


def _give_term(line: OrderLine) -> None:
    # After the trial and after what was paid ahead before: nothing paid for runs beside something else.
    earlier = [
        grant
        for grant in grants_of(line.order.company)
        if grant.reason.startswith("trial:") or grant.product.startswith("professional:term")
    ]
    _extend(line, after=earlier)


def _give_seats(line: OrderLine) -> None:
    _extend(line)


def _give_feature(line: OrderLine) -> None:
    _extend(line, after=grants_of(line.order.company, product=line.product.code))


def _extend(line: OrderLine, after=()) -> None:
    product, quantity = line.product, line.quantity
    extend(line.order.company, line.reason, product.rights_for(quantity), product.months_for(quantity), product.code, after)


def _give_vouchers(line: OrderLine) -> None:
    count = line.product.gives["vouchers"] * line.quantity
    Voucher.put_in_drawer(line.order.company, count, STYLE, order_line_id=line.id)


def _give_credits(line: OrderLine) -> None:
    about = {"order_no": line.order.order_no}
    Purse.sms(line.order.company_id).receive(_credits(line), SMS_SOLD, f"{line.reason}:sms", "sms_credits", **about)


def _revoke(line: OrderLine) -> None:
    revoke(line.order.company, line.reason)


def _take_vouchers(line: OrderLine) -> None:
    for voucher in db.session.scalars(sa.select(Voucher).where(Voucher.order_line_id == line.id)):
        voucher.take_back()


def _take_credits(line: OrderLine) -> None:
    about = {"order_no": line.order.order_no}
    key = f"{line.reason}:sms:returned"
    Purse.sms(line.order.company_id).give_back(_credits(line), SMS_SOLD, key, "sms_credits_returned", **about)


def _credits(line: OrderLine) -> int:
    return line.product.gives["SMS"] * line.quantity


DELIVERIES = {
    "term": _give_term,
    "seats": _give_seats,
    "feature": _give_feature,
    "bundle": _give_feature,
    "style_voucher": _give_vouchers,
    "sms": _give_credits,
}
WITHDRAWALS = {
    "term": _revoke,
    "seats": _revoke,
    "feature": _revoke,
    "bundle": _revoke,
    "style_voucher": _take_vouchers,
    "sms": _take_credits,
}
