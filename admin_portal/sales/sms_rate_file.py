"""SMS rates as a file: a country and its credits in each line."""

from flask_babel import gettext as _

from admin_portal.countries import OTHERS
from admin_portal.sales.price_files import is_country, no_country, odd_line, rows_in
from sms.rates import ELSEWHERE

HEADS = ("country", "credits")
MOST = 1000


def rates_in(text: str) -> dict[str, int]:
    """Credits by country.  Raises Invalid with the line that cannot be read."""
    return dict(_rate(number, *row) for number, row in rows_in(text, HEADS))


def _rate(line: int, country: str, credits: str) -> tuple[str, int]:
    if country != OTHERS and not is_country(country.upper()):
        raise odd_line(line, no_country(country))
    if not (credits.isascii() and credits.isdecimal() and 1 <= int(credits[:6]) <= MOST):
        raise odd_line(line, _("%(word)s is no number of credits from 1 to %(most)s.", word=credits[:20], most=MOST))
    return ELSEWHERE if country == OTHERS else country.upper(), int(credits)
