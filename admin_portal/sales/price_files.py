"""Files of prices and costs: a heading, and a row for each."""

import csv
import io
from collections.abc import Sequence

import phonenumbers
from flask_babel import gettext as _

from core.errors import Invalid

ROWS_AT_MOST = 400


def rows_in(text: str, heads: Sequence[str]) -> list[tuple[int, list[str]]]:
    """Each line that has something in it, by its number, with a cell for each heading; the heading itself may be missing.

    Raises Invalid(file=…) for none, too many, or what is no table.
    """
    lines = [(number, row) for number, row in enumerate(_cells(text), start=1) if any(row)]
    if lines and tuple(cell.strip().lower() for cell in lines[0][1]) == tuple(heads):
        lines = lines[1:]
    if not 1 <= len(lines) <= ROWS_AT_MOST:
        raise Invalid(file=_("The file has no rows, or more than %(most)s.", most=ROWS_AT_MOST))
    return [(number, [cell.strip() for cell in [*row, *[""] * len(heads)][: len(heads)]]) for number, row in lines]


def is_country(code: str) -> bool:
    """Whether these are the two letters of one ("CN")."""
    return code in phonenumbers.SUPPORTED_REGIONS


def no_country(word: str) -> str:
    return _("%(word)s is no country.", word=word[:20])


def odd_line(line: int, text: str) -> Invalid:
    return Invalid(file=_("Line %(line)s: %(text)s", line=line, text=text))


def _cells(text: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=None)))
    except csv.Error:
        raise Invalid(file=_("This is no CSV file.")) from None
