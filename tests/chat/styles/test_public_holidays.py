"""Public holidays as they are offered."""

from datetime import date

from babel import Locale
from flask_babel import force_locale

from chat.styles.calendars import Calendar, Period
from chat.styles.public_holidays import countries, public_holidays

OFFICE = Period(9 * 60, 18 * 60)
WORKDAYS = Calendar(week=((OFFICE,),) * 5 + ((), ()))


def offered(country: str, year: int, language: str = "en") -> dict[str, tuple[date, date]]:
    return {days.name: (days.first, days.last) for days in public_holidays(country, year, language)}


def test_knows_many_countries_by_name(context):
    assert countries(Locale.parse("zh_Hans"))["CN"] == "中国"
    assert next(iter(countries(Locale.parse("en")))) == "AF"
    assert len(countries(Locale.parse("en"))) > 200


def test_chinas_holidays_with_the_working_weekends_of_the_decree(context):
    """As the State Council's General Office announced for 2026."""
    found = offered("CN", 2026)

    assert found["National Day"] == (date(2026, 10, 1), date(2026, 10, 7))
    assert found["Chinese New Year (Spring Festival)"] == (date(2026, 2, 17), date(2026, 2, 23))
    working = [days.first for days in public_holidays("CN", 2026, "en") if not days.is_closed]
    assert working == [
        date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10),
    ]  # fmt: skip


def test_a_working_weekend_is_open_as_on_the_day_it_makes_up_for(context):
    calendar = WORKDAYS.with_special(public_holidays("CN", 2026, "en"))

    assert calendar.periods_on(date(2026, 10, 10)) == (OFFICE,)
    assert calendar.special_on(date(2026, 10, 10)).like == date(2026, 10, 7).weekday()
    assert calendar.periods_on(date(2026, 10, 7)) == ()
    assert calendar.is_sound


def test_speaks_the_readers_language_where_it_can(context):
    assert "国庆节" in offered("CN", 2026, "zh_Hans")
    assert "國慶日" in offered("CN", 2026, "zh_Hant") or "國慶節" in offered("CN", 2026, "zh_Hant")
    assert "New Year's Day" in offered("DE", 2026, "zh_Hans")
    with force_locale("en"):
        assert "Working day for National Day" in offered("CN", 2026)


def test_neighbours_with_other_names_stay_apart(context):
    found = offered("DE", 2026)

    assert found["Christmas Day"] == (date(2026, 12, 25), date(2026, 12, 25))
    assert date(2026, 12, 26) in {first for first, _ in found.values()}


def test_every_country_can_be_asked(context):
    for country in countries(Locale.parse("en")):
        calendar = WORKDAYS.with_special(public_holidays(country, 2026, "zh_Hans"))
        assert calendar.is_sound
