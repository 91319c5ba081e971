"""Load and limits: which companies ask the most of the platform, and which of them are limited."""

import sqlalchemy as sa
from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _l
from redis.exceptions import RedisError

from core.clock import now
from core.db import db, transaction
from core.forms import Form
from core.heartbeats import Heartbeat, living
from core.tables import csv_file, xlsx_file
from operators.audit import note
from operators.current import current_operator, needs
from tenants.companies.company import Company
from tenants.platform.load import KINDS, Busy, busiest_lately, busiest_on
from tenants.platform.load_limits import LoadLimit

neighbours = Blueprint("neighbours", __name__, url_prefix="/load")

ROWS, EXPORTED = 50, 1000
TITLES = {
    "requests": _l("Requests"),
    "refused": _l("Refused"),
    "messages": _l("Messages"),
    "work": _l("Seconds of work"),
    "database": _l("Seconds of the database"),
}
WHILES = {"lately": _l("The last minutes"), "today": _l("Today")}
HEADS = [_l("Company ID"), _l("Company"), *TITLES.values(), _l("Visitors connected")]


@neighbours.get("")
@needs("operations.see")
def index():
    asked = Form(request.args)
    rows, since, visitors, is_known = _asked_for(asked, ROWS)
    with transaction():
        limits = LoadLimit.in_force()
    return render_template(
        "admin_portal/operations/neighbours.html",
        asked=asked,
        by=_by(asked),
        during=asked.choice("during", WHILES, otherwise="lately"),
        rows=rows,
        since=since,
        visitors=visitors,
        is_known=is_known,
        limits=limits,
        limited={limit.company_id for limit in limits},
        TITLES=TITLES,
        WHILES=WHILES,
    )


@neighbours.get("/export.<any(csv, xlsx):kind>")
@needs("operations.see", proof=True)
def export(kind):
    write = csv_file if kind == "csv" else xlsx_file
    rows, _since, visitors, _known = _asked_for(Form(request.args), EXPORTED)
    with transaction():
        note("load.exported", current_operator(), rows=len(rows))
    cells = [[company.company_id, company.name, *busy[1:], visitors.get(company.id, 0)] for company, busy in rows]
    return write(f"load-{now():%Y-%m-%d}.{kind}", HEADS, cells)


def _asked_for(asked: Form, at_most: int) -> tuple[list[tuple[Company, Busy]], object, dict[int, int], bool]:
    """The companies with their load, since when that is, their visitors connected, and whether Redis could be asked."""
    since, is_known = now().replace(hour=0, minute=0, second=0, microsecond=0), True
    try:
        if asked.choice("during", WHILES) == "today":
            busy = busiest_on(now().date(), _by(asked), at_most)
        else:
            since, busy = busiest_lately(_by(asked), at_most)
    except RedisError:
        busy, is_known = [], False
    with transaction():
        companies = _companies([one.company_id for one in busy])
        visitors = _visitors(Heartbeat.known())
    return [(companies[one.company_id], one) for one in busy if one.company_id in companies], since, visitors, is_known


def _by(asked: Form) -> str:
    return asked.choice("by", KINDS, otherwise="requests")


def _companies(ids: list[int]) -> dict[int, Company]:
    found = sa.select(Company).where(Company.id.in_(ids), Company.status != "erased")
    return {company.id: company for company in db.session.scalars(found)} if ids else {}


def _visitors(processes: list[Heartbeat]) -> dict[int, int]:
    """How many visitors the companies with the most have connected, over all processes."""
    found: dict[int, int] = {}
    for process in living(processes):
        for id, count in process.figures.get("visitors", {}).items():
            found[int(id)] = found.get(int(id), 0) + count
    return found
