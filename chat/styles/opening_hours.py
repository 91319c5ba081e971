"""When a style's visitors meet agents: usual hours, departments with hours of their own, and what visitors see outside.

Outside of them no new conversation begins, even when agents are online; those that have begun go on.  Nothing set means
always open.  Hours are read off the company's clock (Company.time_zone).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from chat.styles.calendars import Calendar, spell
from chat.styles.sites import Site
from chat.styles.styles import Part, Style
from core.clock import now
from core.db import db
from core.errors import Invalid
from tenants.companies.company import current_company
from tenants.people.departments import Department

# While closed visitors find the form for offline messages, or no entry at all.
WHEN_CLOSED = {
    "form": _l("Visitors find the form for offline messages"),
    "hide": _l("The chat is not there at all"),
}
MOST_SPECIAL_DAYS = 300


@dataclass(frozen=True)
class Opening:
    """Whether it is open at a moment, and until when.  `opens_at` is None while it is open, or never opens;
    `closes_at` while it is closed, or never closes."""

    is_open: bool
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    when_closed: str = "form"

    @property
    def changes_at(self) -> datetime | None:
        return self.closes_at if self.is_open else self.opens_at


@dataclass(frozen=True)
class DepartmentHours:
    department_id: int
    calendar: Calendar

    def in_words(self) -> str:
        department = db.session.get(Department, self.department_id)
        return f"{department.name if department else self.department_id}: {self.calendar.in_words()}"


@dataclass(frozen=True)
class Hours(Part, name="hours", title=_l("Opening hours")):
    """The hours of one style.  `usual` is None while none are set: then it is always open."""

    usual: Calendar | None = None
    departments: tuple[DepartmentHours, ...] = ()
    when_closed: str = "form"

    LABELS: ClassVar = {
        "usual": _l("Usual hours"),
        "departments": _l("Departments with hours of their own"),
        "when_closed": _l("While it is closed"),
    }
    WORDS: ClassVar = {"when_closed": WHEN_CLOSED}

    def check(self) -> None:
        calendars = [*filter(None, [self.usual]), *(department.calendar for department in self.departments)]
        if self.when_closed not in WHEN_CLOSED or not all(calendar.is_sound for calendar in calendars):
            raise Invalid(week=_("These periods overlap, or one of them is no time of the day."))
        if any(len(calendar.special) > MOST_SPECIAL_DAYS for calendar in calendars):
            raise Invalid(special=_("At most %(most)s holidays and exceptions fit in.", most=MOST_SPECIAL_DAYS))

    def with_calendar(self, department_id: int | None, calendar: Calendar | None) -> "Hours":
        """With other hours for a department; None: the usual ones, for it; and for the usual ones always open."""
        if department_id is None:
            return replace(self, usual=calendar)
        others = [one for one in self.departments if one.department_id != department_id]
        own = [DepartmentHours(department_id, calendar)] if calendar is not None else []
        return replace(self, departments=tuple(sorted(others + own, key=lambda one: one.department_id)))

    def has_own(self, department_id: int) -> bool:
        return any(one.department_id == department_id for one in self.departments)

    def of(self, department_id: int | None) -> Calendar | None:
        """A department's own calendar, or the usual one."""
        own = {department.department_id: department.calendar for department in self.departments}
        return own.get(department_id, self.usual)

    def opening(self, at: datetime, zone: ZoneInfo, department_ids: Iterable[int] = ()) -> Opening:
        """At a moment: open while one of these departments is; without any, while the usual hours last."""
        calendars = tuple(dict.fromkeys(map(self.of, sorted(department_ids) or [None])))
        if None in calendars:
            return Opening(is_open=True, when_closed=self.when_closed)
        is_open, changes_at = spell(calendars, zone, at.replace(second=0, microsecond=0))
        opens_at, closes_at = (None, changes_at) if is_open else (changes_at, None)
        return Opening(is_open, opens_at, closes_at, self.when_closed)


def opening_of(site: Site, department_ids: Iterable[int] = ()) -> Opening:
    """Whether new visitors of a site meet agents now, by the hours; `department_ids`: those who may receive the visitor."""
    return Style(site).in_force(Hours).opening(now(), ZoneInfo(current_company().time_zone), department_ids)
