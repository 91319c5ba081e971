"""Paid invoices of subscriptions: what each cost, and how much of it went back.

The first one also paid the order with which the subscription began, and goes back as that order; the others have none.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from billing import payments
from billing.accounts import BillingAccount
from billing.direct_payments import pay_directly, return_directly
from billing.ledger import BY_LAW
from billing.orders import Order
from core.clock import now
from core.db import PlatformModel, db, identity
from tenants.companies.company import Company


class SubscriptionInvoice(PlatformModel):
    """One invoice the provider wrote and was paid; `payment` is its own number where the provider took no money for it."""

    __tablename__ = "subscription_invoice"
    __table_args__ = (
        sa.CheckConstraint("total > 0 AND returned BETWEEN 0 AND total", name="total"),
        sa.Index("ix_subscription_invoice_company", "company_id", "id"),
        sa.Index("ix_subscription_invoice_paid_at", "paid_at"),
    )
    kept_at_erasure = BY_LAW

    id: Mapped[int] = identity()
    stripe_id: Mapped[str] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(index=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"))
    subscription_id: Mapped[str] = mapped_column(sa.ForeignKey("platform.subscription.stripe_id"))
    payment: Mapped[str] = mapped_column(unique=True)
    currency: Mapped[str]
    total: Mapped[int]
    returned: Mapped[int] = mapped_column(default=0)
    paid_at: Mapped[datetime] = mapped_column(default=now)

    company: Mapped[Company] = relationship()
    order: Mapped[Order | None] = relationship(
        primaryjoin=lambda: foreign(SubscriptionInvoice.payment) == Order.payment, viewonly=True
    )

    # As an order may be; an invoice never is.
    is_from_wallet = False

    @classmethod
    def paid_by(cls, payment: str) -> "SubscriptionInvoice | None":
        """The invoice a payment ("pi_…") paid."""
        return db.session.scalar(sa.select(cls).where(cls.payment == payment))

    @classmethod
    def numbered(cls, number: str) -> "SubscriptionInvoice | None":
        """By the number that stands on it, in letters of any size."""
        return db.session.scalar(sa.select(cls).where(cls.number == number.upper()).limit(1))

    @classmethod
    def of(cls, company: Company, at_most: int) -> "list[SubscriptionInvoice]":
        """The newest first."""
        newest = sa.select(cls).where(cls.company_id == company.id).order_by(cls.id.desc()).limit(at_most)
        return list(db.session.scalars(newest))

    @property
    def left(self) -> int:
        """What has not been returned yet; nothing of one that goes back as an order."""
        return 0 if self.order else self.total - self.returned

    @property
    def went_back(self) -> int:
        """How much was returned of it, or of the order it paid."""
        return self.order.returned if self.order else self.returned

    @property
    def asked_as(self) -> dict:
        """How a refund says what it is of."""
        return {"invoice": self.stripe_id}

    def give_back(self, key: str, amount: int, kind: str = "refund", actor: str = "system") -> None:
        """Money of it went back: note it here and in the books, once for each key.  The rights it paid for stay."""
        BillingAccount.locked(self.company_id)
        db.session.refresh(self)
        about = {"actor": actor, "memo": self.number}
        if amount and return_directly(self.company_id, self.currency, amount, f"refund:{key}", kind, **about):
            self.returned += amount
            db.session.flush()


def note_paid(subscription_id: str, company_id: int, said: dict, payment: str | None, order_no: str) -> None:
    """An invoice was paid: keep it, and post the money, once.  `order_no` is of the order it pays too, if it does."""
    currency, total = said["currency"].upper(), said["amount_paid"]
    number = said["number"] or said["id"]
    pay_directly(company_id, currency, total, f"invoice:{said['id']}", "subscription", order_no=order_no, memo=number)
    paid_at = payments.moment((said.get("status_transitions") or {}).get("paid_at")) or now()
    row = {
        "stripe_id": said["id"], "number": number, "company_id": company_id, "subscription_id": subscription_id,
        "payment": payment or said["id"], "currency": currency, "total": total, "returned": 0, "paid_at": paid_at,
    }  # fmt: skip
    db.session.execute(insert(SubscriptionInvoice).values(row).on_conflict_do_nothing())
