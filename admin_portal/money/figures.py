"""What the platform earns, as charts, tables and files."""

import json

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from admin_portal.money.figure_tables import FIGURES, drawn_in
from admin_portal.money.listing import as_file
from billing.figures import currencies_used
from billing.money import spoken
from billing.recurring_changes import recurring_now
from billing.spans import Span
from core.clock import now
from core.db import transaction
from core.forms import Form
from core.periods import day_in, zone
from operators.current import needs

figures = Blueprint("figures", __name__, url_prefix="/figures")


@figures.get("")
@needs("money.see")
def show():
    asked = Form(request.args)
    with transaction():
        span, currency, currencies = _asked(asked)
        return render_template(
            "admin_portal/money/figures.html",
            asked=asked,
            span=span,
            currency=currency,
            currencies=currencies,
            drawn=drawn_in(span, currency),
            now=[(unit, amount, companies) for unit, amount, companies in recurring_now()],
            kept={"since": span.since.isoformat(), "until": span.until.isoformat(), "currency": currency},
            json=json,
            spoken=spoken,
        )


@figures.get(f"/<any({', '.join(FIGURES)}):figure>.<any(csv, xlsx):kind>")
@needs("money.see", proof=True)
def export(figure, kind):
    with transaction():
        span, currency, _currencies = _asked(Form(request.args))
        [drawn] = drawn_in(span, currency, [figure])
    return as_file(f"{figure}-{currency.lower()}", kind, drawn.heads, drawn.cells)


def _asked(asked: Form) -> tuple[Span, str, list[str]]:
    """From when to when, in which currency, and which there are; a day that is none is told beside its field."""
    currencies = currencies_used()
    usual = Span.last_months(now().astimezone(zone()).date(), str(zone()))
    since, until = day_in(asked, "since") or usual.since, day_in(asked, "until") or usual.until
    if until < since:
        asked.fail("until", _("Choose a day that is not before the first."))
        since, until = usual.since, usual.until
    return Span(since, until, str(zone())), asked.choice("currency", currencies, otherwise=currencies[0]), currencies
