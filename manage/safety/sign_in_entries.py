"""The login log by day and agent, and who was there on which days (H-10, D-09, G-18); read only."""

from datetime import timedelta

from flask import Blueprint, g, render_template, request
from flask_babel import lazy_gettext as _l

from chat.places.places import place_read
from core.clock import now
from core.devices import device_name
from core.forms import Form
from core.pages import kept
from core.periods import Period, begins, zone
from core.tables import csv_file, xlsx_file
from tenants.people.members import Member
from tenants.signing_in.current import needs
from tenants.signing_in.sign_in_log import RESULTS, SignInEntry, SignInQuery

sign_in_entries = Blueprint("sign_in_entries", __name__, url_prefix="/manage/login-log")

ROWS = 50
AT_MOST = 100_000
DAYS = 31
HEADS = [_l("Time"), _l("Agent number"), _l("Agent"), _l("Result"), _l("How"), _l("Place"), _l("Device"), _l("IP address")]
ATTENDANCE_HEADS = [
    _l("Agent number"),
    _l("Agent"),
    _l("Days present"),
    _l("Sign-ins"),
    _l("First sign-in"),
    _l("Last sign-in"),
]


@sign_in_entries.get("")
@needs("members.manage")
def index():
    asked = Form(request.args)
    found = _query(asked).entries(before=asked.id("before"), at_most=ROWS + 1)
    return render_template(
        "manage/sign_in_entries/index.html",
        asked=asked,
        entries=found[:ROWS],
        older=found[ROWS - 1].id if len(found) > ROWS else None,
        kept=kept("before", "kind"),
        members=Member.all(),
        place_in=place_read,
        RESULTS=RESULTS,
    )


@sign_in_entries.get("/export.<any(csv, xlsx):kind>")
@needs("members.manage")
def export(kind):
    entries = _query(Form(request.args)).entries(at_most=AT_MOST)
    return _file(kind, "login-log", HEADS, map(_row, entries))


@sign_in_entries.get("/attendance")
@needs("members.manage")
def attendance():
    asked = Form(request.args)
    query = _last_days(_query(asked))
    first, last = query.since.astimezone(zone()).date(), (query.until or now()).astimezone(zone()).date()
    days = [first + timedelta(days=number) for number in range(min((last - first).days + 1, 366))]
    return render_template(
        "manage/sign_in_entries/attendance.html",
        asked=asked,
        rows=query.attendance(),
        days=days if len(days) <= 2 * DAYS else [],
        kept=kept("kind"),
    )


@sign_in_entries.get("/attendance.<any(csv, xlsx):kind>")
@needs("members.manage")
def export_attendance(kind):
    rows = _last_days(_query(Form(request.args))).attendance()
    told = ([one.member.number, one.member.name, one.days_present, one.sign_ins, one.first_at, one.last_at] for one in rows)
    return _file(kind, "attendance", ATTENDANCE_HEADS, told)


def _query(asked: Form) -> SignInQuery:
    period = Period.asked_for(asked)
    return SignInQuery(period.since, period.until, asked.id("member"), asked.choice("result", RESULTS))


def _last_days(query: SignInQuery) -> SignInQuery:
    """The last month, unless somebody asked from a day on."""
    first = begins((now().astimezone(zone()) - timedelta(days=DAYS - 1)).date())
    return SignInQuery(query.since or first, query.until, query.member_id)


def _row(entry: SignInEntry) -> list:
    who = [entry.at, entry.member.number, entry.member.name]
    return [*who, entry.result_title, entry.method_title, place_read(entry.ip), device_name(entry.device).text, entry.ip]


def _file(kind: str, name: str, heads: list, rows):
    write = csv_file if kind == "csv" else xlsx_file
    return write(f"{g.company.company_id}-{name}-{now():%Y-%m-%d}.{kind}", heads, rows)
