"""From one day to another, in steps of days or months: what figures are drawn along."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

# Longer than this is shown by months.
BY_DAY = 62
DEFAULT_MONTHS = 12


class Span(NamedTuple):
    """Both days included, as they are in `zone`."""

    since: date
    until: date
    zone: str = "UTC"

    @classmethod
    def last_months(cls, today: date, zone: str = "UTC") -> "Span":
        """The last DEFAULT_MONTHS months up to today, the first from its beginning."""
        months = today.year * 12 + today.month - DEFAULT_MONTHS
        return cls(date(months // 12, months % 12 + 1, 1), today, zone)

    @property
    def step(self) -> str:
        return "day" if (self.until - self.since).days < BY_DAY else "month"

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.since, time(), ZoneInfo(self.zone))

    @property
    def ends(self) -> datetime:
        """Not included."""
        return datetime.combine(self.until + timedelta(days=1), time(), ZoneInfo(self.zone))

    def steps(self) -> list[date]:
        """The first day of each step."""
        days = (self.since + timedelta(days=number) for number in range((self.until - self.since).days + 1))
        return sorted({self.step_with(day) for day in days})

    def step_with(self, day: date) -> date:
        """The first day of the step a day falls into."""
        return day if self.step == "day" else day.replace(day=1)

    def step_of(self, moment: sa.ColumnElement) -> sa.ColumnElement:
        """The first day of the step a moment falls into, in the span's zone."""
        return sa.cast(sa.func.date_trunc(self.step, sa.func.timezone(self.zone, moment)), sa.Date)

    def step_of_day(self, day: sa.ColumnElement) -> sa.ColumnElement:
        return sa.cast(sa.func.date_trunc(self.step, sa.cast(day, sa.DateTime)), sa.Date)

    def holds(self, moment: sa.ColumnElement) -> sa.ColumnElement:
        return sa.and_(moment >= self.begins, moment < self.ends)
