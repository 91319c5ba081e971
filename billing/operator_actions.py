"""What our operators may do to a company's account: each with a reason, once for each form, with what was before and after.

Nothing is edited: what was wrong is reversed, which is an action too.  What is worth much waits for a second person.
What each of them does is in billing/operator_deeds.py, what one sees before agreeing in billing/effects.py.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from billing.accounts import BillingAccount
from billing.ledger import KeyReused
from billing.money import CURRENCIES, spoken
from billing.orders import MoreThanPaid, Order, OrderLine, refuse_more_than_paid
from billing.plans import PROFESSIONAL_TRIAL
from billing.products import Product
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


class NeedsAnotherPerson(Refusal):
    code = "needs_another_person"
    message = _l("Whoever asked for this cannot approve it too. Ask a colleague.")


class AlreadyDecided(Refusal):
    code = "already_decided"
    message = _l("This was decided already.")


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


class OperatorAction(PlatformModel):
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
    decided_by: Mapped[str | None]
    decided_because: Mapped[str] = mapped_column(default="", server_default="")
    decided_at: Mapped[datetime | None]
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
    def is_waiting(self) -> bool:
        return self.status == "waiting"

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

    def approve(self, by: str, because: str = "") -> None:
        """A second person agrees, and it is done.  Raises NeedsAnotherPerson, AlreadyDecided, and what doing it raises."""
        self._decide(by, because)
        self.carry_out()

    def decline(self, by: str, because: str = "") -> None:
        """A second person does not agree.  Raises NeedsAnotherPerson, AlreadyDecided."""
        self._decide(by, because)
        self.status = "declined"

    def carry_out(self) -> None:
        """Do it, and remember what was before and after."""
        from billing.effects import picture  # which shows what actions change
        from billing.operator_deeds import DEEDS

        self.before = picture(self.company, self.order)
        DEEDS[self.action].do(self)
        self.status, self.done_at = "done", now()
        db.session.flush()
        self.after = picture(self.company, self.order)
        record(OperatorActed(self.company_id, self.id))

    def _decide(self, by: str, because: str) -> None:
        BillingAccount.locked(self.company_id)
        db.session.refresh(self)
        if not self.is_waiting:
            raise AlreadyDecided
        if by == self.operator:
            raise NeedsAnotherPerson
        self.decided_by, self.decided_at, self.decided_because = by, now(), tidy_lines(because, 2000)


def grant_rights(company: Company, deed: Deed, rights: dict, days: int | None) -> OperatorAction:
    """Give rights for some days, or until they are reversed."""
    worth = worth_of(rights, days, currency_of(company))
    return _act(company, "grant", deed, worth, rights=rights, days=days)


def comp(company: Company, deed: Deed, product: str, quantity: int = 1) -> OperatorAction:
    """Give something we sell, in the version on sale now, for nothing.  Raises NotForSale."""
    sold = Product.on_sale(product)
    worth = sold.price_in(currency_of(company)) * quantity
    return _act(company, "comp", deed, worth, product=product, version=sold.version, quantity=quantity)


def extend_trial(company: Company, deed: Deed, days: int) -> OperatorAction:
    """Let the trial last longer, or begin once more if it is over."""
    worth = worth_of(PROFESSIONAL_TRIAL.rights, days, currency_of(company))
    return _act(company, "extend_trial", deed, worth, days=days)


def refund(order: Order, deed: Deed, amount: int, lines: Iterable[OrderLine] | None = None) -> OperatorAction:
    """Return (a part of) what an order cost, and take back what these lines gave.

    What came from the wallet goes there now; the rest when the provider has returned it.  Raises MoreThanPaid, NotPaid.
    """
    lines = None if lines is None else list(lines)
    BillingAccount.locked(order.company_id)
    if OperatorAction.keyed(deed.key) is None:
        refuse_beyond_refundable(order, amount, lines)
    line_ids = None if lines is None else sorted(line.id for line in lines)
    return _act(order.company, "refund", deed, amount, order_no=order.order_no, amount=amount, line_ids=line_ids)


def void_voucher(company: Company, deed: Deed, voucher: Voucher) -> OperatorAction:
    """Make a voucher worthless, and take back what it gave."""
    return _act(company, "void_voucher", deed, voucher_id=voucher.id)


def adjust_wallet(company: Company, deed: Deed, amount: int, currency: str | None = None) -> OperatorAction:
    """Put into the wallet, or (negative) take out of it, minor units.

    `currency` is for a company that has none yet, and stays its own.  Raises NotEnough, CurrencyIsFixed.
    """
    return _act(company, "adjust_wallet", deed, abs(amount), amount=amount, currency=currency or currency_of(company))


def adjust_sms(company: Company, deed: Deed, credits: int) -> OperatorAction:
    """Give or (negative) take SMS credits.  Raises NotEnough."""
    return _act(company, "adjust_sms", deed, abs(credits) * CREDIT_WORTH, credits=credits)


def reverse(action: OperatorAction, deed: Deed) -> OperatorAction:
    """Do the opposite of what was done, once.  Raises CannotBeReversed, AlreadyDecided."""
    from billing.operator_deeds import DEEDS

    if DEEDS[action.action].undo is None or action.status != "done":
        raise CannotBeReversed
    BillingAccount.locked(action.company_id)
    if action.reversal is not None and action.reversal.key != deed.key:
        raise AlreadyDecided
    return _act(action.company, "reverse", deed, action.worth, reverses_id=action.id)


def refundable(order: Order, lines: Iterable[OrderLine] | None = None) -> int:
    """What may still be returned of an order or of these lines: what is left, less what is decided and under way."""
    from billing.refunds import under_way  # which follows what is decided here

    pending = under_way(order)
    left = order.left - sum(action.arguments["amount"] for action in pending)
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


def currency_of(company: Company) -> str:
    """The company's, or the one it would begin with."""
    return BillingAccount.of(company).currency or CURRENCIES[0]


def _act(
    company: Company, name: str, deed: Deed, worth: int = 0, reverses_id: int | None = None, **arguments
) -> OperatorAction:
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
    if worth < current_app.config["SECOND_APPROVER_FROM"]:
        action.carry_out()
    return action
