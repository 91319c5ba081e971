"""The account statement: every income and expense, filtered, drawn, and to take away (F-04)."""

import json
from datetime import date, timedelta

from flask import Blueprint, g, render_template, request
from flask_babel import gettext as _

from billing.money import as_decimal, spoken
from billing.statement import HEADS, KINDS, Filter, Row, chart_of, export_rows, rows_of, units_of
from core.clock import now
from core.forms import Form
from core.periods import Period, zone
from core.tables import csv_file, xlsx_file
from tenants.current import needs

plan_statement = Blueprint("plan_statement", __name__, url_prefix="/manage/plan/statement")

ROWS = 50
DRAWN = timedelta(days=90)


@plan_statement.get("")
@needs("billing.manage")
def index():
    asked = Form(request.args)
    only, units = _filter(asked), units_of(g.company)
    found = rows_of(g.company, only, before=asked.id("before"), at_most=ROWS + 1)
    shown = _whole_movements(found)
    unit = only.unit or next(iter(units), "")
    days = _drawn(only, unit)
    return render_template(
        "manage/plan_statement/index.html",
        asked=asked,
        rows=shown,
        older=shown[-1].id if len(found) > ROWS else None,
        units=units,
        unit=unit,
        days=days,
        chart=_chart(days, unit),
        kept={name: value for name, value in request.args.items() if name != "before" and value},
        KINDS=KINDS,
        spoken=spoken,
    )


@plan_statement.get("/statement.csv")
@needs("billing.manage")
def export_csv():
    return csv_file(f"{_file_name()}.csv", HEADS, export_rows(g.company, _filter(Form(request.args))))


@plan_statement.get("/statement.xlsx")
@needs("billing.manage")
def export_xlsx():
    return xlsx_file(f"{_file_name()}.xlsx", HEADS, export_rows(g.company, _filter(Form(request.args))))


def _file_name() -> str:
    return f"{g.company.company_id}-statement-{now():%Y-%m-%d}"


def _filter(asked: Form) -> Filter:
    """What somebody wants to see; a date that is none is told beside its field."""
    period = Period.asked_for(asked)
    return Filter(
        kind=asked.choice("kind", KINDS),
        unit=asked.choice("unit", units_of(g.company)),
        since=period.since,
        until=period.until,
        order_no=asked.text("order_no", 40),
    )


def _whole_movements(found: list[Row]) -> list[Row]:
    """A page ends between two movements: the next one asks for what came before the last it saw."""
    if len(found) <= ROWS:
        return found
    return [row for row in found[:ROWS] if row.id != found[ROWS].id] or found[:ROWS]


def _drawn(only: Filter, unit: str) -> list[tuple[date, int, int]]:
    """Each day's income and expense, of the days asked for or the last DRAWN."""
    if not unit:
        return []
    until = only.until or now()
    return chart_of(g.company, unit, only.since or until - DRAWN, until, str(zone()))


def _chart(days: list[tuple[date, int, int]], unit: str) -> str:
    """For frontend/src/pages/chart.ts; amounts as the numbers people read."""
    return json.dumps(
        {
            "unit": unit,
            "days": [day.isoformat() for day, _income, _expense in days],
            "series": [
                {"name": _("Income"), "values": [float(as_decimal(income, unit)) for _day, income, _expense in days]},
                {"name": _("Expense"), "values": [float(as_decimal(expense, unit)) for _day, _income, expense in days]},
            ],
        }
    )
