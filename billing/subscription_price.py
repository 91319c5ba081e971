"""What a subscription brings each month, as the provider lists it: all its items, their quantities and discounts.

We sell subscriptions of one item, without discounts (billing/checkouts.py); what stands there besides was put there at the
Dashboard.  What is paid once, or by use, is no recurring income.
"""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from billing import payments
from core.clock import now

# How long what is billed each day or week is, in months.
MONTHS = {"day": Decimal(12) / 365, "week": Decimal(12) / 52, "month": Decimal(1), "year": Decimal(12)}


class Off(NamedTuple):
    """What a discount takes away each time: a part of one, and minor units."""

    share: Decimal
    amount: Decimal

    def from_(self, amount: Decimal, months: Decimal) -> Decimal:
        return max(amount * (1 - self.share) - self.amount / months, Decimal(0))


def own_item(said: Mapping, known_id: str | None) -> dict:
    """The item we sold, among others that may stand beside it; of one we do not know yet, the first."""
    items = said["items"]["data"]
    return next((item for item in items if item["id"] == known_id), items[0])


def monthly_of(said: Mapping, item_id: str, quantity: int) -> int:
    """Minor units, before tax; `quantity` is how many of the item we sold are paid for now.  Raises ProviderAway."""
    items = said["items"]["data"]
    amounts = [_monthly(item, quantity if item["id"] == item_id else item.get("quantity") or 0) for item in items]
    months = _months(own_item(said, item_id)["price"])
    left = _after(_discounts(said), sum(amounts), months)
    return int(left.quantize(Decimal(1), ROUND_HALF_UP))


def _monthly(item: Mapping, quantity: int) -> Decimal:
    price = item["price"]
    each = Decimal(price.get("unit_amount_decimal") or price["unit_amount"] or 0)
    return _after(_discounts(item), each * quantity / _months(price), _months(price))


def _months(price: Mapping) -> Decimal:
    rhythm = price["recurring"]
    return MONTHS[rhythm["interval"]] * rhythm["interval_count"]


def _after(discounts: Iterable[Off], amount: Decimal, months: Decimal) -> Decimal:
    for off in discounts:
        amount = off.from_(amount, months)
    return amount


def _discounts(said: Mapping) -> Iterable[Off]:
    """Those that come again with the next invoice."""
    for discount in said.get("discounts") or ():
        coupon = payments.coupon(discount["source"]["coupon"])
        is_over = discount["end"] is not None and payments.moment(discount["end"]) <= now()
        if coupon["duration"] != "once" and not is_over:
            yield Off(Decimal(str(coupon["percent_off"] or 0)) / 100, Decimal(coupon["amount_off"] or 0))
