"""Buying from the wallet: the money and the goods change hands in one transaction."""

from collections.abc import Mapping

from flask_babel import gettext as _

from billing.accounts import BillingAccount
from billing.money import CURRENCIES
from billing.orders import Order, place_order
from billing.purses import REVENUE, Purse
from core.errors import Invalid
from tenants.companies.company import Company

NOT_FROM_WALLET = ("subscription", "topup")


def buy_from_wallet(company: Company, cart: Mapping[str, int], key: str, actor: str = "") -> Order:
    """Order and pay at once.  `key` comes from the form: a double click buys once.  Raises NotEnough, Invalid, NotForSale."""
    currency = BillingAccount.of(company).currency or CURRENCIES[0]
    order = place_order(company, cart, currency, key=key)
    pay_from_wallet(order, actor)
    return order


def pay_from_wallet(order: Order, actor: str = "") -> None:
    """Pay an order with what is in the wallet; one that is paid stays as it is.  Raises NotEnough, Invalid."""
    order.lock()
    if order.is_paid:
        return
    if any(line.product.kind in NOT_FROM_WALLET for line in order.lines):
        raise Invalid(cart=_("This cannot be paid from the wallet."))
    wallet = Purse.wallet(order.company_id, order.currency)
    about = {"order_no": order.order_no, "actor": actor or "system"}
    spent = wallet.spend(order.total, REVENUE, f"wallet:{order.order_no}", "wallet_purchase", **about)
    order.fulfil(payment=f"wallet:{spent.id}")
