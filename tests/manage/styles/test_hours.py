"""The page of opening hours."""

from datetime import date

import pytest

from chat.styles.calendars import Calendar, Period, SpecialDays
from chat.styles.opening_hours import DepartmentHours, Hours
from chat.styles.styles import Style
from core.db import db, transaction
from manage.styles.calendar_form import CalendarForm
from tenants.audit.audit import AuditEntry
from tenants.people.departments import Department

OFFICE = Period(9 * 60, 18 * 60)
WORKDAYS = Calendar(week=((OFFICE,),) * 5 + ((), ()))
HTMX = {"HX-Request": "true", "HX-Target": "week"}


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def support(cast):
    with transaction():
        return Department.add("Support")


def page_of(cast, department=None) -> str:
    own = f"/departments/{department.id}" if department else ""
    return f"/manage/styles/{cast.site.id}/hours{own}"


def typed(*more, **fields) -> dict:
    week = {f"{edge}-day{day}": [time] for day in range(5) for edge, time in (("begins", "09:00"), ("ends", "18:00"))}
    return {"seen": "0", "kept": "own", "when_closed": "form"} | week | dict(more) | fields


def hours_of(cast) -> Hours:
    cast.refresh()
    return Style(cast.site)[Hours]


def test_begins_with_office_hours_that_are_not_in_force(cast, olga):
    page = olga.get(page_of(cast)).text

    assert page.count('value="09:00"') == 5
    assert "Open now" in page
    assert "It never closes." in page
    assert hours_of(cast) == Hours()


def test_saves_a_week(cast, olga):
    answer = olga.post(page_of(cast), data=typed(when_closed="hide"))

    assert answer.location == page_of(cast)
    assert hours_of(cast) == Hours(usual=WORKDAYS, when_closed="hide")
    assert AuditEntry.before(None, "style.changed")[0].details["part"] == "Opening hours"


def test_saves_several_periods_in_their_order_and_leaves_out_empty_ones(cast, olga):
    lunch = {"begins-day0": ["14:00", "", "09:00"], "ends-day0": ["18:00", "", "12:30"]}

    olga.post(page_of(cast), data=typed(**lunch))

    assert hours_of(cast).usual.week[0] == (Period(540, 750), Period(840, 1080))


def test_always_open_again(cast, olga):
    with transaction():
        Style(cast.site).save(Hours(usual=WORKDAYS), None)

    olga.post(page_of(cast), data=typed(kept="", seen="1"))

    assert hours_of(cast) == Hours()


def test_saves_holidays_and_exceptions(cast, olga):
    rows = {
        "special": ["0", "1", "2", "3"],
        "first-0": "2026-12-25", "last-0": "2026-12-26", "name-0": "Christmas", "kind-0": "closed", "yearly-0": "yes",
        "first-1": "2026-12-24", "kind-1": "hours", "begins-1": ["09:00"], "ends-1": ["12:00"],
        "first-2": "2026-10-10", "kind-2": "2", "name-2": "Working day",
        "first-3": "", "name-3": "", "kind-3": "closed",
    }  # fmt: skip

    olga.post(page_of(cast), data=typed(**rows))

    assert hours_of(cast).usual.special == (
        SpecialDays(date(2026, 10, 10), date(2026, 10, 10), "Working day", like=2),
        SpecialDays(date(2026, 12, 24), date(2026, 12, 24), periods=(Period(540, 720),)),
        SpecialDays(date(2026, 12, 25), date(2026, 12, 26), "Christmas", is_yearly=True),
    )


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"begins-day0": ["nine"], "ends-day0": ["18:00"]}, "day0"),
        ({"begins-day0": ["09:00"], "ends-day0": [""]}, "day0"),
        ({"begins-day0": ["09:00", "10:00"], "ends-day0": ["11:00", "12:00"]}, "day0"),
        ({"begins-day6": ["25:00"], "ends-day6": ["26:00"]}, "day6"),
        ({"special": ["4"], "first-4": "2026-02-30"}, "special-4"),
        ({"special": ["4"], "first-4": "2026-03-02", "last-4": "2026-03-01"}, "special-4"),
        ({"special": ["4"], "name-4": "No day"}, "special-4"),
        ({"special": ["4"], "first-4": "2026-03-02", "kind-4": "hours"}, "special-4"),
        ({"special": ["4"], "first-4": "2026-03-02", "kind-4": "hours", "begins-4": ["x"], "ends-4": ["y"]}, "special-4"),
    ],
)
def test_what_makes_no_sense_stays_in_the_form_with_its_fault(cast, olga, fields, fault):
    answer = olga.post(page_of(cast), data=typed(**fields))

    assert answer.status_code == 422
    assert f'id="{fault}-fault"' in answer.text
    for name, value in fields.items():
        if name != "special":
            assert f'value="{value[0] if isinstance(value, list) else value}"' in answer.text or value in (["09:00"], "hours")
    assert hours_of(cast) == Hours()


def test_more_holidays_than_fit_are_refused(cast, olga):
    rows = {"special": [str(n) for n in range(301)]} | {f"first-{n}": f"2026-01-{n % 28 + 1:02}" for n in range(301)}
    rows |= {f"name-{n}": str(n) for n in range(301)}

    answer = olga.post(page_of(cast), data=typed(**rows))

    assert answer.status_code == 422
    assert "At most 300" in answer.text


@pytest.mark.parametrize(
    ("step", "shows"),
    [
        ("add day6", 'name="begins-day6" value="09:00"'),
        ("add day0", 'name="begins-day0" value="19:00"'),
        ("copy", 'name="begins-day4" value="08:15"'),
        ("days", 'name="first-0"'),
        ("year 1", '<input type="hidden" name="year" value="2031">'),
    ],
)
def test_without_javascript_a_step_gives_the_page_with_it_and_saves_nothing(cast, olga, step, shows):
    fields = typed(step=step, year="2030")
    if step == "copy":
        fields["begins-day0"] = ["08:15"]

    answer = olga.post(f"{page_of(cast)}/draft", data=fields)

    assert shows in answer.text
    assert "<title>" in answer.text
    assert hours_of(cast) == Hours()


def test_removes_a_period_and_a_row(cast, olga):
    page = olga.post(f"{page_of(cast)}/draft", data=typed(step="remove day0 0")).text
    assert 'name="begins-day0"' not in page

    rows = {"special": ["3", "5"], "first-3": "2026-01-01", "first-5": "2026-01-02"}
    page = olga.post(f"{page_of(cast)}/draft", data=typed(step="drop 3", **rows)).text
    assert 'name="first-5"' in page
    assert 'name="first-3"' not in page


def test_with_htmx_only_the_piece_comes(cast, olga):
    answer = olga.post(f"{page_of(cast)}/draft", data=typed(step="add day6"), headers=HTMX)

    assert answer.text.lstrip().startswith("<fieldset")
    assert 'id="special"' not in answer.text


@pytest.mark.parametrize(
    "step", ["", "remove", "remove day0 x", "remove day99 1", "drop", "drop ../..", "year 9", "add", "copy x", "holidays"]
)
def test_steps_nobody_offered_change_nothing(cast, olga, step):
    answer = olga.post(f"{page_of(cast)}/draft", data=typed(step=step, country="XX", holiday_year="9999", year="minus one"))

    assert answer.status_code == 200
    assert answer.text.count('value="09:00"') == 5


def test_public_holidays_are_offered_and_not_kept(cast, olga):
    fields = typed(step="holidays", country="CN", holiday_year="2026")

    page = olga.post(f"{page_of(cast)}/draft", data=fields).text

    assert 'value="National Day"' in page
    assert 'value="2026-10-07"' in page
    assert 'value="Working day for National Day"' in page
    assert 'title="National Day">3</span>' in page
    assert hours_of(cast) == Hours()


def test_public_holidays_that_are_there_already_come_once(cast, olga):
    page = olga.post(f"{page_of(cast)}/draft", data=typed(step="holidays", country="CN", holiday_year="2026"))
    form = CalendarForm.of(Calendar())
    once = page.text.count('value="National Day"')
    with transaction():
        Style(cast.site).save(
            Hours(usual=WORKDAYS.with_special([SpecialDays(date(2026, 10, 1), date(2026, 10, 7), "National Day")])), None
        )
    rows = {"special": ["0"], "first-0": "2026-10-01", "last-0": "2026-10-07", "name-0": "National Day", "kind-0": "closed"}

    again = olga.post(f"{page_of(cast)}/draft", data=typed(step="holidays", country="CN", holiday_year="2026", **rows))

    assert form.special == []
    assert once == again.text.count('value="National Day"') == 1


def test_a_department_gets_hours_of_its_own_and_loses_them(cast, olga, support):
    evening = {"begins-day0": ["18:00"], "ends-day0": ["22:00"]}

    answer = olga.post(page_of(cast, support), data=typed(**evening))

    assert answer.location == page_of(cast, support)
    own = hours_of(cast).of(support.id)
    assert hours_of(cast) == Hours(departments=(DepartmentHours(support.id, own),))
    assert own.week[0] == (Period(18 * 60, 22 * 60),)
    assert "Has hours of its own" in olga.get(page_of(cast)).text

    olga.post(page_of(cast, support), data=typed(kept="", seen="1"))
    assert hours_of(cast) == Hours()


def test_another_companys_department_and_site_are_not_found(cast, olga, signed_in):
    with cast.globex.entered(), transaction():
        theirs = [Department.add(f"Theirs {n}").id for n in range(20)][-1]

    assert olga.get(f"/manage/styles/{cast.site.id}/hours/departments/{theirs}").status_code == 404
    assert olga.post(f"/manage/styles/{cast.site.id + 99}/hours", data=typed()).status_code == 404
    assert signed_in(cast.adam).get(page_of(cast)).status_code == 403


def test_a_version_tells_what_is_different(cast, olga):
    olga.post(page_of(cast), data=typed())
    olga.post(page_of(cast), data=typed(seen="1", **{"begins-day0": ["10:00"]}))

    versions = olga.get(f"/manage/styles/{cast.site.id}/versions").text

    assert "<del>09</del><ins>10</ins>:00–18:00" in versions
    assert "Usual hours" in versions


def test_typed_days_survive_being_shown_and_read_again():
    calendar = WORKDAYS.with_special([SpecialDays(date(2026, 1, 1), date(2026, 1, 3), "x", (Period(60, 0),), None, True)])

    assert CalendarForm.of(calendar).draft == calendar


def test_a_department_that_is_gone_does_no_harm(cast, olga, support):
    olga.post(page_of(cast, support), data=typed())
    with transaction():
        db.session.get(Department, support.id).remove()

    assert olga.get(page_of(cast)).status_code == 200
    assert olga.get(f"/manage/styles/{cast.site.id}/versions").status_code == 200
