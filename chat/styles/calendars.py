"""When a place is open: a week of periods, and the days on which everything is different.

Wall clocks decide: it is open while a clock on its wall shows a time within a period.  So an hour that a change to
summer time leaves out is never open, and one that comes twice is open twice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from flask_babel import format_date, get_locale
from flask_babel import gettext as _

DAY = 24 * 60
WEEK = 7
PERIODS_OF_A_DAY = 8
ONE_DAY = timedelta(days=1)
# A shop may be closed for a season.
LOOKS_AHEAD = 400
_LEAP_YEAR = 2000


@dataclass(frozen=True, order=True)
class Period:
    """From one time of the day to another, in minutes after midnight.  What ends before it begins ends the next day."""

    begins: int
    ends: int

    @property
    def end(self) -> int:
        """Counted from the midnight before it begins, so more than a day for what ends the next day."""
        return self.ends if self.ends > self.begins else self.ends + DAY

    def in_words(self) -> str:
        return f"{clock_time(self.begins)}–{clock_time(self.ends)}"

    @property
    def is_sound(self) -> bool:
        return 0 <= self.begins < DAY and 0 <= self.ends < DAY


@dataclass(frozen=True)
class SpecialDays:
    """Days that are not like their weekday: closed, with hours of their own, or like another day of the week."""

    first: date
    last: date
    name: str = ""
    periods: tuple[Period, ...] = ()
    # 0 is Monday.  Wherever a Saturday makes up for a free Tuesday it is open as on a Tuesday.
    like: int | None = None
    is_yearly: bool = False

    def in_words(self) -> str:
        days = format_date(self.first) + (f" – {format_date(self.last)}" if self.last != self.first else "")
        yearly = f" ({_('every year')})" if self.is_yearly else ""
        like = f"{_('as on')} {weekday_name(self.like)}" if self.like is not None else ""
        return f"{days}{yearly}: {self.name} {like or hours_in_words(self.periods)}"

    @property
    def is_closed(self) -> bool:
        return not self.periods and self.like is None

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    def covers(self, day: date) -> bool:
        if not self.is_yearly:
            return self.first <= day <= self.last
        first, last, day = (one.replace(year=_LEAP_YEAR) for one in (self.first, self.last, day))
        return first <= day <= last if first <= last else day >= first or day <= last


@dataclass(frozen=True)
class Calendar:
    """Seven days of periods, Monday first, and the special days that come before them."""

    week: tuple[tuple[Period, ...], ...] = ((),) * WEEK
    special: tuple[SpecialDays, ...] = ()

    def in_words(self) -> str:
        week = [f"{weekday_name(day)} {hours_in_words(periods)}" for day, periods in enumerate(self.week)]
        return " · ".join([*week, *(days.in_words() for days in self.special)])

    @property
    def is_sound(self) -> bool:
        """Whether it can be reckoned with: every day there, in order, nothing twice."""
        lists = (*self.week, *(days.periods for days in self.special))
        return (
            len(self.week) == WEEK
            and all(map(_are_in_order, lists))
            and all(days.first <= days.last and (days.like is None or 0 <= days.like < WEEK) for days in self.special)
        )

    def special_on(self, day: date) -> SpecialDays | None:
        """What makes this day special.  One year's before every year's, a single day before a long holiday."""
        covering = [days for days in self.special if days.covers(day)]
        return min(covering, key=lambda days: (days.is_yearly, days.length), default=None)

    def periods_on(self, day: date) -> tuple[Period, ...]:
        """Those that begin on this day."""
        special = self.special_on(day)
        if special is None:
            return self.week[day.weekday()]
        return special.periods if special.like is None else self.week[special.like]

    def is_open_at(self, wall_clock: datetime) -> bool:
        day, minute = wall_clock.date(), wall_clock.hour * 60 + wall_clock.minute
        return any(period.begins <= minute < period.end for period in self.periods_on(day)) or any(
            minute + DAY < period.end for period in self.periods_on(day - ONE_DAY)
        )

    def changes_on(self, day: date) -> set[int]:
        """The minutes of this day at which a period begins or ends."""
        today, yesterday = self.periods_on(day), self.periods_on(day - ONE_DAY)
        begins, ends = {period.begins for period in today}, {period.end for period in today if period.end < DAY}
        return begins | ends | {period.end - DAY for period in yesterday if period.end >= DAY}

    def with_special(self, more: Iterable[SpecialDays]) -> "Calendar":
        """With these days too, in their order."""
        return replace(self, special=tuple(sorted({*self.special, *more}, key=lambda days: (days.first, days.last, days.name))))


def clock_time(minute: int) -> str:
    """As form fields have it: 09:30."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def weekday_name(day: int) -> str:
    """In the reader's language; 0 is Monday."""
    return get_day_names("wide", locale=get_locale())[day]


def hours_in_words(periods: Iterable[Period]) -> str:
    return ", ".join(period.in_words() for period in periods) or _("closed")


@lru_cache(maxsize=4096)
def spell(calendars: tuple[Calendar, ...], zone: ZoneInfo, minute: datetime) -> tuple[bool, datetime | None]:
    """Whether one of these is open in a minute, and when that changes next; None: not within a year."""
    is_open = _is_open(calendars, zone, minute)
    today = minute.astimezone(zone).date()
    for day in (today + timedelta(days=n) for n in range(LOOKS_AHEAD)):
        for moment in sorted(set(_moments(calendars, zone, day))):
            if moment > minute and _is_open(calendars, zone, moment) != is_open:
                return is_open, moment
    return is_open, None


def _is_open(calendars: tuple[Calendar, ...], zone: ZoneInfo, moment: datetime) -> bool:
    wall_clock = moment.astimezone(zone)
    return any(calendar.is_open_at(wall_clock) for calendar in calendars)


def _moments(calendars: tuple[Calendar, ...], zone: ZoneInfo, day: date) -> Iterator[datetime]:
    """All at which something may change on this day."""
    for minute in set().union(*(calendar.changes_on(day) for calendar in calendars)):
        yield from _instants(day, minute, zone)
    yield from _clock_changes(day, zone)


def _instants(day: date, minute: int, zone: ZoneInfo) -> Iterator[datetime]:
    """When the clock shows it, the first and the second time; mostly they are the same."""
    shown = datetime.combine(day, time(*divmod(minute, 60)))
    for fold in (0, 1):
        yield shown.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _clock_changes(day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """When the clock is put forward or back on this day."""
    # It may happen at midnight, which then does not exist.
    before = min(_instants(day, 0, zone)) - timedelta(hours=3)
    after = max(_instants(day + ONE_DAY, 0, zone))
    offset = before.astimezone(zone).utcoffset()
    if after.astimezone(zone).utcoffset() == offset:
        return
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        before, after = (middle, after) if middle.astimezone(zone).utcoffset() == offset else (before, middle)
    yield after.replace(microsecond=0)


def _are_in_order(periods: tuple[Period, ...]) -> bool:
    """Few enough, each after the one before it, the last not longer than a day after the first began."""
    follows = all(one.end <= other.begins for one, other in pairwise(periods))
    ends_in_time = not periods or periods[-1].end <= periods[0].begins + DAY
    return len(periods) <= PERIODS_OF_A_DAY and all(one.is_sound for one in periods) and follows and ends_in_time
