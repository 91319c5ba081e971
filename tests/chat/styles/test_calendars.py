"""When a place is open, by the clock on its wall."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.styles.calendars import DAY, Calendar, Period, SpecialDays, spell

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
# Half an hour; at midnight; two hours; the other hemisphere; none at all.
ZONES = [
    BERLIN,
    SHANGHAI,
    *map(ZoneInfo, ("Australia/Lord_Howe", "Africa/Cairo", "Antarctica/Troll", "America/Santiago", "UTC")),
]
MINUTE = timedelta(minutes=1)
OFFICE = Period(9 * 60, 18 * 60)
WORKDAYS = Calendar(week=((OFFICE,),) * 5 + ((), ()))

minutes = st.integers(0, DAY - 1)


@st.composite
def days(draw):
    """A few periods in order, the last perhaps until the next morning."""
    times = sorted(draw(st.sets(minutes, max_size=6)))
    return tuple(Period(begins, ends) for begins, ends in zip(times[::2], times[1::2], strict=False))


@st.composite
def calendars(draw):
    week = tuple(draw(days()) for _ in range(7))
    first = draw(st.dates(date(2026, 1, 1), date(2026, 12, 31)))
    special = SpecialDays(
        first, first + timedelta(days=draw(st.integers(0, 9))), periods=draw(days()), is_yearly=draw(st.booleans())
    )
    nights = draw(st.booleans())
    return Calendar(
        week=tuple((*one[:-1], Period(22 * 60, 2 * 60)) if nights and not one else one for one in week), special=(special,)
    )


@st.composite
def moments(draw):
    """Any minute of a year, oftener around the days on which clocks change."""
    changes = [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 4, 5, tzinfo=UTC)]
    begin = draw(st.sampled_from([datetime(2026, 1, 1, tzinfo=UTC), *changes]))
    return begin + timedelta(minutes=draw(st.integers(0, 2 * DAY) if begin in changes else st.integers(0, 365 * DAY)))


def is_open(calendar: Calendar, zone: ZoneInfo, moment: datetime) -> bool:
    return calendar.is_open_at(moment.astimezone(zone))


@settings(max_examples=300, deadline=None)
@given(calendars(), st.sampled_from(ZONES), moments())
def test_the_next_change_is_never_past_and_it_flips_exactly_there(calendar, zone, moment):
    was_open, changes_at = spell((calendar,), zone, moment)

    assert was_open == is_open(calendar, zone, moment)
    if changes_at is None:
        assert all(is_open(calendar, zone, moment + timedelta(hours=hours)) == was_open for hours in range(24 * 9))
    else:
        assert changes_at > moment
        assert is_open(calendar, zone, changes_at) != was_open
        assert is_open(calendar, zone, changes_at - MINUTE) == was_open


@settings(max_examples=60, deadline=None)
@given(calendars(), st.sampled_from(ZONES), moments())
def test_nothing_changes_before_the_next_change(calendar, zone, moment):
    was_open, changes_at = spell((calendar,), zone, moment)
    until = min(changes_at or moment + timedelta(days=3), moment + timedelta(days=3))

    minute = moment
    while minute < until:
        assert is_open(calendar, zone, minute) == was_open
        minute += MINUTE


def test_the_night_in_which_clocks_go_forward_has_no_half_past_two():
    night = Calendar(week=((Period(2 * 60 + 15, 2 * 60 + 45), Period(3 * 60 + 30, 4 * 60)),) * 7)
    before = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)

    assert spell((night,), BERLIN, before) == (False, datetime(2026, 3, 29, 1, 30, tzinfo=UTC))


def test_a_period_that_the_missing_hour_cuts_begins_when_the_clock_jumps():
    night = Calendar(week=((Period(2 * 60 + 30, 5 * 60),),) * 7)
    before = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)

    assert spell((night,), BERLIN, before) == (False, datetime(2026, 3, 29, 1, 0, tzinfo=UTC))


def test_the_night_in_which_clocks_go_back_has_it_twice():
    night = Calendar(week=((Period(2 * 60, 2 * 60 + 30),),) * 7)
    hour = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)

    changes, moment = [], hour - MINUTE
    for _ in range(4):
        moment = spell((night,), BERLIN, moment)[1]
        changes.append((moment - hour).total_seconds() / 60)

    assert changes == [0, 30, 60, 90]


def test_what_ends_before_it_begins_lasts_into_the_next_day():
    friday_night = Calendar(week=((), (), (), (), (Period(22 * 60, 2 * 60),), (), ()))
    saturday_one = datetime(2026, 11, 28, 1, 0, tzinfo=BERLIN)

    assert friday_night.is_open_at(saturday_one)
    assert not friday_night.is_open_at(saturday_one + timedelta(hours=1))
    assert not friday_night.is_open_at(saturday_one - timedelta(days=1))


def test_from_midnight_to_midnight_is_always_open():
    always = Calendar(week=((Period(0, 0),),) * 7)

    assert spell((always,), BERLIN, datetime(2026, 6, 1, tzinfo=UTC)) == (True, None)


def test_never_open_has_no_next_change():
    assert spell((Calendar(),), BERLIN, datetime(2026, 6, 1, tzinfo=UTC)) == (False, None)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 12, 24), "yearly"),
        (date(2027, 1, 2), "yearly"),
        (date(2027, 1, 3), None),
        (date(2026, 12, 28), "one year's"),
        (date(2027, 12, 28), "yearly"),
        (date(2026, 12, 31), "a single day"),
    ],
)
def test_the_special_day_that_says_most_counts(day, expected):
    calendar = WORKDAYS.with_special(
        [
            SpecialDays(date(2020, 12, 24), date(2021, 1, 2), "yearly", is_yearly=True),
            SpecialDays(date(2026, 12, 27), date(2026, 12, 31), "one year's"),
            SpecialDays(date(2026, 12, 31), date(2026, 12, 31), "a single day"),
        ]
    )

    found = calendar.special_on(day)

    assert (found and found.name) == expected


def test_the_29th_of_february_comes_every_fourth_year():
    leap_day = WORKDAYS.with_special([SpecialDays(date(2024, 2, 29), date(2024, 2, 29), is_yearly=True)])

    assert leap_day.special_on(date(2028, 2, 29))
    assert not leap_day.special_on(date(2027, 2, 28))


def test_a_saturday_that_makes_up_for_a_friday_is_open_as_on_a_friday():
    saturday = date(2026, 11, 28)
    calendar = WORKDAYS.with_special([SpecialDays(saturday, saturday, like=4)])

    assert calendar.periods_on(saturday) == (OFFICE,)
    assert calendar.is_open_at(datetime.combine(saturday, time(17, 59), BERLIN))
    assert calendar.periods_on(saturday + timedelta(days=7)) == ()


@pytest.mark.parametrize(
    "week",
    [
        ((OFFICE,),) * 6,
        ((Period(540, 600), Period(599, 700)),) + ((),) * 6,
        ((Period(1440, 60),),) + ((),) * 6,
        ((Period(-1, 60),),) + ((),) * 6,
        ((Period(60, 120), Period(1320, 61)),) + ((),) * 6,
        (tuple(Period(n * 10, n * 10 + 5) for n in range(9)),) + ((),) * 6,
    ],
)
def test_what_no_clock_can_show_is_not_sound(week):
    assert not Calendar(week=week).is_sound


def test_what_is_sound():
    assert WORKDAYS.is_sound
    assert Calendar(week=((Period(60, 120), Period(1320, 60)),) * 7).is_sound
