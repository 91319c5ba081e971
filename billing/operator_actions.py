"""What our operators may do to a company's account: each with a reason, once for each form, with what was before and after.

Nothing is edited: what was wrong is reversed, which is an action too.  What is worth much waits for a second person.
What each of them does is in billing/operator_deeds.py, what one sees before agreeing in billing/effects.py, refunds are asked
for in billing/refund_actions.py.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from billing.accounts import BillingAccount
from billing.ledger import KeyReused
from billing.money import CURRENCIES
from billing.orders import Order
from billing.plans import PROFESSIONAL_TRIAL
from billing.products import Product
from billing.second_approver import AlreadyDecided, SecondApprover
from billing.subscription_invoices import SubscriptionInvoice
from billing.vouchers import Voucher
from billing.worth import worth_of
from core.clock import now
from core.db import PlatformModel, db, identity, record
from core.errors import Invalid, Refusal
from core.events import dataclass_event
from core.text import tidy_lines
from tenants.companies.company import Company

# What one SMS credit is worth when asking whether a second person must agree, in minor units.
CREDIT_WORTH = 10
STATUSES = {"waiting": _l("Waits for a second person"), "done": _l("Done"), "declined": _l("Declined")}


@dataclass_event
class RefundWanted:
    """An operator decided to return money that the payment provider holds; the books follow when it has."""

    company_id: int
    action_id: int


@dataclass_event
class OperatorActed:
    """Something was done to a company's account, of which its administrators should know."""

    company_id: int
    action_id: int


class CannotBeReversed(Refusal):
    code = "cannot_be_reversed"
    message = _l("This cannot be reversed. Do the opposite with an action of its own.")


@dataclass(frozen=True)
class Deed:
    """Who acts (by e-mail address), why, and the key of the form: sent twice, it happens once.

    `told` is what the company may read of the why; the reason itself is ours.
    """

    operator: str
    reason: str
    key: str
    told: str = ""


class OperatorAction(SecondApprover, PlatformModel):
    """waiting (for a second person) → done or declined."""

    __tablename__ = "operator_action"
    __table_args__ = (
        sa.CheckConstraint("reason <> ''", name="reason"),
        sa.CheckConstraint("status IN ('waiting', 'done', 'declined')", name="status"),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> operator", name="second_person"),
        sa.Index("ix_operator_action_company", "company_id", "id"),
        sa.Index("ix_operator_action_waiting", "id", postgresql_where=sa.text("status = 'waiting'")),
        sa.Index("ix_operator_action_done_at", "done_at"),
    )
    kept_at_erasure = "Whoever may move money must remain answerable for it."

    id: Mapped[int] = identity()
    key: Mapped[str] = mapped_column(unique=True)
    fingerprint: Mapped[str]
    operator: Mapped[str]
    reason: Mapped[str]
    told: Mapped[str] = mapped_column(default="", server_default="")
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"))
    action: Mapped[str]
    arguments: Mapped[dict] = mapped_column(JSONB)
    worth: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(default="waiting")
    before: Mapped[dict | None] = mapped_column(JSONB)
    after: Mapped[dict | None] = mapped_column(JSONB)
    reverses_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.operator_action.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]

    company: Mapped[Company] = relationship()
    reverses: Mapped["OperatorAction | None"] = relationship(remote_side=[id])

    @classmethod
    def of(cls, company: Company, at_most: int = 200) -> "list[OperatorAction]":
        newest = sa.select(cls).where(cls.company_id == company.id).order_by(cls.id.desc()).limit(at_most)
        return list(db.session.scalars(newest))

    @classmethod
    def keyed(cls, key: str) -> "OperatorAction | None":
        return db.session.scalar(sa.select(cls).where(cls.key == key))

    @classmethod
    def count_waiting(cls) -> int:
        return db.session.scalar(sa.select(sa.func.count()).where(cls.status == "waiting"))

    @property
    def is_reversible(self) -> bool:
        """Whether it was done, can be undone, and nobody has asked for that yet."""
        from billing.operator_deeds import DEEDS  # which knows the actions

        return self.status == "done" and DEEDS[self.action].undo is not None and self.reversal is None

    @property
    def reversal(self) -> "OperatorAction | None":
        """What took it back, or waits to."""
        model = OperatorAction
        return db.session.scalar(sa.select(model).where(model.reverses_id == self.id))

    @property
    def grant_reason(self) -> str:
        return f"operator:{self.id}"

    @property
    def order(self) -> Order | None:
        """The order it is about, if it is about one."""
        order_no = self.arguments.get("order_no")
        return Order.numbered(order_no) if order_no else None

    @property
    def invoice(self) -> SubscriptionInvoice | None:
        """The subscription's invoice it is about, if it is about one."""
        id = self.arguments.get("invoice")
        return db.session.scalar(sa.select(SubscriptionInvoice).where(SubscriptionInvoice.stripe_id == id)) if id else None

    @property
    def paid(self) -> Order | SubscriptionInvoice | None:
        """What it returns money of."""
        return self.order or self.invoice

    @property
    def currency(self) -> str:
        """What its worth is in."""
        return self.arguments.get("currency") or currency_of(self.company)

    def carry_out(self) -> None:
        """Do it, and remember what was before and after."""
        from billing.effects import picture  # which shows what actions change
        from billing.operator_deeds import DEEDS

        self.before = picture(self.company, self.paid)
        DEEDS[self.action].do(self)
        self.status, self.done_at = "done", now()
        db.session.flush()
        self.after = picture(self.company, self.paid)
        record(OperatorActed(self.company_id, self.id))


def grant_rights(company: Company, deed: Deed, rights: dict, days: int | None) -> OperatorAction:
    """Give rights for some days, or until they are reversed."""
    worth = worth_of(rights, days, currency_of(company))
    return act(company, "grant", deed, worth, rights=rights, days=days)


def comp(company: Company, deed: Deed, product: str, quantity: int = 1) -> OperatorAction:
    """Give something we sell, in the version on sale now, for nothing.  Raises NotForSale."""
    sold = Product.on_sale(product)
    worth = sold.price_in(currency_of(company)) * quantity
    return act(company, "comp", deed, worth, product=product, version=sold.version, quantity=quantity)


def extend_trial(company: Company, deed: Deed, days: int) -> OperatorAction:
    """Let the trial last longer, or begin once more if it is over."""
    worth = worth_of(PROFESSIONAL_TRIAL.rights, days, currency_of(company))
    return act(company, "extend_trial", deed, worth, days=days)


def void_voucher(company: Company, deed: Deed, voucher: Voucher) -> OperatorAction:
    """Make a voucher worthless, and take back what it gave."""
    return act(company, "void_voucher", deed, voucher_id=voucher.id)


def adjust_wallet(company: Company, deed: Deed, amount: int, currency: str | None = None) -> OperatorAction:
    """Put into the wallet, or (negative) take out of it, minor units.

    `currency` is for a company that has none yet, and stays its own.  Raises NotEnough, CurrencyIsFixed.
    """
    return act(company, "adjust_wallet", deed, abs(amount), amount=amount, currency=currency or currency_of(company))


def adjust_sms(company: Company, deed: Deed, credits: int) -> OperatorAction:
    """Give or (negative) take SMS credits.  Raises NotEnough."""
    return act(company, "adjust_sms", deed, abs(credits) * CREDIT_WORTH, credits=credits)


def reverse(action: OperatorAction, deed: Deed) -> OperatorAction:
    """Do the opposite of what was done, once.  Raises CannotBeReversed, AlreadyDecided."""
    from billing.operator_deeds import DEEDS

    if DEEDS[action.action].undo is None or action.status != "done":
        raise CannotBeReversed
    BillingAccount.locked(action.company_id)
    if action.reversal is not None and action.reversal.key != deed.key:
        raise AlreadyDecided
    return act(action.company, "reverse", deed, action.worth, reverses_id=action.id)


def currency_of(company: Company) -> str:
    """The company's, or the one it would begin with."""
    return BillingAccount.of(company).currency or CURRENCIES[0]


def act(company: Company, name: str, deed: Deed, worth: int = 0, reverses_id: int | None = None, **arguments) -> OperatorAction:
    """Write an action of this name down, once for each key, and do it, unless a second person must agree first."""
    reason = tidy_lines(deed.reason, 2000)
    if not reason:
        raise Invalid(reason=_("Say why. Others will ask later."))
    BillingAccount.locked(company)
    content = json.dumps([company.id, name, arguments, reverses_id], sort_keys=True)
    fingerprint = hashlib.sha256(content.encode()).hexdigest()
    known = OperatorAction.keyed(deed.key)
    if known is not None:
        if known.fingerprint != fingerprint:
            raise KeyReused(f"{deed.key} was used for another action before")
        return known
    action = OperatorAction(
        key=deed.key, fingerprint=fingerprint, operator=deed.operator, reason=reason, told=tidy_lines(deed.told, 2000),
        company_id=company.id, action=name, arguments=arguments, worth=worth, reverses_id=reverses_id,
    )  # fmt: skip
    db.session.add(action)
    db.session.flush()
    if not action.needs_second_person:
        action.carry_out()
    return action
