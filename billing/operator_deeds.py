"""What each action of an operator does, and how it is undone (billing/operator_actions.py)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from billing.accounts import BillingAccount
from billing.grants import extend, grant, grants_of, revoke
from billing.operator_actions import OperatorAction, RefundWanted
from billing.orders import OrderLine
from billing.plans import PROFESSIONAL_TRIAL
from billing.products import Product
from billing.purses import GIVEN, Purse
from billing.refund_actions import refuse_beyond_invoiced, refuse_beyond_refundable
from billing.voucher_batches import VoucherBatch
from billing.vouchers import DRAWER_LASTS, STYLE, Voucher, voucher_for_operators
from core.clock import now
from core.db import db, record
from core.errors import Invalid

ADJUSTMENT = "adjustment"


def _grant(action: OperatorAction) -> None:
    days = action.arguments["days"]
    until = None if days is None else now() + timedelta(days=days)
    grant(action.company, action.grant_reason, action.arguments["rights"], until=until)


def _comp(action: OperatorAction) -> None:
    company, quantity = action.company, action.arguments["quantity"]
    product = _comped(action)
    if product.kind == "style_voucher":
        _put_in_drawer(action, product.gives["vouchers"] * quantity)
    elif product.kind == "sms":
        _move(action, Purse.sms(company.id), product.gives["SMS"] * quantity)
    elif product.rights:
        earlier = grants_of(company, product=product.code) if product.lengthens else ()
        rights, months = product.rights_for(quantity), product.months_for(quantity)
        extend(company, action.grant_reason, rights, months, product.code, earlier)
    else:
        raise Invalid(product=_("This cannot be given for nothing. Adjust the wallet instead."))


def _comped(action: OperatorAction) -> Product:
    """The version that was on sale when it was asked for."""
    asked = action.arguments
    version = sa.select(Product).where(Product.code == asked["product"], Product.version == asked["version"])
    return db.session.scalars(version).one()


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
    product = _comped(action)
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
    # It may have waited for a second person, and something else been returned meanwhile.
    refuse_beyond_refundable(action.order, action.arguments["amount"], _lines(action))
    if action.order.is_from_wallet:
        _return(action)
    else:
        record(RefundWanted(action.company_id, action.id))


def _return(action: OperatorAction) -> None:
    """As it is in the books when the money is back."""
    action.order.reverse(action.grant_reason, action.arguments["amount"], _lines(action), actor=action.operator)


def _refund_invoice(action: OperatorAction) -> None:
    # It may have waited for a second person, and the invoice been returned or disputed meanwhile.
    refuse_beyond_invoiced(action.invoice, action.arguments["amount"])
    record(RefundWanted(action.company_id, action.id))


def _return_invoice(action: OperatorAction) -> None:
    """As it is in the books when the money is back."""
    action.invoice.give_back(action.grant_reason, action.arguments["amount"], actor=action.operator)


def _lines(action: OperatorAction) -> list[OrderLine] | None:
    ids = action.arguments["line_ids"]
    return None if ids is None else [line for line in action.order.lines if line.id in ids]


def _void_voucher(action: OperatorAction) -> None:
    voucher_for_operators(action.arguments["voucher_id"]).take_back()


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
    account.pay_in(action.arguments["currency"])
    return Purse.wallet(action.company_id, account.currency)


def _move(action: OperatorAction, purse: Purse, amount: int) -> None:
    about = {"actor": action.operator, "memo": action.told}
    if amount > 0:
        purse.receive(amount, GIVEN, f"op:{action.id}", ADJUSTMENT, **about)
    elif amount < 0:
        purse.spend(-amount, GIVEN, f"op:{action.id}", ADJUSTMENT, **about)
    else:
        raise Invalid(amount=_("Say how much."))


def _take(action: OperatorAction, purse: Purse, amount: int) -> None:
    """Undo a movement, from what is there; what was spent meanwhile is owed."""
    about = {"actor": action.operator, "memo": action.told}
    if amount > 0:
        purse.give_back(amount, GIVEN, f"op:{action.id}:reversed", ADJUSTMENT, **about)
    else:
        purse.receive(-amount, GIVEN, f"op:{action.id}:reversed", ADJUSTMENT, **about)


def _reverse(action: OperatorAction) -> None:
    DEEDS[action.reverses.action].undo(action.reverses)


@dataclass(frozen=True)
class Kind:
    """`foreseen` is what it will have done in the end, where that is more than it does at once."""

    title: str
    do: Callable[[OperatorAction], None]
    undo: Callable[[OperatorAction], None] | None = None
    foreseen: Callable[[OperatorAction], None] | None = None


DEEDS = {
    "refund": Kind(_l("Refund"), _refund, foreseen=_return),
    "refund_invoice": Kind(_l("Refund of a subscription invoice"), _refund_invoice, foreseen=_return_invoice),
    "adjust_wallet": Kind(_l("Wallet adjustment"), _adjust_wallet, undo=_unadjust_wallet),
    "adjust_sms": Kind(_l("SMS correction"), _adjust_sms, undo=_unadjust_sms),
    "comp": Kind(_l("Product given for free"), _comp, undo=_uncomp),
    "extend_trial": Kind(_l("Trial extended"), _extend_trial, undo=_unextend_trial),
    "grant": Kind(_l("Rights granted"), _grant, undo=lambda action: revoke(action.company, action.grant_reason)),
    "void_voucher": Kind(_l("Voucher voided"), _void_voucher),
    "reverse": Kind(_l("Taken back"), _reverse),
}
