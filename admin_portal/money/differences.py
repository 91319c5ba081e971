"""Reconciliation: what the payment provider and we do not agree about, and what is done about it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from billing import payments
from billing.differences import AlreadyResolved, Difference, ReconcileRun
from billing.payments import Gone, PaymentsOff, ProviderAway
from billing.reconciliation import can_sync, start, sync_again
from billing.state_names import DIFFERENCE_KINDS
from core.db import db, transaction
from core.errors import NotFound, Refusal
from core.forms import Form
from operators.audit import note
from operators.current import current_operator, needs
from tenants.companies.company import Company

differences = Blueprint("differences", __name__, url_prefix="/reconciliation")


@differences.get("")
@needs("money.see")
def index():
    with transaction():
        return _page(Form())


@differences.post("/runs")
@needs("money.act")
def compare():
    """Have a worker compare everything of the last days, or all there is, now."""
    is_full = bool(request.form.get("full"))
    with transaction():
        if any(run.is_running for run in ReconcileRun.latest()):
            flash(_("A comparison is running already."), "warning")
            return redirect(url_for(".index"))
        note("money.compared", current_operator(), full=is_full)
    if payments.are_on():
        start(is_full)
        flash(_("The comparison has begun. Its result stands here as soon as it is done."), "success")
    else:
        flash(str(PaymentsOff()), "danger")
    return redirect(url_for(".index"))


@differences.post("/<int:difference_id>/sync")
@needs("money.act")
def sync(difference_id):
    """Ask the provider once more and write what it says: what every webhook does, nothing else."""
    with transaction():
        difference = _difference(difference_id)
        if difference.resolved_at is not None:
            raise AlreadyResolved
        about = {"subject": f"difference:{difference.id}", "object": difference.object_id}
        note("money.difference_synced", current_operator(), _company(difference), **about)
    try:
        adds_up = sync_again(difference)
    except (ProviderAway, PaymentsOff) as refusal:
        flash(str(refusal), "danger")
    except Gone:
        flash(
            _("The payment service does not know it any more. Dismiss it with a reason if nothing has to be done."), "warning"
        )
    else:
        if adds_up:
            flash(_("Synchronized: it adds up now."), "success")
        else:
            flash(_("Synchronized, and it still does not add up. Somebody has to look into it."), "warning")
    return redirect(url_for(".index"))


@differences.post("/<int:difference_id>/dismissal")
@needs("money.act", proof=True)
def dismiss(difference_id):
    form = Form(request.form)
    try:
        with transaction():
            difference = _difference(difference_id)
            difference.dismiss(current_operator().email, form.value("reason"))
            about = {"subject": f"difference:{difference.id}", "object": difference.object_id}
            note("money.difference_dismissed", current_operator(), _company(difference), reason=form.value("reason"), **about)
    except Refusal as refusal:
        form.refuse(refusal)
        with transaction():
            return _page(form, difference_id), refusal.status
    flash(_("Dismissed. It comes back only if it changes."), "success")
    return redirect(url_for(".index"))


def _difference(id: int) -> Difference:
    found = db.session.get(Difference, id)
    if found is None:
        raise NotFound
    return found


def _company(difference: Difference) -> Company | None:
    return db.session.get(Company, difference.company_id) if difference.company_id else None


def _page(form: Form, about: int | None = None) -> str:
    """`about` is the difference whose form was refused."""
    found = Difference.all_open()
    return render_template(
        "admin_portal/money/differences/index.html",
        form=form,
        about=about,
        differences=[(difference, _company(difference), can_sync(difference)) for difference in found],
        settled=Difference.lately_resolved(),
        runs=ReconcileRun.latest(),
        are_on=payments.are_on(),
        DIFFERENCE_KINDS=DIFFERENCE_KINDS,
    )
