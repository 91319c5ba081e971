"""Corrections: everything operators did to companies' accounts, and what waits for a second person."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_portal.money.deeds import seal_of, told
from admin_portal.money.listing import AT_MOST, as_file, asked_list
from billing.accounts import BillingAccount
from billing.effects import changes, effect_now
from billing.lists import Actions, deciders
from billing.money import spoken
from billing.operator_actions import STATUSES, OperatorAction, currency_of
from billing.operator_deeds import DEEDS
from billing.state_names import TONES
from core.db import db, transaction
from core.errors import NotFound, Refusal
from core.forms import Form
from operators.audit import note
from operators.current import current_operator, needs

actions = Blueprint("actions", __name__, url_prefix="/corrections")

HEADS = (
    _l("Number"), _l("When"), _l("Company"), _l("What"), _l("State"), _l("Asked by"), _l("Reason"), _l("Decided by"),
    _l("Because"), _l("Done"), _l("What it changed"), _l("Told to the company"),
)  # fmt: skip
WORDS = {"DEEDS": DEEDS, "STATUSES": STATUSES, "TONES": TONES, "spoken": spoken, "changes": changes}


@actions.get("")
@needs("money.see")
def index():
    with transaction():
        return render_template("admin_portal/money/actions/index.html", listing=_asked(), deciders=deciders(), **WORDS)


@actions.get("/corrections.<any(csv, xlsx):kind>")
@needs("money.see", proof=True)
def export(kind):
    return as_file("corrections", kind, HEADS, map(_cells, _asked().only.rows(at_most=AT_MOST)))


@actions.get("/<int:action_id>")
@needs("money.see")
def show(action_id):
    with transaction():
        return _page(_action(action_id), Form())


@actions.post("/<int:action_id>/approval")
@needs("money.approve", proof=True)
def approve(action_id):
    return _decide(action_id, _approve, "money.approved", _("Approved and done."))


@actions.post("/<int:action_id>/refusal")
@needs("money.approve", proof=True)
def decline(action_id):
    return _decide(action_id, _decline, "money.declined", _("Declined. Nothing was changed."))


def _decide(action_id: int, decide: Callable, noted: str, said: str):
    form = Form(request.form)
    try:
        with transaction():
            action = _action(action_id)
            BillingAccount.locked(action.company_id)
            if not decide(action, form):
                return _page(action, form), 409
            subject = f"operator_action:{action.id}"
            note(noted, current_operator(), action.company, subject, action.decided_because, asked_by=action.operator)
    except Refusal as refusal:
        form.refuse(refusal)
        with transaction():
            return _page(_action(action_id), form), refusal.status
    flash(said, "success")
    return redirect(url_for(".show", action_id=action_id))


def _approve(action: OperatorAction, form: Form) -> bool:
    """False when it would do something else than what was shown."""
    if action.is_waiting and form.value("shown") != seal_of(effect_now(action)):
        form.fail("form", _("Something has changed since you looked. See what would happen now, then decide."))
        return False
    action.approve(current_operator().email, form.value("because"))
    return True


def _decline(action: OperatorAction, form: Form) -> bool:
    if not form.value("because").strip():
        form.fail("because", _("Say why. Whoever asked for it reads it."))
    form.check()
    action.decline(current_operator().email, form.value("because"))
    return True


def _asked():
    return asked_list(
        Actions,
        status=lambda asked: asked.choice("status", STATUSES),
        action=lambda asked: asked.choice("action", DEEDS),
        operator=lambda asked: asked.email("operator"),
    )


def _action(action_id: int) -> OperatorAction:
    action = db.session.get(OperatorAction, action_id, populate_existing=True)
    if action is None:
        raise NotFound
    return action


def _page(action: OperatorAction, form: Form) -> str:
    effect, obstacle = None, ""
    if action.is_waiting:
        try:
            effect = effect_now(action)
        except Refusal as refusal:
            obstacle = str(refusal)
    return render_template(
        "admin_portal/money/actions/show.html",
        action=action,
        form=form,
        effect=effect,
        obstacle=obstacle,
        seal=seal_of(effect) if effect else "",
        is_own=action.operator == current_operator().email,
        currency=currency_of(action.company),
        **WORDS,
    )


def _cells(action: OperatorAction) -> list:
    effect = told(changes(action.before, action.after)) if action.after else ""
    asked = [action.id, action.created_at, action.company.company_id, str(DEEDS[action.action].title)]
    decided = [str(STATUSES[action.status]), action.operator, action.reason, action.decided_by, action.decided_because]
    return [*asked, *decided, action.done_at, effect, action.told]
