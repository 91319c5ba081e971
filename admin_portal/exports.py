"""Tables that operators take away as files: each is noted, here for all of them.

A view that writes such a file is called export…; most say nothing of it themselves.
"""

from flask import Response, request

from admin_portal.doors import company_called
from core.db import transaction
from core.text import tidy
from operators.audit import note
from operators.current import current_operator

# What the log calls it, by whose file it is; the rest are tables.
MONEY = ("orders", "actions", "company_money", "figures", "sms_costs")
# These note themselves what else is to be said of it, as how many rows there were.
SAY_MORE = ("companies", "entries", "failures", "neighbours", "company_mails", "company_timeline")


def noted(response: Response) -> Response:
    """After each view: who took a table away, which one, and narrowed by what."""
    area, view = request.endpoint.split(".")[-2:]
    if response.status_code == 200 and view.startswith("export") and area not in SAY_MORE:
        _note(area, view)
    return response


def _note(area: str, view: str) -> None:
    company_id = request.view_args.get("company_id")
    company = company_called(company_id) if company_id else None
    which = request.view_args.get("figure") or view.removeprefix("export").lstrip("_") or area
    about = {
        "file": request.path.rpartition(".")[2],
        "filters": {tidy(name, 40): tidy(value, 200) for name, value in request.args.items()},
    }
    with transaction():
        note("money.exported" if area in MONEY else "table.exported", current_operator(), company, which, **about)
