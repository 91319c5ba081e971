"""The statement as a page shows it, the company's own and the operators': filtered by the address, drawn, to take away."""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from flask import Response
from flask_babel import gettext as _

from billing.money import as_decimal, spoken
from billing.statement import HEADS, KINDS, Filter, Row, chart_of, export_rows, rows_of, units_of
from core.clock import now
from core.forms import Form
from core.periods import Period, zone
from core.tables import csv_file, xlsx_file
from tenants.companies.company import Company

ROWS = 50
DRAWN = timedelta(days=90)


@dataclass(frozen=True)
class StatementPage:
    """What billing/_statement.html asks.  `asked` is the address: a date that is none is told beside its field."""

    company: Company
    asked: Form
    KINDS: dict = field(default_factory=lambda: KINDS)

    @cached_property
    def only(self) -> Filter:
        period = Period.asked_for(self.asked)
        return Filter(
            kind=self.asked.choice("kind", KINDS),
            unit=self.asked.choice("unit", self.units),
            since=period.since,
            until=period.until,
            order_no=self.asked.text("order_no", 40),
        )

    @cached_property
    def units(self) -> list[str]:
        return units_of(self.company)

    @property
    def unit(self) -> str:
        """What is drawn."""
        return self.only.unit or next(iter(self.units), "")

    @property
    def rows(self) -> list[Row]:
        """A page ends between two movements: the next one asks for what came before the last it saw."""
        found = self._found
        if len(found) <= ROWS:
            return found
        return [row for row in found[:ROWS] if row.id != found[ROWS].id] or found[:ROWS]

    @property
    def older(self) -> int | None:
        """Where the next page begins, if there is one."""
        return self.rows[-1].id if len(self._found) > ROWS else None

    @property
    def kept(self) -> dict[str, str]:
        """The filters, for the addresses of the next page and the files."""
        return {name: value for name, value in self.asked.typed.items() if name != "before" and value}

    @cached_property
    def days(self) -> list[tuple[date, int, int]]:
        """Each day's income and expense, of the days asked for or the last DRAWN."""
        if not self.unit:
            return []
        until = self.only.until or now()
        return chart_of(self.company, self.unit, self.only.since or until - DRAWN, until, str(zone()))

    @property
    def chart(self) -> str:
        """For frontend/src/pages/chart.ts; amounts as the numbers people read."""
        return json.dumps(
            {
                "unit": self.unit,
                "days": [day.isoformat() for day, _income, _expense in self.days],
                "series": [
                    {"name": _("Income"), "values": [float(as_decimal(came, self.unit)) for _day, came, _went in self.days]},
                    {"name": _("Expense"), "values": [float(as_decimal(went, self.unit)) for _day, _came, went in self.days]},
                ],
            }
        )

    def spoken(self, amount: int, unit: str) -> str:
        return spoken(amount, unit)

    def as_file(self, kind: str) -> Response:
        """All of it, as "csv" or "xlsx"."""
        write = csv_file if kind == "csv" else xlsx_file
        name = f"{self.company.company_id}-statement-{now():%Y-%m-%d}.{kind}"
        return write(name, HEADS, export_rows(self.company, self.only))

    @cached_property
    def _found(self) -> list[Row]:
        return rows_of(self.company, self.only, before=self.asked.id("before"), at_most=ROWS + 1)
