"""From one day to another, as lists are filtered: what stands in a page's address, and the moments it means."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask_babel import get_timezone
from flask_babel import gettext as _

from core.forms import Form


class Period(NamedTuple):
    """From a moment on, and before another; each may be missing."""

    since: datetime | None
    until: datetime | None

    @classmethod
    def asked_for(cls, asked: Form) -> "Period":
        """By the days `since` and `until`, both included, in the reader's zone; one that is none is told beside its field."""
        since, until = day_in(asked, "since"), day_in(asked, "until")
        return cls(begins(since) if since else None, begins(until + timedelta(days=1)) if until else None)


def day_in(asked: Form, name: str) -> date | None:
    text = asked.text(name, 10)
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year < 2200:
        asked.fail(name, _("Enter a date like 2026-12-31."))
        return None
    return day


def moment_in(asked: Form, name: str, missing: str | None = None) -> datetime | None:
    """A day and a time of day in the reader's zone, as `datetime-local` sends them; one that is none is told beside its field."""
    text = asked.text(name, 16, missing=missing)
    if not text:
        return None
    try:
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=zone())
    except ValueError:
        moment = None
    if moment is None or not 2000 <= moment.year < 2200:
        asked.fail(name, _("Enter a day and a time like 2026-12-31 18:00."))
        return None
    return moment


def typed_moment(moment: datetime | None) -> str:
    """As `moment_in` reads it."""
    return f"{moment.astimezone(zone()):%Y-%m-%dT%H:%M}" if moment else ""


def begins(day: date) -> datetime:
    """When a day begins for whoever asks."""
    return datetime.combine(day, time(), zone())


def zone() -> ZoneInfo:
    """The reader's."""
    return ZoneInfo(str(get_timezone()))
