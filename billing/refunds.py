"""Money we send back: first at the provider, then in the books, which follow what the provider says became of it."""

from contextlib import suppress
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from billing import payments
from billing.accounts import BillingAccount
from billing.checkouts import Checkout
from billing.differences import Difference
from billing.direct_payments import return_directly
from billing.ledger import BY_LAW
from billing.operator_actions import OperatorAction, RefundWanted
from billing.orders import MoreThanPaid, NotPaid, Order, OrderLine
from billing.payments import Gone, NotPossibleNow, ProviderAway
from billing.subscription_invoices import SubscriptionInvoice
from billing.subscriptions import sync_invoice
from core.clock import now
from core.db import PlatformModel, db, identity, transaction
from tenants.companies.company import Company

# The actions by which operators return money.
ACTIONS = ("refund", "refund_invoice")
UNDER_WAY = ("wanted", "pending", "requires_action")
STATUSES = ("wanted", "pending", "requires_action", "succeeded", "failed", "canceled", "refused")


class Refund(PlatformModel):
    """One return of (a part of) a payment.  Posted once it has succeeded; `refused` is one the provider would not make."""

    __tablename__ = "refund"
    __table_args__ = (
        sa.CheckConstraint(f"status IN {STATUSES}", name="status"),
        sa.CheckConstraint("amount > 0", name="amount"),
    )
    kept_at_erasure = BY_LAW

    id: Mapped[int] = identity()
    stripe_id: Mapped[str | None] = mapped_column(unique=True)
    action_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.operator_action.id"), unique=True)
    company_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.company.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.order.id"), index=True)
    payment: Mapped[str] = mapped_column(index=True)
    amount: Mapped[int]
    currency: Mapped[str]
    status: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    posted_at: Mapped[datetime | None]

    action: Mapped[OperatorAction | None] = relationship()
    company: Mapped[Company | None] = relationship()
    order: Mapped[Order | None] = relationship()
    invoice: Mapped[SubscriptionInvoice | None] = relationship(
        primaryjoin=lambda: foreign(Refund.payment) == SubscriptionInvoice.payment, viewonly=True
    )

    @property
    def actor(self) -> str:
        """Who decided it, as the books say it."""
        return self.action.operator if self.action else "system"

    @property
    def lines(self) -> list[OrderLine] | None:
        """The lines an operator chose to take back; None for all."""
        chosen = self.action.arguments["line_ids"] if self.action else None
        return None if chosen is None else [line for line in self.order.lines if line.id in chosen]


def refund_wanted(event: RefundWanted) -> None:
    """An operator decided it: do it now.  While the provider is away `send_wanted_refunds` tries again."""
    if payments.are_on():
        with suppress(ProviderAway):
            _send_wanted(event.action_id)


def send_wanted_refunds() -> None:
    """Every refund that was decided and not yet asked for.  By the schedule."""
    known = sa.select(Refund.action_id).where(Refund.action_id == OperatorAction.id)
    wanted = sa.select(OperatorAction.id).where(
        OperatorAction.action.in_(ACTIONS), OperatorAction.status == "done", ~known.exists()
    )
    with transaction():
        ids = list(db.session.scalars(wanted)) if payments.are_on() else []
    for id in ids:
        _send_wanted(id)


def under_way(paid: Order | SubscriptionInvoice) -> list[OperatorAction]:
    """The refunds of an order or invoice that were decided and are not in the books yet."""
    if paid.is_from_wallet:
        return []
    decided = sa.select(OperatorAction).outerjoin(Refund, Refund.action_id == OperatorAction.id)
    decided = decided.where(
        OperatorAction.company_id == paid.company_id,
        OperatorAction.action.in_(ACTIONS),
        OperatorAction.status == "done",
        OperatorAction.arguments.contains(paid.asked_as),
    )
    return list(db.session.scalars(decided.where(sa.or_(Refund.id.is_(None), Refund.status.in_(UNDER_WAY)))))


def sync_refund(id: str) -> Refund | None:
    """Bring our copy and the books to what the provider says of a refund now.  None when the payment is nobody's here."""
    payment = payments.refund(id)["payment_intent"]
    if payment is None:
        return None
    company_id = company_of_payment(payment)
    if company_id is not None:
        # First the lock, then the look: what was fetched before waiting may be older than what somebody wrote meanwhile.
        BillingAccount.locked(company_id)
    said = payments.refund(id)
    found = db.session.scalar(sa.select(Refund).where(Refund.stripe_id == id).execution_options(populate_existing=True))
    return _follow(found or _new_refund(said, company_id), said)


def sync_refunds_of(charge_id: str) -> None:
    """All refunds of a charge."""
    for said in list(payments.refunds_of(charge_id)):
        sync_refund(said["id"])


def company_of_payment(payment: str) -> int | None:
    """Whose payment this was, told by our own rows."""
    found = Order.paid_by(payment) or Checkout.of_payment(payment) or SubscriptionInvoice.paid_by(payment)
    if found is None and (session := payments.session_of(payment_intent=payment)):
        found = Checkout.of_session(session["id"])
    if found is None and (invoice := payments.invoice_of_payment(payment)):
        # The invoice first, so that what is returned of it finds it, in whatever order we are told.
        found = sync_invoice(invoice["id"])
    return found.company_id if found else None


def _send_wanted(action_id: int) -> None:
    with transaction():
        action = db.session.get_one(OperatorAction, action_id)
        paid = action.paid
        if paid.is_from_wallet:
            return
        BillingAccount.locked(paid.company_id)
        if db.session.scalar(sa.select(Refund.id).where(Refund.action_id == action_id)) is not None:
            return
        refund = Refund(
            action=action, company_id=paid.company_id, order=action.order, payment=paid.payment,
            amount=action.arguments["amount"], currency=paid.currency, status="wanted",
        )  # fmt: skip
        db.session.add(refund)
        db.session.flush()
        try:
            asked = f"refund:{action_id}:{paid.payment}"
            said = payments.refund_payment(paid.payment, asked, refund.amount, paid.asked_as)
        except (NotPossibleNow, Gone) as reason:
            refund.status = "refused"
            Difference.note("refund_failed", f"action:{action_id}", paid.company_id, theirs={"says": str(reason)})
            return
        refund.stripe_id = said["id"]
        _follow(refund, said)


def _new_refund(said: dict, company_id: int | None) -> Refund:
    """One that was made at the provider, by hand or because something was paid twice."""
    payment = said["payment_intent"]
    if company_id is None:
        Difference.note("orphan", said["id"], theirs={"payment": payment, "amount": said["amount"]})
    refund = Refund(
        stripe_id=said["id"], company_id=company_id, order=Order.paid_by(payment), payment=payment, amount=said["amount"],
        currency=said["currency"].upper(), status="pending", created_at=payments.moment(said["created"]),
    )  # fmt: skip
    db.session.add(refund)
    return refund


def _follow(refund: Refund, said: dict) -> Refund:
    refund.status = said["status"] or "pending"
    db.session.flush()
    if refund.status == "succeeded" and refund.posted_at is None and refund.company_id is not None:
        _post(refund)
        refund.posted_at = now()
    elif refund.status in ("failed", "canceled") and refund.posted_at is not None:
        # The money is with us again, and what it took along was taken: a person decides what is fair.
        Difference.note("refund_failed", refund.stripe_id, refund.company_id, ours={"posted": refund.amount})
    return refund


def _post(refund: Refund) -> None:
    visit = Checkout.of_payment(refund.payment)
    if refund.order is not None:
        try:
            refund.order.reverse(refund.stripe_id, refund.amount, refund.lines, actor=refund.actor)
        except (MoreThanPaid, NotPaid) as reason:
            Difference.note("amount", refund.stripe_id, refund.company_id, ours={"says": str(reason)})
    elif refund.invoice is not None:
        refund.invoice.give_back(refund.stripe_id, refund.amount, actor=refund.actor)
    elif visit is None or visit.status != "returned":
        key = f"refund:{refund.stripe_id}"
        return_directly(refund.company_id, refund.currency, refund.amount, key, "refund")
