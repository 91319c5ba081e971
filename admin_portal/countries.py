"""How countries are called."""

from flask_babel import get_locale
from flask_babel import gettext as _

from sms.rates import ELSEWHERE

# How an address and a file call the countries without a row of their own.
OTHERS = "*"


def country_name(country: str) -> str:
    """In the reader's language."""
    if country == ELSEWHERE:
        return _("All other countries")
    return get_locale().territories.get(country, country)
