"""A calendar of opening hours while somebody types it: what was typed stays as it was, whatever is wrong with it."""

import re
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from chat.styles.calendars import PERIODS_OF_A_DAY, WEEK, Calendar, Period, SpecialDays, clock_time
from core.forms import Form
from core.text import tidy

NAME_AT_MOST = 60
# As much as a form may carry; Hours says how many may be kept.
ROWS_AT_MOST = 400
_TIME = re.compile("([01][0-9]|2[0-3]):([0-5][0-9])(:00)?")
OFFICE_HOURS = ("09:00", "18:00")


@dataclass
class TypedPeriods:
    """The periods of one day, as pairs of texts.  A pair of empty ones is none."""

    pairs: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, periods: tuple[Period, ...]) -> "TypedPeriods":
        return cls([(clock_time(period.begins), clock_time(period.ends)) for period in periods])

    @classmethod
    def typed(cls, typed: MultiDict, name: str) -> "TypedPeriods":
        begins, ends = typed.getlist(f"begins-{name}"), typed.getlist(f"ends-{name}")
        return cls(list(zip(begins, ends, strict=False))[:PERIODS_OF_A_DAY])

    @property
    def has_room(self) -> bool:
        return len(self.pairs) < PERIODS_OF_A_DAY

    @property
    def periods(self) -> tuple[Period, ...] | None:
        """In their order; None for what is no time of the day."""
        filled_in = [pair for pair in self.pairs if any(pair)]
        if not all(_TIME.fullmatch(text) for pair in filled_in for text in pair):
            return None
        return tuple(sorted(Period(_minute(begins), _minute(ends)) for begins, ends in filled_in))

    def add(self) -> None:
        """Another one: office hours first, then an hour after the last one."""
        last = self.periods[-1] if self.periods else None
        begins = min(last.end + 60, 23 * 60) if last else 0
        self.pairs.append((clock_time(begins), clock_time(min(begins + 120, 23 * 60 + 59))) if last else OFFICE_HOURS)

    def remove(self, at: int) -> None:
        del self.pairs[at : at + 1]


@dataclass
class TypedDays:
    """One row of holidays and exceptions.  `kind`: "closed", "hours", or a weekday's number, whose hours it has."""

    key: str
    first: str = ""
    last: str = ""
    name: str = ""
    kind: str = "closed"
    hours: TypedPeriods = field(default_factory=TypedPeriods)
    is_yearly: bool = False

    @classmethod
    def of(cls, key: str, days: SpecialDays) -> "TypedDays":
        kind = str(days.like) if days.like is not None else "closed" if days.is_closed else "hours"
        last = days.last.isoformat() if days.last != days.first else ""
        hours = TypedPeriods.of(days.periods)
        return cls(key, days.first.isoformat(), last, days.name, kind, hours, days.is_yearly)

    @classmethod
    def typed(cls, typed: MultiDict, key: str) -> "TypedDays":
        first, last, name, kind = (typed.get(f"{what}-{key}", "") for what in ("first", "last", "name", "kind"))
        return cls(key, first, last, name, kind, TypedPeriods.typed(typed, key), bool(typed.get(f"yearly-{key}")))

    @property
    def is_empty(self) -> bool:
        return not self.first and not self.name

    @property
    def days(self) -> SpecialDays | None:
        """None for what makes no sense yet."""
        first, last = _date(self.first), _date(self.last or self.first)
        periods = self.hours.periods if self.kind == "hours" else ()
        if first is None or last is None or last < first or periods is None or (self.kind == "hours" and not periods):
            return None
        like = int(self.kind) if self.kind in map(str, range(WEEK)) else None
        return SpecialDays(first, last, tidy(self.name, NAME_AT_MOST), periods, like, self.is_yearly)


class CalendarForm:
    """The week and the special days."""

    def __init__(self, week: list[TypedPeriods], special: list[TypedDays]):
        self.week, self.special = week, special

    @classmethod
    def of(cls, calendar: Calendar | None) -> "CalendarForm":
        """A calendar to be changed; None: office hours, to begin with."""
        if calendar is None:
            return cls([TypedPeriods([OFFICE_HOURS] if day < 5 else []) for day in range(WEEK)], [])
        special = [TypedDays.of(str(key), days) for key, days in enumerate(calendar.special)]
        return cls([TypedPeriods.of(periods) for periods in calendar.week], special)

    @classmethod
    def typed(cls, typed: MultiDict) -> "CalendarForm":
        keys = [key for key in typed.getlist("special") if re.fullmatch("[0-9]{1,6}", key)]
        week = [TypedPeriods.typed(typed, f"day{day}") for day in range(WEEK)]
        return cls(week, [TypedDays.typed(typed, key) for key in dict.fromkeys(keys[:ROWS_AT_MOST])])

    @property
    def draft(self) -> Calendar:
        """As far as it makes sense, to be drawn."""
        week = tuple(day.periods or () for day in self.week)
        return Calendar(week, tuple(row.days for row in self.special if row.days is not None))

    def read(self, form: Form) -> Calendar:
        """The calendar; what is wrong stands beside it in the form."""
        for day, typed in enumerate(self.week):
            if typed.periods is None:
                form.fail(f"day{day}", _("Enter times like 09:00, both of each period."))
            elif not Calendar(week=(typed.periods, *((),) * (WEEK - 1))).is_sound:
                form.fail(f"day{day}", _("These periods overlap."))
        rows = [row for row in self.special if not row.is_empty]
        for row in rows:
            if row.days is None or not Calendar(special=(row.days,)).is_sound:
                form.fail(
                    f"special-{row.key}",
                    _("Enter a first day, a last one that is not before it, and hours that do not overlap."),
                )
        return Calendar(tuple(day.periods or () for day in self.week)).with_special(row.days for row in rows if row.days)

    def step(self, what: str) -> None:
        """One period or row more or less: "add day3", "remove day3 1", "copy", "days", "drop 7".  Other hours begin with some."""
        verb, _space, rest = what.partition(" ")
        name, _space, at = rest.partition(" ")
        periods = self._periods().get(name)
        if verb == "add" and periods is not None and periods.has_room:
            periods.add()
        elif verb == "remove" and periods is not None and at.isdecimal():
            periods.remove(int(at))
        elif verb == "copy":
            for day in range(1, 5):
                self.week[day] = TypedPeriods(list(self.week[0].pairs))
        elif verb == "days":
            self.offer([TypedDays("")])
        elif verb == "drop":
            self.special = [row for row in self.special if row.key != name]
        for row in self.special:
            if row.kind == "hours" and not row.hours.pairs:
                row.hours.add()

    def offer(self, rows: list[TypedDays]) -> None:
        """More rows, except those that are there already."""
        there = {row.days for row in self.special}
        key = max((int(row.key) for row in self.special), default=-1)
        for row in rows:
            if row.days is None or row.days not in there:
                key += 1
                row.key = str(key)
                self.special.append(row)

    def _periods(self) -> dict[str, TypedPeriods]:
        days = {f"day{day}": periods for day, periods in enumerate(self.week)}
        return days | {row.key: row.hours for row in self.special}


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:5])


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None
