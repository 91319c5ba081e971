"""Reports and signals: what was seen, whom it is about, and what operators decided."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from admin_portal.abuse.evidence import companies_in, facts_of, line_of
from core.clock import now
from core.db import transaction
from core.errors import Invalid, NotFound
from core.forms import Form
from core.pages import kept, local_path
from core.periods import Period
from core.tables import csv_file, xlsx_file
from operators.audit import note
from operators.current import current_operator, needs
from tenants.abuse.signal_query import UNDECIDED, SignalQuery, highest_scores
from tenants.abuse.signals import KINDS, STATES, Signal, scores_of, signals_of

signals = Blueprint("signals", __name__, url_prefix="/abuse/signals")

ROWS = 50
AT_MOST = 50_000
# What an operator does with signals: the state they have then.
DEEDS = {"looked_at": _l("Mark as looked at"), "dismissed": _l("Dismiss"), "new": _l("Put back as new")}
SHOWN = {UNDECIDED: _l("Not decided"), **STATES, "all": _l("All")}
HEADS = [
    _l("Last noticed"),
    _l("First seen"),
    _l("Signal"),
    _l("Company ID"),
    _l("Number of times"),
    _l("Weight"),
    _l("State"),
    _l("What was seen"),
    _l("Decided by"),
    _l("Remark"),
]


@signals.get("")
@needs("abuse.see")
def index():
    return _list(Form(request.args))


@signals.get("/export.<any(csv, xlsx):ending>")
@needs("abuse.see")
def export(ending):
    found = _query(Form(request.args)).signals(at_most=AT_MOST)
    named, write = companies_in(found), csv_file if ending == "csv" else xlsx_file
    return write(f"signals-{now():%Y-%m-%d}.{ending}", HEADS, (_row(signal, line_of(signal, named)) for signal in found))


@signals.get("/<int:signal_id>")
@needs("abuse.see")
def show(signal_id):
    return _page(_signal(signal_id), Form())


@signals.post("/<int:signal_id>")
@needs("abuse.act")
def settle(signal_id):
    """Decide about one, or write a remark beside it."""
    form, signal = Form(request.form), _signal(signal_id)
    try:
        _settle([signal], form)
    except Invalid as invalid:
        form.refuse(invalid)
        return _page(signal, form), invalid.status
    return redirect(url_for(".show", signal_id=signal_id))


@signals.post("")
@needs("abuse.act")
def update():
    """Decide about several."""
    form = Form(request.form)
    try:
        if not form.ids("ids"):
            raise Invalid(form=_("Tick the signals you have decided about."))
        _settle(Signal.numbered(form.ids("ids")), form)
    except Invalid as invalid:
        flash(" ".join(map(str, invalid.fields.values())), "danger")
    return redirect(local_path(form.value("next"), url_for(".index")))


def _settle(chosen: list[Signal], form: Form) -> None:
    """Raises Invalid."""
    state, reason = form.choice("state", DEEDS), form.text("reason", 500)
    if not state:
        raise Invalid(state=_("Choose what you decided."))
    with transaction():
        changed = [signal for signal in chosen if signal.settle(state, current_operator().email, reason)]
        for signal in changed:
            note(f"signal.{state}", current_operator(), signal.company, subject=f"signal:{signal.id}", reason=reason)
    flash(ngettext("%(num)d signal changed.", "%(num)d signals changed.", len(changed)), "success")


def _query(asked: Form) -> SignalQuery:
    period, state = Period.asked_for(asked), asked.choice("state", SHOWN, otherwise=UNDECIDED)
    return SignalQuery(
        kind=asked.choice("kind", KINDS),
        state="" if state == "all" else state,
        company=asked.text("company", 40),
        since=period.since,
        until=period.until,
    )


def _list(asked: Form) -> str:
    found = _query(asked).signals(before=asked.id("before"), at_most=ROWS + 1)
    shown = found[:ROWS]
    return render_template(
        "admin_portal/abuse/signals.html",
        asked=asked,
        signals=shown,
        older=shown[-1].id if len(found) > ROWS else None,
        kept=kept("before", "ending"),
        scores=scores_of({signal.company_id for signal in shown if signal.company_id}),
        worst=highest_scores(),
        named=companies_in(shown),
        line_of=line_of,
        KINDS=KINDS,
        SHOWN=SHOWN,
        DEEDS=DEEDS,
        UNDECIDED=UNDECIDED,
    )


def _page(signal: Signal, form: Form) -> str:
    beside = (
        [other for other in signals_of(signal.company_id, only_live=False) if other is not signal] if signal.company_id else []
    )
    return render_template(
        "admin_portal/abuse/signal.html",
        signal=signal,
        form=form,
        beside=beside[:20],
        score=scores_of([signal.company_id]).get(signal.company_id),
        facts=facts_of(signal, companies_in([signal])),
        named=companies_in(beside[:20]),
        line_of=line_of,
        DEEDS=DEEDS,
    )


def _signal(id: int) -> Signal:
    found = Signal.numbered([id])
    if not found:
        raise NotFound
    return found[0]


def _row(signal: Signal, line: str) -> list:
    company = signal.company.company_id if signal.company else ""
    seen = [signal.last_seen_at, signal.first_seen_at, signal.title, company, signal.count, signal.weight]
    return [*seen, signal.state_title, line, signal.settled_by, signal.remark]
