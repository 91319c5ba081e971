"""Nothing lost: what the nightly check of the last days found (read only)."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, g, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from chat.conversations.integrity import Gap, IntegrityDay
from core.clock import now
from core.tables import csv_file
from tenants.signing_in.current import needs

integrity = Blueprint("integrity", __name__, url_prefix="/manage/integrity")

DAYS = 90
TALLEST = 40
FINDERS = {"visitor": _l("The visitor's window"), "team": _l("An agent's console"), "check": _l("The nightly check")}


@integrity.get("")
@needs("audit.read")
def index():
    lines = IntegrityDay.since(_first_day())
    return render_template(
        "manage/integrity/index.html",
        lines=lines,
        bars=bars(lines, _first_day()),
        holes=Gap.holes(since=now() - timedelta(days=DAYS)),
        messages=sum(line.messages for line in lines),
        is_whole=bool(lines) and all(line.is_contiguous for line in lines),
        DAYS=DAYS,
        TALLEST=TALLEST,
        FINDERS=FINDERS,
    )


@integrity.get("/export.csv")
@needs("audit.read")
def export():
    heads = [
        _("Day"),
        _("Conversations"),
        _("Messages"),
        _("Confirmed by both ends"),
        _("No number missing"),
        _("Noticed and fetched again"),
        _("Conversations with missing messages"),
    ]
    rows = (
        [
            line.day.isoformat(),
            line.conversations,
            line.messages,
            line.confirmed,
            _("Yes") if line.is_contiguous else _("No"),
            line.gaps,
            line.holes,
        ]
        for line in IntegrityDay.since(_first_day())
    )
    return csv_file(f"{g.company.company_id}-integrity-{now():%Y-%m-%d}.csv", heads, rows)


def bars(lines: list[IntegrityDay], first: date) -> list[dict]:
    """One bar for each day that was checked: its place, its height as the day had messages, and whether all are there."""
    most = max((line.messages for line in lines), default=0) or 1
    return [
        {
            "x": (line.day - first).days,
            # A day with a single message still shows.
            "height": round(max(line.messages / most * TALLEST, 0.5), 1),
            "is_whole": line.is_contiguous,
        }
        for line in lines
    ]


def _first_day() -> date:
    return now().astimezone(ZoneInfo(g.company.time_zone)).date() - timedelta(days=DAYS)
