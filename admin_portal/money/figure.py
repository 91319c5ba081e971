"""A figure: columns over the rows of one query, so that its chart, its table and its file all read the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from babel.dates import format_skeleton
from flask_babel import format_date, format_decimal, format_percent, get_locale

from billing.money import as_decimal, spoken
from billing.spans import Span


class Column(NamedTuple):
    """`kind` says how its values are written: step, text, money, count or share (of one)."""

    title: str
    kind: str
    value: Callable

    @property
    def is_number(self) -> bool:
        return self.kind in ("money", "count", "share")


class Line(NamedTuple):
    """What is drawn of a column: bars, bars upon each other (`stack`), or a line.  `sign` turns what is lost downwards."""

    column: int
    stack: str = ""
    is_line: bool = False
    sign: int = 1


@dataclass(frozen=True)
class Figure:
    """`split_by` is the column whose values are a series each; a table that `is_wide` stands under its chart."""

    name: str
    title: str
    text: str
    columns: Sequence[Column]
    lines: Sequence[Line]
    split_by: int | None = None
    has_total: bool = False
    is_wide: bool = False

    def over(self, rows: Sequence, span: Span, currency: str) -> "Drawn":
        return Drawn(self, list(rows), span, currency)


@dataclass(frozen=True)
class Drawn:
    """A figure with its rows."""

    figure: Figure
    rows: list
    span: Span
    currency: str

    def spoken(self, column: Column, row) -> str:
        """A cell of the table."""
        return self._spoken(column, column.value(row))

    def spoken_total(self, column: Column) -> str:
        """A cell of its last line; nothing where a sum says nothing."""
        if column.kind not in ("money", "count"):
            return ""
        return self._spoken(column, sum(column.value(row) or 0 for row in self.rows))

    @property
    def heads(self) -> list[str]:
        """Of the file: amounts with their currency."""
        return [
            f"{column.title} ({self.currency})" if column.kind == "money" else str(column.title)
            for column in self.figure.columns
        ]

    @property
    def cells(self) -> list[list]:
        """Of the file, amounts as exact decimals."""
        return [[self._plain(column, column.value(row)) for column in self.figure.columns] for row in self.rows]

    @property
    def chart(self) -> dict:
        """For frontend/src/pages/chart.ts."""
        drawn = [self.figure.columns[line.column] for line in self.figure.lines]
        unit = {"money": self.currency, "share": "%"}.get(drawn[0].kind, "")
        if self.figure.columns[0].kind == "step":
            step, places = self.span.step, self.span.steps()
        else:
            step, places = "name", [self._place(row) for row in self.rows]
        return {"unit": unit, "step": step, "days": [str(place) for place in places], "series": self._series(places)}

    def _series(self, places: list) -> list[dict]:
        by = self.figure.split_by
        if by is None:
            return [self._one(line, self.figure.columns[line.column].title, self.rows, places) for line in self.figure.lines]
        [line], parts = self.figure.lines, self.figure.columns[by]
        names = dict.fromkeys(parts.value(row) for row in self.rows)
        return [self._one(line, name, [row for row in self.rows if parts.value(row) == name], places) for name in names]

    def _one(self, line: Line, name: str, rows: list, places: list) -> dict:
        column = self.figure.columns[line.column]
        values = {self._place(row): column.value(row) for row in rows}
        drawn = [self._number(column, values.get(place)) for place in places]
        signed = [None if value is None else line.sign * value for value in drawn]
        return {"name": str(name), "values": signed, "stack": line.stack, "line": line.is_line}

    def _place(self, row):
        """Where it stands along the chart."""
        return self.figure.columns[0].value(row)

    def _number(self, column: Column, value) -> float | None:
        if column.kind == "share":
            return None if value is None else round(value, 4)
        return float(as_decimal(value or 0, self.currency)) if column.kind == "money" else value or 0

    def _spoken(self, column: Column, value) -> str:
        if value is None:
            return "–"
        if column.kind == "money":
            return spoken(round(value), self.currency)
        if column.kind == "count":
            return format_decimal(value)
        if column.kind == "share":
            return format_percent(value, "#,##0.0%")
        return self._step(value) if column.kind == "step" else str(value)

    def _step(self, begins: date) -> str:
        return (
            format_skeleton("yMMM", begins, locale=get_locale()) if self.span.step == "month" else format_date(begins, "medium")
        )

    def _plain(self, column: Column, value):
        if value is None:
            return None
        if column.kind == "money":
            return as_decimal(round(value), self.currency)
        if column.kind == "share":
            return Decimal(str(round(value, 4)))
        return str(value) if column.kind == "text" else value
