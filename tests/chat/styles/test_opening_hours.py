"""Opening hours of a style and its departments."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from chat.styles.calendars import Calendar, Period, SpecialDays
from chat.styles.opening_hours import DepartmentHours, Hours, Opening, opening_of
from chat.styles.styles import Style
from core.db import transaction
from core.errors import Invalid

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE, EVENING = Period(9 * 60, 18 * 60), Period(18 * 60, 22 * 60)
WORKDAYS = Calendar(week=((OFFICE,),) * 5 + ((), ()))
EVENINGS = Calendar(week=((EVENING,),) * 7)
SALES, SUPPORT, OTHER = 1, 2, 3
HOURS = Hours(usual=WORKDAYS, departments=(DepartmentHours(SUPPORT, EVENINGS),), when_closed="hide")


def shanghai(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=SHANGHAI).astimezone(UTC)


def test_no_hours_set_is_always_open(cast):
    assert opening_of(cast.site) == Opening(is_open=True, when_closed="form")


@pytest.mark.parametrize(
    ("second", "is_open"), [((8, 59, 59), False), ((9, 0, 0), True), ((17, 59, 59), True), ((18, 0, 0), False)]
)
def test_opens_and_closes_to_the_second(second, is_open):
    opening = HOURS.opening(shanghai(2026, 11, 23, *second), SHANGHAI)

    assert opening.is_open == is_open
    assert opening.changes_at > shanghai(2026, 11, 23, *second)


def test_says_when_it_opens_and_when_it_closes():
    friday_evening, friday_noon = shanghai(2026, 11, 27, 18, 0), shanghai(2026, 11, 27, 12, 0)

    assert HOURS.opening(friday_evening, SHANGHAI) == Opening(False, shanghai(2026, 11, 30, 9), None, "hide")
    assert HOURS.opening(friday_noon, SHANGHAI) == Opening(True, None, shanghai(2026, 11, 27, 18), "hide")


def test_a_department_goes_by_its_own_hours_or_the_usual_ones():
    noon, evening = shanghai(2026, 11, 23, 12), shanghai(2026, 11, 23, 20)

    assert [HOURS.opening(noon, SHANGHAI, [id]).is_open for id in (SALES, SUPPORT, OTHER)] == [True, False, True]
    assert [HOURS.opening(evening, SHANGHAI, [id]).is_open for id in (SALES, SUPPORT, OTHER)] == [False, True, False]


def test_several_departments_are_open_while_one_of_them_is():
    opening = HOURS.opening(shanghai(2026, 11, 23, 12), SHANGHAI, [SUPPORT, SALES])

    assert opening == Opening(True, None, shanghai(2026, 11, 23, 22), "hide")


def test_without_usual_hours_a_department_without_its_own_is_always_open():
    hours = Hours(departments=(DepartmentHours(SUPPORT, EVENINGS),))

    assert hours.opening(shanghai(2026, 11, 23, 3), SHANGHAI, [SALES, SUPPORT]).changes_at is None
    assert not hours.opening(shanghai(2026, 11, 23, 3), SHANGHAI, [SUPPORT]).is_open


def test_holidays_are_closed_and_moved_working_days_open():
    national_day = SpecialDays(date(2026, 10, 1), date(2026, 10, 7), "国庆节")
    moved = SpecialDays(date(2026, 10, 10), date(2026, 10, 10), "调休", like=2)
    hours = Hours(usual=WORKDAYS.with_special([moved, national_day]))

    assert hours.opening(shanghai(2026, 9, 30, 18), SHANGHAI).opens_at == shanghai(2026, 10, 8, 9)
    assert hours.opening(shanghai(2026, 10, 9, 18), SHANGHAI).opens_at == shanghai(2026, 10, 10, 9)


def test_goes_by_the_companys_clock(cast, monkeypatch):
    monkeypatch.setattr("chat.styles.opening_hours.now", lambda: datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
    with transaction():
        Style(cast.site).save(HOURS, cast.olga)

    cast.acme.time_zone = "Asia/Shanghai"
    assert opening_of(cast.site).is_open

    cast.acme.time_zone = "Europe/Berlin"
    assert opening_of(cast.site).opens_at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_survives_being_kept():
    assert Hours.from_dict(HOURS.as_dict()) == HOURS


@pytest.mark.parametrize(
    "hours",
    [
        Hours(when_closed="explode"),
        Hours(usual=Calendar(week=())),
        Hours(usual=WORKDAYS, departments=(DepartmentHours(1, Calendar(week=((Period(-1, 5),),) * 7)),)),
        Hours(usual=WORKDAYS.with_special([SpecialDays(date(2026, 1, 2), date(2026, 1, 1))])),
        Hours(usual=WORKDAYS.with_special([SpecialDays(date(2026, 1, 1), date(2026, 1, 1), str(n)) for n in range(301)])),
    ],
)
def test_what_makes_no_sense_is_not_kept(hours):
    with pytest.raises(Invalid):
        hours.check()
