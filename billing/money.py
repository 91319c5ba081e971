"""Money in whole minor units ("199.00 CNY" is 19900), never a float.  SMS credits are a unit like any currency."""

import re
from collections.abc import Sequence
from decimal import Decimal

from flask_babel import format_currency, format_decimal

# Where the decimal point stands (ISO 4217).  What is not in it cannot be used: no guess is right for every currency.
EXPONENTS = {"CNY": 2, "USD": 2, "EUR": 2, "HKD": 2, "TWD": 2, "JPY": 0, "KRW": 0, "KWD": 3}
SMS = "SMS"
# The price lists there are.
CURRENCIES = ("CNY", "USD")
_AMOUNT = re.compile(r"(?P<whole>[0-9]{1,12}|[0-9]{1,3}(,[0-9]{3}){1,3})(\.(?P<decimals>[0-9]+))?", re.ASCII)


def as_decimal(amount: int, unit: str) -> Decimal:
    """19900 CNY → Decimal("199.00"); SMS credits have no fractions."""
    return Decimal(amount) if unit == SMS else Decimal(amount).scaleb(-EXPONENTS[unit])


def spoken(amount: int, unit: str) -> str:
    """The amount as the reader's language writes it: "¥199.00", "120"."""
    value = as_decimal(amount, unit)
    return format_decimal(value) if unit == SMS else format_currency(value, unit)


def typed_amount(text: str, unit: str) -> int | None:
    """What somebody typed in whole units ("1,234.50") as minor ones; None when it is no amount of that currency.

    A comma may only part thousands: "1,50" is somebody's decimal comma, and no guess is right for it.
    """
    found = _AMOUNT.fullmatch(text.strip())
    decimals = found["decimals"] or "" if found else ""
    if found is None or len(decimals) > EXPONENTS[unit]:
        return None
    return int(found["whole"].replace(",", "") + decimals.ljust(EXPONENTS[unit], "0"))


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """Parts of an amount in the proportion of `weights`, which always sum to it (largest remainder)."""
    total = sum(weights)
    if not total:
        return [amount] + [0] * (len(weights) - 1) if weights else []
    parts = [amount * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: amount * weights[index] % total, reverse=True)
    for index in by_remainder[: amount - sum(parts)]:
        parts[index] += 1
    return parts
