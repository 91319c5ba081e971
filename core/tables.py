"""Tables to take away, as files that a spreadsheet opens."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

import xlsxwriter
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


def xlsx_file(name: str, heads: Iterable[str], rows: Iterable[Iterable]) -> Response:
    """The same for Excel: numbers are numbers, times are times (in UTC), and nothing is a formula."""
    written = io.BytesIO()
    # Row by row to the disk: a long table must not be held in memory.
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd hh:mm:ss",
    }
    with xlsxwriter.Workbook(written, options) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [str(head) for head in heads], book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, [_plain(cell) for cell in row])
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return Response(written.getvalue(), mimetype=kind, headers=headers)


def _plain(cell):
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).replace(tzinfo=None)
    return cell if cell is None or isinstance(cell, int | float | Decimal) else str(cell)


def _harmless(cell) -> str:
    if isinstance(cell, int | Decimal):
        return str(cell)
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
