"""What rights would cost if they were bought: enough to ask whether one person may give them away alone."""

from collections.abc import Mapping

from billing.products import NotForSale, Product

DAYS_A_MONTH, MONTHS_A_YEAR = 30, 12


def worth_of(rights: Mapping, days: int | None, currency: str) -> int:
    """Minor units; what has no end counts for a year, what is not for sale counts nothing."""
    months = MONTHS_A_YEAR if days is None else -(-days // DAYS_A_MONTH)
    years = -(-months // MONTHS_A_YEAR)
    # A plan brings its own features.
    flags = [] if "plan" in rights else rights.get("flags", ())
    return sum(
        (
            _price("professional:term:1", currency) * rights.get("seats", 0) * months,
            _price("seats:1", currency) * rights.get("more_seats", 0) * months,
            _price("style_voucher", currency) * rights.get("more_styles", 0) * years,
            sum(_price(f"feature:{flag}", currency) for flag in flags) * years,
        )
    )


def _price(code: str, currency: str) -> int:
    try:
        return Product.on_sale(code).price_in(currency)
    except NotForSale:
        return 0
