"""How a company stands with paying, asked once for its page."""

from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from billing.documents import Document, documents_of
from billing.grants import grants_of
from billing.money import spoken
from billing.operator_actions import OperatorAction, currency_of
from billing.orders import Order, orders_of
from billing.plans import PLAN_NAMES
from billing.purses import Purse
from billing.recurring import monthly_recurring
from billing.statement import Row, rows_of
from billing.subscription_invoices import SubscriptionInvoice
from billing.subscriptions import Subscription
from billing.vouchers import Voucher
from core.db import db
from tenants.companies.company import Company
from tenants.rights.entitlements import Grant

FEW, VOUCHERS = 8, 50
STATES = {
    "grace": _l("A payment failed; all works for some days"),
    "active": _l("Pays month after month"),
    "ending": _l("Cancelled; paid until the period ends"),
    "trial": _l("On trial"),
    "granted": _l("A plan without a subscription"),
    "free": _l("Free edition"),
}


@dataclass(frozen=True)
class MoneyGlance:
    company: Company

    @property
    def state(self) -> str:
        """Derived, never stored: a key of STATES (billing.md §3.3)."""
        rights, subscription = self.company.entitlements, self.subscription
        if rights.state == "grace":
            return "grace"
        if subscription is not None and subscription.is_paid_up:
            return "ending" if subscription.ends_at else "active"
        if self.company.trial_ends_at is not None:
            return "trial"
        return "free" if rights.plan == "free" else "granted"

    @property
    def state_title(self) -> str:
        return str(STATES[self.state])

    @property
    def plan_title(self) -> str:
        plan = self.company.entitlements.plan
        return str(PLAN_NAMES.get(plan, plan))

    @cached_property
    def subscription(self) -> Subscription | None:
        return Subscription.running_of(self.company.id)

    @property
    def recurring(self) -> str:
        return spoken(*monthly_recurring(self.company.id))

    @cached_property
    def wallet(self) -> Purse:
        return Purse.wallet(self.company.id, currency_of(self.company))

    @cached_property
    def sms(self) -> Purse:
        return Purse.sms(self.company.id)

    @cached_property
    def grants(self) -> list[Grant]:
        """Those that hold now or later."""
        return grants_of(self.company)

    @cached_property
    def vouchers(self) -> list[Voucher]:
        """In its drawer, bound to it, or redeemed by it; newest first."""
        mine = sa.or_(Voucher.company_id == self.company.id, Voucher.redeemed_by_id == self.company.id)
        return list(db.session.scalars(sa.select(Voucher).where(mine).order_by(Voucher.id.desc()).limit(VOUCHERS)))

    @cached_property
    def orders(self) -> list[Order]:
        return orders_of(self.company, FEW)

    @cached_property
    def invoices(self) -> list[SubscriptionInvoice]:
        return SubscriptionInvoice.of(self.company, FEW)

    @cached_property
    def documents(self) -> list[Document]:
        return documents_of(self.company, FEW)

    @cached_property
    def movements(self) -> list[Row]:
        return rows_of(self.company, at_most=FEW)

    @cached_property
    def actions(self) -> list[OperatorAction]:
        return OperatorAction.of(self.company, FEW)

    def action_behind(self, grant: Grant) -> OperatorAction | None:
        """The operator's action that gave this, if it can be taken back."""
        _kind, _colon, number = grant.reason.rpartition("operator:")
        action = db.session.get(OperatorAction, int(number)) if _colon and number.isdecimal() else None
        return action if action is not None and action.is_reversible else None
