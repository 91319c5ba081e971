"""Each figure as columns over the rows of one query: its chart, its table and its file all read the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from babel.dates import format_skeleton
from flask_babel import format_date, format_decimal, format_percent, get_locale
from flask_babel import lazy_gettext as _l

from billing.figures import Revenue, revenue_in, sms_in, trials_in
from billing.money import as_decimal, spoken
from billing.recurring_changes import recurring_in
from billing.spans import Span
from billing.state_names import PRODUCT_KINDS


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
    """`split_by` is the column whose values are a series each."""

    name: str
    title: str
    text: str
    columns: Sequence[Column]
    lines: Sequence[Line]
    split_by: int | None = None
    has_total: bool = False

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
        days = self.span.steps()
        return {"unit": unit, "step": self.span.step, "days": [day.isoformat() for day in days], "series": self._series(days)}

    def _series(self, days: list[date]) -> list[dict]:
        by = self.figure.split_by
        if by is None:
            return [self._one(line, self.figure.columns[line.column].title, self.rows, days) for line in self.figure.lines]
        [line], parts = self.figure.lines, self.figure.columns[by]
        names = dict.fromkeys(parts.value(row) for row in self.rows)
        return [self._one(line, name, [row for row in self.rows if parts.value(row) == name], days) for name in names]

    def _one(self, line: Line, name: str, rows: list, days: list[date]) -> dict:
        column = self.figure.columns[line.column]
        values = {row.begins: column.value(row) for row in rows}
        drawn = [self._number(column, values.get(day)) for day in days]
        signed = [None if value is None else line.sign * value for value in drawn]
        return {"name": str(name), "values": signed, "stack": line.stack, "line": line.is_line}

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
        if column.kind == "money":
            return None if value is None else as_decimal(round(value), self.currency)
        if column.kind == "share":
            return None if value is None else Decimal(str(round(value, 4)))
        return str(value) if column.kind == "text" else value


_STEP = Column(_l("Period"), "step", lambda row: row.begins)
REVENUE = Figure(
    "revenue", _l("Revenue"),
    _l("What companies bought by card, app or from their wallets, by kind of product, less what was refunded and what was lost in disputes. Each is counted when it is in the books. Top-ups are not revenue: the money is still the company's. What we give away is none."),
    (
        _STEP,
        Column(_l("Kind"), "text", lambda row: str(PRODUCT_KINDS[row.kind])),
        Column(_l("Sold"), "money", lambda row: row.sold),
        Column(_l("Refunded"), "money", lambda row: row.refunded),
        Column(_l("Lost in disputes"), "money", lambda row: row.disputed),
        Column(_l("Net"), "money", lambda row: row.net),
    ),
    (Line(5, stack="net"),),
    split_by=1,
    has_total=True,
)  # fmt: skip
RECURRING = Figure(
    "recurring", _l("Monthly recurring revenue (MRR)"),
    _l("The running subscriptions at the prices they were bought for; a yearly one counts a twelfth. New: began to pay, or came back. Expansion: pays more than the day before. Contraction: pays less. Churned: stopped. A failed payment counts until the subscription ends. Days are in UTC; the history begins with the first day it was looked at. What is paid ahead without a subscription stands under revenue only."),
    (
        _STEP,
        Column(_l("At the beginning"), "money", lambda row: row.start),
        Column(_l("New business"), "money", lambda row: row.new),
        Column(_l("Expansion"), "money", lambda row: row.expansion),
        Column(_l("Contraction"), "money", lambda row: row.contraction),
        Column(_l("Churned"), "money", lambda row: row.churned),
        Column(_l("MRR at the end"), "money", lambda row: row.end),
    ),
    (
        Line(2, stack="moved"), Line(3, stack="moved"), Line(4, stack="moved", sign=-1), Line(5, stack="moved", sign=-1),
        Line(6, is_line=True),
    ),
)  # fmt: skip
CHURN = Figure(
    "churn", _l("Churn"),
    _l("Companies: of those that paid at the beginning, how many stopped. Money: of the MRR at the beginning, what went with those that stopped or pay less; growth elsewhere is not set against it."),
    (
        _STEP,
        Column(_l("Paying at the beginning"), "count", lambda row: row.companies_start),
        Column(_l("Began paying"), "count", lambda row: row.joined),
        Column(_l("Stopped"), "count", lambda row: row.left),
        Column(_l("Churn of companies"), "share", lambda row: row.left_share),
        Column(_l("Churn of MRR"), "share", lambda row: row.lost_share),
    ),
    (Line(4, is_line=True), Line(5, is_line=True)),
)  # fmt: skip
ARPU = Figure(
    "arpu", _l("Average per paying company (ARPU)"),
    _l("The MRR at the end of each period, divided by the companies that pay it then."),
    (
        _STEP,
        Column(_l("MRR at the end"), "money", lambda row: row.end),
        Column(_l("Paying companies"), "count", lambda row: row.companies),
        Column(_l("Average"), "money", lambda row: row.each),
    ),
    (Line(3, is_line=True),),
)  # fmt: skip
TRIALS = Figure(
    "trials", _l("Trial conversion"),
    _l("The trials that began in each period, whatever the currency. Bought: paid for a subscription or a plan ahead at any time since. Undecided: the trial runs. The share is of those that are decided."),
    (
        _STEP,
        Column(_l("Trials begun"), "count", lambda row: row.begun),
        Column(_l("Bought"), "count", lambda row: row.bought),
        Column(_l("Undecided"), "count", lambda row: row.running),
        Column(_l("Went on free"), "count", lambda row: row.begun - row.bought - row.running),
        Column(_l("Conversion"), "share", lambda row: row.share),
    ),
    (Line(2, stack="trials"), Line(3, stack="trials"), Line(4, stack="trials")),
    has_total=True,
)  # fmt: skip
SMS = Figure(
    "sms", _l("SMS credits"),
    _l("Credits sold less those returned, what was paid for them less refunds, and the credits used. What the gateways charge us is not known here, so no margin is shown: compare the credits used with their invoices."),
    (
        _STEP,
        Column(_l("Credits sold"), "count", lambda row: row.sold),
        Column(_l("Paid for them"), "money", lambda row: row.value),
        Column(_l("Average of one credit"), "money", lambda row: row.each),
        Column(_l("Credits used"), "count", lambda row: row.used),
    ),
    (Line(1), Line(4)),
)  # fmt: skip
FIGURES = {figure.name: figure for figure in (REVENUE, RECURRING, CHURN, ARPU, TRIALS, SMS)}


def drawn_in(span: Span, currency: str, names: Sequence[str] = tuple(FIGURES)) -> list[Drawn]:
    """The named figures, each from one query."""
    revenue: list[Revenue] = revenue_in(span, currency) if {"revenue", "sms"} & {*names} else []
    recurring = recurring_in(span, currency) if {"recurring", "churn", "arpu"} & {*names} else []
    rows = {
        "revenue": lambda: revenue,
        "recurring": lambda: recurring,
        "churn": lambda: recurring,
        "arpu": lambda: recurring,
        "trials": lambda: trials_in(span),
        "sms": lambda: sms_in(span, currency, revenue),
    }
    return [FIGURES[name].over(rows[name](), span, currency) for name in names]
