"""Public holidays of a country and year, offered for opening hours.

From the library `holidays` (MIT): its rules go back and forth many years; days that a government moves by decree, as
China's working weekends, are in it once they are announced.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

import holidays
from babel import Locale
from flask_babel import gettext as _

from chat.styles.calendars import SpecialDays

# How the library calls the languages of our pages; where it does not know one, it gets the next.
LANGUAGES = {"zh_Hans": ("zh_CN", "en_US"), "zh_Hant": ("zh_TW", "en_US")}
YEARS_AHEAD = 2
_INSTEAD_OF = re.compile(r"\(substituted from (\d\d/\d\d/\d{4})\)")


def countries(locale: Locale) -> dict[str, str]:
    """All for which there are holidays, by code, with their names in a language, in its order."""
    named = {code: locale.territories.get(code, code) for code in holidays.list_supported_countries(include_aliases=False)}
    return dict(sorted(named.items(), key=lambda country: country[1]))


def public_holidays(country: str, year: int, language: str) -> list[SpecialDays]:
    """The closed days, those that belong together as one, and the weekends on which people work instead, in order.

    `country` is one of `countries`; `language` one of our pages'.
    """
    here = holidays.country_holidays(country, years=year, language=_language(country, language))
    moved = _moved(country, year)
    closed = _together([SpecialDays(day, day, here.get(day)) for day in sorted(here)], moved, here)
    return sorted([*closed, *_working(moved, closed)], key=lambda days: days.first)


def _language(country: str, language: str) -> str | None:
    """None: the country's own."""
    known = holidays.country_holidays(country).supported_languages or ()
    return next((one for one in LANGUAGES.get(language, ("en_US",)) if one in known), None)


def _moved(country: str, year: int) -> dict[date, date]:
    """Free weekdays, with the weekend day on which people work instead."""
    if "en_US" not in (holidays.country_holidays(country).supported_languages or ()):
        return {}
    found = {
        day: _INSTEAD_OF.search(name) for day, name in holidays.country_holidays(country, years=year, language="en_US").items()
    }
    return {day: datetime.strptime(match[1], "%m/%d/%Y").date() for day, match in found.items() if match}  # noqa: DTZ007


def _together(days: list[SpecialDays], moved: dict[date, date], here: holidays.HolidayBase) -> list[SpecialDays]:
    """One after another, or with only a weekend between, and by the same name or moved there: one holiday."""
    holiday: list[SpecialDays] = []
    for day in days:
        before = holiday[-1] if holiday else None
        if before and _is_near(before.last, day.first, here) and (day.first in moved or day.name.startswith(before.name)):
            holiday[-1] = replace(before, last=day.last)
        else:
            holiday.append(day)
    return holiday


def _is_near(last: date, first: date, here: holidays.HolidayBase) -> bool:
    between = (last + timedelta(days=n) for n in range(1, (first - last).days))
    return all(day.weekday() in here.weekend for day in between)


def _working(moved: dict[date, date], closed: Iterable[SpecialDays]) -> list[SpecialDays]:
    names = {free: next(holiday.name for holiday in closed if holiday.covers(free)) for free in moved}
    return [
        SpecialDays(works, works, _("Working day for %(name)s", name=names[free]), like=free.weekday())
        for free, works in moved.items()
    ]
