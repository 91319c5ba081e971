"""SMS rates as a file: a country and its credits in each line."""

import csv
import io

import phonenumbers
from flask_babel import gettext as _

from core.errors import Invalid
from sms.rates import ELSEWHERE

HEADS = ("country", "credits")
# How a file calls the countries without a rate of their own.
OTHERS = "*"
MOST, ROWS_AT_MOST = 1000, 400


def rates_in(text: str) -> dict[str, int]:
    """Credits by country.  Raises Invalid with the line that cannot be read."""
    lines = [(number, row) for number, row in enumerate(csv.reader(io.StringIO(text)), start=1) if any(row)]
    if lines and tuple(cell.strip().lower() for cell in lines[0][1]) == HEADS:
        lines = lines[1:]
    if not 1 <= len(lines) <= ROWS_AT_MOST:
        raise Invalid(file=_("The file has no rates, or more than %(most)s.", most=ROWS_AT_MOST))
    return dict(_rate(number, [cell.strip() for cell in row]) for number, row in lines)


def is_country(code: str) -> bool:
    """Whether these are the two letters of one ("CN")."""
    return code in phonenumbers.SUPPORTED_REGIONS


def _rate(line: int, cells: list[str]) -> tuple[str, int]:
    country, credits = [*cells, "", ""][:2]
    if country != OTHERS and not is_country(country.upper()):
        raise _odd(line, _("%(word)s is no country.", word=country[:20]))
    if not (credits.isascii() and credits.isdecimal() and 1 <= int(credits[:6]) <= MOST):
        raise _odd(line, _("%(word)s is no number of credits from 1 to %(most)s.", word=credits[:20], most=MOST))
    return ELSEWHERE if country == OTHERS else country.upper(), int(credits)


def _odd(line: int, text: str) -> Invalid:
    return Invalid(file=_("Line %(line)s: %(text)s", line=line, text=text))
