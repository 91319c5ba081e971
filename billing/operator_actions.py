"""What our operators may do to a company's account: each with a reason, once for each form, with what was before and after.

Nothing is edited: what was wrong is reversed, which is an action too.  What is worth much waits for a second person.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from billing.accounts import BillingAccount
from billing.grants import extend, grant, grants_of, revoke
from billing.ledger import KeyReused
from billing.money import CURRENCIES
from billing.orders import Order, OrderLine, refuse_more_than_paid
from billing.plans import PROFESSIONAL_TRIAL
from billing.products import Product
from billing.purses import GIVEN, Purse
from billing.vouchers import DRAWER_LASTS, STYLE, Voucher, VoucherBatch
from core.clock import now
from core.db import PlatformModel, db, identity, record
from core.errors import Invalid, NotFound, Refusal
from core.events import dataclass_event
from core.text import tidy_lines
from tenants.company import Company

ADJUSTMENT = "adjustment"
# What one SMS credit is worth when asking whether a second person must agree, in minor units.
CREDIT_WORTH = 10


@dataclass_event
class RefundWanted:
    """An operator decided to return money that the payment provider holds; the books follow when it has."""

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
    """Who acts, why, and the key of the form he sent: sent twice, it happens once."""

    operator: str
    reason: str
    key: str


class OperatorAction(PlatformModel):
    """waiting (for a second person) → done or declined."""

    __tablename__ = "operator_action"
    __table_args__ = (
        sa.CheckConstraint("reason <> ''", name="reason"),
        sa.CheckConstraint("status IN ('waiting', 'done', 'declined')", name="status"),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> operator", name="second_person"),
        sa.Index("ix_operator_action_company", "company_id", "id"),
    )
    kept_at_erasure = "Whoever may move money must remain answerable for it."

    id: Mapped[int] = identity()
    key: Mapped[str] = mapped_column(unique=True)
    fingerprint: Mapped[str]
    operator: Mapped[str]
    reason: Mapped[str]
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"))
    action: Mapped[str]
    arguments: Mapped[dict] = mapped_column(JSONB)
    worth: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(default="waiting")
    before: Mapped[dict | None] = mapped_column(JSONB)
    after: Mapped[dict | None] = mapped_column(JSONB)
    decided_by: Mapped[str | None]
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

    @property
    def grant_reason(self) -> str:
        return f"operator:{self.id}"

    def approve(self, by: str) -> None:
        """A second person agrees, and it is done.  Raises NeedsAnotherPerson, AlreadyDecided."""
        self._decide(by)
        self.carry_out()

    def decline(self, by: str) -> None:
        """A second person does not agree.  Raises NeedsAnotherPerson, AlreadyDecided."""
        self._decide(by)
        self.status = "declined"

    def carry_out(self) -> None:
        """Do it, and remember what was before and after."""
        self.before = picture(self.company)
        ACTIONS[self.action].do(self)
        self.status, self.done_at = "done", now()
        db.session.flush()
        self.after = picture(self.company)

    def _decide(self, by: str) -> None:
        BillingAccount.locked(self.company_id)
        db.session.refresh(self)
        if self.status != "waiting":
            raise AlreadyDecided
        if by == self.operator:
            raise NeedsAnotherPerson
        self.decided_by = by


def grant_rights(company: Company, deed: Deed, rights: dict, days: int | None) -> OperatorAction:
    """Give rights for some days, or until they are reversed."""
    return _act(company, "grant", deed, rights=rights, days=days)


def comp(company: Company, deed: Deed, product: str, quantity: int = 1) -> OperatorAction:
    """Give something we sell, for nothing.  Raises NotForSale."""
    worth = Product.on_sale(product).price_in(_currency(company)) * quantity
    return _act(company, "comp", deed, worth, product=product, quantity=quantity)


def extend_trial(company: Company, deed: Deed, days: int) -> OperatorAction:
    """Let the trial last longer, or begin once more if it is over."""
    return _act(company, "extend_trial", deed, days=days)


def refund(order: Order, deed: Deed, amount: int, lines: Iterable[OrderLine] | None = None) -> OperatorAction:
    """Return (a part of) what an order cost, and take back what these lines gave.

    What came from the wallet goes there now; the rest when the provider has returned it.  Raises MoreThanPaid, NotPaid.
    """
    lines = None if lines is None else list(lines)
    if OperatorAction.keyed(deed.key) is None:
        refuse_more_than_paid(order, amount, lines)
    line_ids = None if lines is None else [line.id for line in lines]
    return _act(order.company, "refund", deed, amount, order_no=order.order_no, amount=amount, line_ids=line_ids)


def void_voucher(company: Company, deed: Deed, voucher: Voucher) -> OperatorAction:
    """Make a voucher worthless, and take back what it gave."""
    return _act(company, "void_voucher", deed, voucher_id=voucher.id)


def adjust_wallet(company: Company, deed: Deed, amount: int) -> OperatorAction:
    """Put into the wallet, or (negative) take out of it, minor units of the company's currency.  Raises NotEnough."""
    return _act(company, "adjust_wallet", deed, abs(amount), amount=amount)


def adjust_sms(company: Company, deed: Deed, credits: int) -> OperatorAction:
    """Give or (negative) take SMS credits.  Raises NotEnough."""
    return _act(company, "adjust_sms", deed, abs(credits) * CREDIT_WORTH, credits=credits)


def suspend(company: Company, deed: Deed) -> OperatorAction:
    """Stop all use: no new sign-ins to the console, no paid function; running chats end in peace, everything is kept."""
    return _act(company, "suspend", deed)


def resume(company: Company, deed: Deed) -> OperatorAction:
    """End every suspension."""
    return _act(company, "resume", deed)


def reverse(action: OperatorAction, deed: Deed) -> OperatorAction:
    """Do the opposite of what was done, once.  Raises CannotBeReversed, AlreadyDecided."""
    if ACTIONS[action.action].undo is None or action.status != "done":
        raise CannotBeReversed
    done = sa.select(OperatorAction).where(OperatorAction.reverses_id == action.id, OperatorAction.key != deed.key)
    if db.session.scalar(done) is not None:
        raise AlreadyDecided
    return _act(action.company, "reverse", deed, reverses_id=action.id)


def preview(function: Callable, *arguments, **more) -> dict:
    """What an action of this module would change, without doing it: {"before": …, "after": …, "waits": bool}.

    Raises what the action would raise.
    """
    session = db.session()
    told = list(session.info.get("events", ()))
    attempt = session.begin_nested()
    try:
        action = function(*arguments, **more)
        waits = action.status == "waiting"
        if waits:
            action.carry_out()
        effect = {"before": action.before, "after": action.after, "waits": waits}
        company = action.company
    finally:
        attempt.rollback()
        session.info["events"] = told
    db.session.refresh(company)
    return effect


def picture(company: Company) -> dict:
    """What an operator wants to see of a company's account before and after."""
    wallet = Purse.wallet(company.id, _currency(company))
    return {
        "entitlements": company.entitlements.as_dict(),
        "wallet": {"balance": wallet.balance, "held": wallet.held, "owed": wallet.debt, "currency": wallet.unit},
        "sms": Purse.sms(company.id).balance,
    }


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
        key=deed.key, fingerprint=fingerprint, operator=deed.operator, reason=reason, company_id=company.id, action=name,
        arguments=arguments, worth=worth, reverses_id=reverses_id,
    )  # fmt: skip
    db.session.add(action)
    db.session.flush()
    if worth < current_app.config["SECOND_APPROVER_FROM"]:
        action.carry_out()
    return action


def _currency(company: Company) -> str:
    return BillingAccount.of(company).currency or CURRENCIES[0]


def _grant(action: OperatorAction) -> None:
    days = action.arguments["days"]
    until = None if days is None else now() + timedelta(days=days)
    grant(action.company, action.grant_reason, action.arguments["rights"], until=until)


def _comp(action: OperatorAction) -> None:
    company, quantity = action.company, action.arguments["quantity"]
    product = Product.on_sale(action.arguments["product"])
    if product.kind == "style_voucher":
        _put_in_drawer(action, product.gives["vouchers"] * quantity)
    elif product.kind == "sms":
        _move(action, Purse.sms(company.id), product.gives["SMS"] * quantity)
    elif product.rights:
        earlier = grants_of(company, product=product.code) if product.kind == "feature" else ()
        extend(company, action.grant_reason, product.rights_for(quantity), product.months, product.code, earlier)
    else:
        raise Invalid(product=_("This cannot be given for nothing. Adjust the wallet instead."))


def _put_in_drawer(action: OperatorAction, count: int) -> None:
    company = action.company
    batch = VoucherBatch(name=action.grant_reason, gives=STYLE, company_id=company.id, expires_at=now() + DRAWER_LASTS)
    db.session.add(batch)
    db.session.flush()
    Voucher.put_in_drawer(company, count, STYLE, batch_id=batch.id)


def _uncomp(action: OperatorAction) -> None:
    revoke(action.company, action.grant_reason)
    vouchers = sa.select(Voucher).join(VoucherBatch).where(VoucherBatch.name == action.grant_reason)
    for voucher in db.session.scalars(vouchers):
        voucher.take_back()
    product = Product.on_sale(action.arguments["product"])
    if product.kind == "sms":
        _take(action, Purse.sms(action.company_id), product.gives["SMS"] * action.arguments["quantity"])


def _extend_trial(action: OperatorAction) -> None:
    company = action.company
    begins = company.trial_ends_at or now()
    until = begins + timedelta(days=action.arguments["days"])
    grant(company, f"trial:{action.grant_reason}", PROFESSIONAL_TRIAL.rights, since=begins, until=until)


def _unextend_trial(action: OperatorAction) -> None:
    revoke(action.company, f"trial:{action.grant_reason}")


def _refund(action: OperatorAction) -> None:
    asked = action.arguments
    order = Order.numbered(asked["order_no"])
    if not order.is_from_wallet:
        record(RefundWanted(action.company_id, action.id))
        return
    lines = None if asked["line_ids"] is None else [line for line in order.lines if line.id in asked["line_ids"]]
    order.reverse(action.grant_reason, asked["amount"], lines, actor=action.operator)


def _void_voucher(action: OperatorAction) -> None:
    voucher = db.session.get(Voucher, action.arguments["voucher_id"])
    if voucher is None:
        raise NotFound
    voucher.take_back()


def _adjust_wallet(action: OperatorAction) -> None:
    _move(action, _wallet(action), action.arguments["amount"])


def _unadjust_wallet(action: OperatorAction) -> None:
    _take(action, _wallet(action), action.arguments["amount"])


def _adjust_sms(action: OperatorAction) -> None:
    _move(action, Purse.sms(action.company_id), action.arguments["credits"])


def _unadjust_sms(action: OperatorAction) -> None:
    _take(action, Purse.sms(action.company_id), action.arguments["credits"])


def _wallet(action: OperatorAction) -> Purse:
    account = BillingAccount.of(action.company_id)
    account.pay_in(account.currency or CURRENCIES[0])
    return Purse.wallet(action.company_id, account.currency)


def _move(action: OperatorAction, purse: Purse, amount: int) -> None:
    about = {"actor": action.operator, "memo": action.reason}
    if amount > 0:
        purse.receive(amount, GIVEN, f"op:{action.id}", ADJUSTMENT, **about)
    elif amount < 0:
        purse.spend(-amount, GIVEN, f"op:{action.id}", ADJUSTMENT, **about)
    else:
        raise Invalid(amount=_("Say how much."))


def _take(action: OperatorAction, purse: Purse, amount: int) -> None:
    """Undo a movement, from what is there; what was spent meanwhile is owed."""
    about = {"actor": action.operator, "memo": action.reason}
    if amount > 0:
        purse.give_back(amount, GIVEN, f"op:{action.id}:reversed", ADJUSTMENT, **about)
    else:
        purse.receive(-amount, GIVEN, f"op:{action.id}:reversed", ADJUSTMENT, **about)


def _suspend(action: OperatorAction) -> None:
    grant(action.company, f"suspension:{action.id}", {"suspended": True})


def _resume(action: OperatorAction) -> None:
    for suspension in grants_of(action.company, reasons="suspension:"):
        revoke(action.company, suspension.reason)


def _reverse(action: OperatorAction) -> None:
    ACTIONS[action.reverses.action].undo(action.reverses)


@dataclass(frozen=True)
class Action:
    do: Callable[[OperatorAction], None]
    undo: Callable[[OperatorAction], None] | None = None


ACTIONS = {
    "grant": Action(_grant, undo=lambda action: revoke(action.company, action.grant_reason)),
    "comp": Action(_comp, undo=_uncomp),
    "extend_trial": Action(_extend_trial, undo=_unextend_trial),
    "refund": Action(_refund),
    "void_voucher": Action(_void_voucher),
    "adjust_wallet": Action(_adjust_wallet, undo=_unadjust_wallet),
    "adjust_sms": Action(_adjust_sms, undo=_unadjust_sms),
    "suspend": Action(_suspend, undo=lambda action: revoke(action.company, f"suspension:{action.id}")),
    "resume": Action(_resume),
    "reverse": Action(_reverse),
}
