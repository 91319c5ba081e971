"""Money that goes back: refunds and disputes, and what they take with them."""

from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa

from billing.delivery import withdraw
from billing.direct_payments import return_directly
from billing.documents import issue_credit_note
from billing.ledger import KeyReused
from billing.money import split
from billing.orders import Order, OrderLine, OrderReturn, refuse_more_than_paid
from billing.purses import PROVIDER, REVENUE, Hold, Purse
from core.clock import now
from core.db import db

# Longer than banks take to decide; whoever decides later is posted from what is there then.
DISPUTE_LASTS = timedelta(days=180)


def take_back(order: Order, key: str, amount: int | None, lines: list[OrderLine] | None, actor: str) -> OrderReturn:
    """Of a locked order: post the return, once for each key, and withdraw what it was for."""
    amount = sum(line.amount - line.returned for line in lines) if amount is None and lines is not None else amount
    known = db.session.scalar(sa.select(OrderReturn).where(OrderReturn.key == key))
    if known is not None:
        return _the_same(known, order, amount, lines)
    amount = order.left if amount is None else amount
    refuse_more_than_paid(order, amount, lines)
    done = OrderReturn(order=order, key=key, amount=amount, actor=actor, line_ids=[line.id for line in lines or order.lines])
    db.session.add(done)
    order.returned += amount
    order.status = "refunded" if order.returned == order.total else order.status
    _post(order, key, amount, actor)
    _share(amount, lines or order.lines)
    _withdraw(order.lines if order.status == "refunded" else lines or ())
    issue_credit_note(order, done)
    return done


def freeze(order: Order, dispute_key: str, amount: int) -> None:
    """Hold what is left of a disputed top-up.  Asked twice it holds once."""
    hold_id = order.dispute_hold_id(dispute_key)
    wallet = Purse.wallet(order.company_id, order.currency)
    there = min(wallet.available, amount)
    if order.is_topup and there > 0 and db.session.get(Hold, hold_id) is None:
        wallet.hold(hold_id, there, DISPUTE_LASTS, purpose=f"dispute:{dispute_key}")


def unfreeze(order: Order, dispute_key: str) -> None:
    hold = db.session.get(Hold, order.dispute_hold_id(dispute_key))
    if hold is not None:
        hold.release()


def _the_same(known: OrderReturn, order: Order, amount: int | None, lines: list[OrderLine] | None) -> OrderReturn:
    # Lines that were returned by this very key cost nothing any more; the amount is compared only if it was named.
    named = amount if lines is None else None
    if known.order_id != order.id or named not in (None, known.amount):
        raise KeyReused(f"{known.key} was used for another return before")
    return known


def _post(order: Order, key: str, amount: int, actor: str) -> None:
    about = {"order_no": order.order_no, "actor": actor}
    wallet = Purse.wallet(order.company_id, order.currency)
    if order.is_topup:
        wallet.give_back(amount, PROVIDER, f"refund:{key}", "topup_returned", **about)
    elif order.is_from_wallet:
        wallet.receive(amount, REVENUE, f"refund:{key}", "refund", **about)
    else:
        return_directly(order.company_id, order.currency, amount, f"refund:{key}", "refund", **about)


def _share(amount: int, lines: Iterable[OrderLine]) -> None:
    """Spread what was returned over the lines, so that the parts sum to it and no line gets more than it cost."""
    lines = list(lines)
    for line, part in zip(lines, split(amount, [line.amount - line.returned for line in lines]), strict=True):
        line.returned += part


def _withdraw(lines: Iterable[OrderLine]) -> None:
    for line in lines:
        if line.taken_back_at is None:
            line.taken_back_at = now()
            withdraw(line)
