"""A buyer asks his bank for the money: held meanwhile, returned when we win, taken back when we lose.

Each step follows from the state the provider has now, so that it comes out the same in whatever order it is told, and
what a dispute takes is keyed by the dispute, what a refund takes by the refund: neither takes the other's (billing.md §2,
the chain of six mistakes).
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from billing import payments
from billing.accounts import BillingAccount
from billing.differences import Difference
from billing.direct_payments import return_directly
from billing.ledger import BY_LAW
from billing.orders import Order
from billing.refunds import company_of_payment
from billing.subscription_invoices import SubscriptionInvoice
from core.clock import now
from core.db import PlatformModel, db
from tenants.abuse.signals import Signal
from tenants.companies.company import Company

OPEN, LOST = ("needs_response", "under_review"), ("lost",)
KEPT = ("won", "warning_closed", "prevented")


class Dispute(PlatformModel):
    """One dispute, as it was when we last asked."""

    __tablename__ = "dispute"
    kept_at_erasure = BY_LAW

    stripe_id: Mapped[str] = mapped_column(primary_key=True)
    company_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.company.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.order.id"), index=True)
    payment: Mapped[str] = mapped_column(index=True)
    amount: Mapped[int]
    currency: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str]
    answer_by: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    company: Mapped[Company | None] = relationship()
    order: Mapped[Order | None] = relationship()
    invoice: Mapped[SubscriptionInvoice | None] = relationship(
        primaryjoin=lambda: foreign(Dispute.payment) == SubscriptionInvoice.payment, viewonly=True
    )


def sync_dispute(id: str) -> Dispute | None:
    """Bring our copy and the books to what the provider says of a dispute now.  None when the payment is unknown."""
    payment = payments.dispute(id)["payment_intent"]
    if payment is None:
        return None
    company_id = company_of_payment(payment)
    if company_id is not None:
        # First the lock, then the look: what was fetched before waiting may be older than what somebody wrote meanwhile.
        BillingAccount.locked(company_id)
    said = payments.dispute(id)
    dispute = db.session.get(Dispute, id, populate_existing=True) or _new_dispute(said, company_id)
    dispute.status, dispute.amount = said["status"], said["amount"]
    dispute.answer_by = payments.moment(said["evidence_details"]["due_by"])
    db.session.flush()
    if dispute.company_id is not None and dispute.settled_at is None:
        _follow(dispute)
    return dispute


def note_warning(id: str) -> None:
    """A card network believes a payment to be fraud: somebody should look, and perhaps refund before it is disputed."""
    said = payments.fraud_warning(id)
    company_id = company_of_payment(said["payment_intent"]) if said["payment_intent"] else None
    Difference.note("fraud_warning", id, company_id, theirs={"payment": said["payment_intent"], "type": said["fraud_type"]})
    if company_id is not None:
        Signal.note_once("fraud_warning", id, company_id, warning=id, why=said["fraud_type"])


def _new_dispute(said: dict, company_id: int | None) -> Dispute:
    payment = said["payment_intent"]
    if company_id is None:
        Difference.note("orphan", said["id"], theirs={"payment": payment, "amount": said["amount"]})
    dispute = Dispute(
        stripe_id=said["id"], company_id=company_id, order=Order.paid_by(payment), payment=payment, currency=said["currency"].upper(),
        amount=said["amount"], status=said["status"], reason=said["reason"], opened_at=payments.moment(said["created"]),
    )  # fmt: skip
    db.session.add(dispute)
    if company_id is not None:
        Signal.note("disputes", "disputes", company_id, dispute=dispute.stripe_id, why=dispute.reason)
    return dispute


def _follow(dispute: Dispute) -> None:
    if dispute.status in OPEN:
        if dispute.order is not None:
            dispute.order.dispute(dispute.stripe_id, dispute.amount)
    elif dispute.status in KEPT:
        if dispute.order is not None:
            dispute.order.win_dispute(dispute.stripe_id)
        dispute.settled_at = now()
    elif dispute.status in LOST:
        _lose(dispute)
        dispute.settled_at = now()


def _lose(dispute: Dispute) -> None:
    """What was refunded before the bank decided has been taken back already: only the rest goes."""
    order, invoice, key = dispute.order, dispute.invoice, f"{dispute.stripe_id}:lost"
    if order is None and invoice is None:
        return_directly(dispute.company_id, dispute.currency, dispute.amount, f"refund:{key}", "dispute")
    elif order is None:
        invoice.give_back(key, min(dispute.amount, invoice.left), "dispute")
    elif amount := min(dispute.amount, order.left):
        order.lose_dispute(dispute.stripe_id, amount)
    else:
        order.win_dispute(dispute.stripe_id)
