"""What a company may use (billing/rights.py), and how it stands with paying: asked once for each page."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import sqlalchemy as sa
from flask_babel import ngettext

from billing import payments
from billing.accounts import BillingAccount
from billing.money import spoken
from billing.orders import Order
from billing.purses import Purse
from billing.rights import Rights
from billing.vouchers import Voucher
from core.db import db
from manage.plan.shelf import currency_for
from sms.credits import credits_left
from tenants.people.seats import SeatsUnknown


@dataclass(frozen=True)
class Overview(Rights):
    """What the page about the plan says, besides."""

    @cached_property
    def account(self) -> BillingAccount | None:
        return db.session.get(BillingAccount, self.company.id)

    @property
    def can_pay_online(self) -> bool:
        return payments.are_on()

    @cached_property
    def seated(self) -> int | None:
        """How many are online; None while nobody can tell."""
        try:
            return self.company.seats_taken
        except SeatsUnknown:
            return None

    @cached_property
    def wallet(self) -> Purse | None:
        """None until the company has a currency."""
        account = self.account
        return Purse.wallet(self.company.id, account.currency) if account and account.currency else None

    @property
    def wallet_spoken(self) -> str:
        return spoken(self.wallet.available, self.wallet.unit) if self.wallet else spoken(0, currency_for(self.company))

    @cached_property
    def debt(self) -> str:
        """What is owed, in words; empty when nothing is."""
        return spoken(self.wallet.debt, self.wallet.unit) if self.wallet and self.wallet.debt else ""

    @cached_property
    def sms_credits(self) -> int:
        return credits_left(self.company)

    @cached_property
    def vouchers(self) -> list[Voucher]:
        return Voucher.in_drawer_of(self.company)

    @cached_property
    def unpaid_orders(self) -> list[Order]:
        """Those somebody began to pay, newest first."""
        mine = sa.select(Order).where(Order.company_id == self.company.id)
        return list(db.session.scalars(mine.where(Order.status.in_(("open", "waiting_for_payment"))).order_by(Order.id.desc())))

    @property
    def owes_invoice(self) -> bool:
        """Whether an invoice of the subscription is open."""
        return self.subscription is not None and self.subscription.invoice_id is not None

    @property
    def invoice_due(self) -> str:
        subscription = self.subscription
        return spoken(subscription.invoice_due or 0, subscription.currency)

    @property
    def grace_until(self) -> datetime | None:
        """Until when everything works although a payment failed."""
        mine = [grant for grant in self.grants if grant.rights.get("in_grace")]
        return max((grant.valid_until for grant in mine), default=None)

    @property
    def renewal(self) -> str:
        """What the next invoice will be, as far as is known now."""
        subscription = self.subscription
        seats = subscription.pending_quantity or subscription.seats
        each = subscription.product.price_in(subscription.currency)
        return ngettext(
            "%(num)s seat × %(each)s = %(total)s",
            "%(num)s seats × %(each)s = %(total)s",
            seats,
            each=spoken(each, subscription.currency),
            total=spoken(each * seats, subscription.currency),
        )

    @property
    def prepaid_until(self) -> datetime | None:
        """Until when a plan has been paid ahead."""
        terms = [grant for grant in self.grants if grant.product.startswith("professional:term")]
        return max((grant.valid_until for grant in terms), default=None)
