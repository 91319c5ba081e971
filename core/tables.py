"""Tables to take away, as files that a spreadsheet opens."""

import csv
import io
from collections.abc import Iterable

from flask import Response

# A spreadsheet takes a cell that begins so for a formula, and runs it (CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_file(name: str, heads: Iterable[str], rows: Iterable[Iterable]) -> Response:
    """A download named `name`.  The mark in front lets Excel read Chinese."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(map(str, heads))
    table.writerows([_harmless(cell) for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + written.getvalue(), mimetype="text/csv", headers=headers)


def _harmless(cell) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
