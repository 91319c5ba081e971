"""When a style's visitors meet agents: a week, holidays and exceptions, and departments with hours of their own."""

from calendar import Calendar as Month
from datetime import date
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, get_day_names, get_month_names
from flask import Blueprint, g, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from chat.styles.calendars import DAY, Calendar
from chat.styles.opening_hours import WHEN_CLOSED, Hours, Opening
from chat.styles.public_holidays import YEARS_AHEAD, countries, public_holidays
from core.clock import now
from core.forms import Form
from manage.styles.calendar_form import CalendarForm, TypedDays
from manage.styles.pages import PartPage
from tenants.people.departments import Department
from tenants.signing_in.current import needs

style_hours = Blueprint("style_hours", __name__, url_prefix="/manage/styles/<int:site_id>/hours")

PAGE = "manage/styles/hours.html"
# What htmx asks to have drawn anew, by how the place it goes to begins.
PIECES = {"bar": "manage/styles/_week.html", "week": "manage/styles/_week.html", "special": "manage/styles/_special.html"}
FREE_COUNTRY = {"Asia/Shanghai": "CN", "Asia/Taipei": "TW", "Asia/Hong_Kong": "HK", "Asia/Macau": "MO"}


@style_hours.get("")
@needs("sites.manage")
def edit(site_id):
    return _shown(site_id, None)


@style_hours.post("")
@needs("sites.manage")
def update(site_id):
    return _saved(site_id, None)


@style_hours.post("/draft")
@needs("sites.manage")
def build(site_id):
    return _built(site_id, None)


@style_hours.get("/departments/<int:department_id>")
@needs("sites.manage")
def edit_department(site_id, department_id):
    return _shown(site_id, Department.numbered(department_id))


@style_hours.post("/departments/<int:department_id>")
@needs("sites.manage")
def update_department(site_id, department_id):
    return _saved(site_id, Department.numbered(department_id))


@style_hours.post("/departments/<int:department_id>/draft")
@needs("sites.manage")
def build_department(site_id, department_id):
    return _built(site_id, Department.numbered(department_id))


def _shown(site_id: int, department: Department | None) -> str:
    page = _page(site_id, department, None)
    hours = page.part
    kept = hours.usual is not None if department is None else hours.has_own(department.id)
    shown = {"kept": "own" if kept else "", "when_closed": hours.when_closed, "year": str(_today().year)}
    return page.show(Form(shown))


def _saved(site_id: int, department: Department | None) -> Response | tuple[str, int]:
    calendar_form = CalendarForm.typed(request.form)
    page = _page(site_id, department, calendar_form)
    answer = page.save(lambda form: _typed(form, page.part, department, calendar_form))
    if isinstance(answer, Response):
        answer.location = _address("edit", site_id, department)
    return answer


def _built(site_id: int, department: Department | None) -> str:
    """The page with one row more or less: nothing is kept until it is saved.  With htmx, the piece it is about."""
    form, calendar_form = Form(MultiDict(request.form)), CalendarForm.typed(request.form)
    page = _page(site_id, department, calendar_form)
    page.seen = form.id("seen")
    _step(form, calendar_form)
    piece = PIECES.get(request.headers.get("HX-Target", "").partition("-")[0])
    if piece:
        return render_template(piece, form=form, site=page.site, **page.more(form))
    return page.show(form)


def _step(form: Form, calendar_form: CalendarForm) -> None:
    what = form.value("step")
    if what == "holidays":
        _offer_holidays(form, calendar_form)
    elif what in ("year 1", "year -1"):
        form.typed["year"] = str(_year(form) + int(what.removeprefix("year ")))
    else:
        calendar_form.step(what)


def _offer_holidays(form: Form, calendar_form: CalendarForm) -> None:
    year = int(form.choice("holiday_year", _years(), otherwise=_years()[0]))
    country = form.choice("country", countries(get_locale()))
    if country:
        calendar_form.offer([TypedDays.of("", days) for days in public_holidays(country, year, str(get_locale()))])
        form.typed["year"] = str(year)


def _typed(form: Form, hours: Hours, department: Department | None, calendar_form: CalendarForm) -> Hours:
    """Who goes by the usual hours, or is always open, need not have typed any that make sense."""
    calendar = calendar_form.read(form) if form.yes("kept") else None
    when_closed = form.choice("when_closed", WHEN_CLOSED, otherwise=hours.when_closed)
    changed = hours.with_calendar(department.id if department else None, calendar)
    return Hours(changed.usual, changed.departments, when_closed)


def _page(site_id: int, department: Department | None, calendar_form: CalendarForm | None) -> PartPage:
    def more(form: Form) -> dict:
        hours = page.part
        typed = calendar_form or CalendarForm.of(hours.of(department.id if department else None))
        return {
            "calendar_form": typed,
            "bars": [_bar(typed.draft, day) for day in range(7)],
            "months": _months(typed.draft, _year(form)),
            "year": _year(form),
            "years": _years(),
            "countries": countries(get_locale()),
            "country": form.value("country") or FREE_COUNTRY.get(g.company.time_zone, ""),
            "day_names": get_day_names("wide", locale=get_locale()),
            "short_day_names": get_day_names("narrow", locale=get_locale()),
            "WHEN_CLOSED": WHEN_CLOSED,
            "department": department,
            "departments": [(one, hours.has_own(one.id)) for one in Department.all()],
            "has_usual": hours.usual is not None,
            "opening": _in_words(hours.opening(now(), _zone(), [department.id] if department else [])),
            "update_address": _address("update", site_id, department),
            "build_address": _address("build", site_id, department),
        }

    page = PartPage(site_id, Hours, PAGE, more)
    return page


def _address(verb: str, site_id: int, department: Department | None) -> str:
    if department is None:
        return url_for(f".{verb}", site_id=site_id)
    return url_for(f".{verb}_department", site_id=site_id, department_id=department.id)


def _zone() -> ZoneInfo:
    return ZoneInfo(g.company.time_zone)


def _today() -> date:
    return now().astimezone(_zone()).date()


def _years() -> list[str]:
    return [str(_today().year + more) for more in range(YEARS_AHEAD + 1)]


def _year(form: Form) -> int:
    year = form.value("year")
    return int(year) if year.isascii() and year.isdecimal() and 2000 <= int(year) < 2100 else _today().year


def _in_words(opening: Opening) -> dict:
    """For the line that says how it is now: {"is_open", "changes"}."""
    moment = opening.changes_at
    changes = format_datetime(moment, "EEEE, d MMMM, HH:mm", tzinfo=_zone(), locale=get_locale()) if moment else ""
    return {"is_open": opening.is_open, "changes": changes}


def _bar(calendar: Calendar, day: int) -> list[tuple[int, int]]:
    """What is drawn of a day: from and for how many minutes, what the night before left over first."""
    nights = [(0, min(period.end - DAY, DAY)) for period in calendar.week[day - 1] if period.end > DAY]
    return nights + [(period.begins, min(period.end, DAY) - period.begins) for period in calendar.week[day]]


def _months(calendar: Calendar, year: int) -> list[dict]:
    """The year as it is drawn: for each month its weeks, for each day what makes it special."""
    names = get_month_names("wide", context="stand-alone", locale=get_locale())
    return [{"name": names[month], "weeks": _weeks(calendar, year, month)} for month in range(1, 13)]


def _weeks(calendar: Calendar, year: int, month: int) -> list[list[tuple[int, str, str]]]:
    """Days as (number, "closed" or "special" or "", why); 0 for those of another month."""
    weeks = Month().monthdatescalendar(year, month)
    return [[_day(calendar, day) if day.month == month else (0, "", "") for day in week] for week in weeks]


def _day(calendar: Calendar, day: date) -> tuple[int, str, str]:
    special = calendar.special_on(day)
    if special is None:
        return day.day, "", ""
    return day.day, "closed" if special.is_closed else "special", special.name or _("Exception")
