"""Doing something to a company's account: asked with a reason, shown before it is done, done once for each form."""

import json

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from admin_portal.doors import company_called
from admin_portal.money.company_money import company_money
from admin_portal.money.deed_forms import FORMS, free_choice_of_currency, products_for
from billing.accounts import BillingAccount
from billing.effects import Change, changes, preview
from billing.money import spoken
from billing.operator_actions import Deed, OperatorAction, currency_of
from billing.operator_deeds import DEEDS
from billing.plans import FLAG_NAMES
from billing.refund_actions import refundable
from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.tokens import fingerprint, new_token
from operators.audit import note
from operators.current import current_operator, needs
from tenants.companies.company import Company

NAMES = ", ".join(FORMS)


@company_money.get(f"/<any({NAMES}):deed>/new")
@needs("money.act", proof=True)
def new_deed(company_id, deed):
    company = company_called(company_id)
    with transaction():
        return _page(company, deed, Form({**request.args, "key": new_token()}))


@company_money.post(f"/<any({NAMES}):deed>")
@needs("money.act", proof=True)
def create_deed(company_id, deed):
    """First it is only shown; sent again with the seal of what was shown it is done, if that is still what would happen."""
    company, form = company_called(company_id), Form(request.form)
    try:
        with transaction():
            BillingAccount.locked(company)
            action, effect = _try(company, deed, form)
            if action is None:
                return _page(company, deed, form, effect)
    except Refusal as refusal:
        form.refuse(refusal)
        with transaction():
            return _page(company, deed, form), refusal.status
    flash(_said(action, effect), "warning" if action.is_waiting else "success")
    return redirect(url_for(".show", company_id=company_id))


def seal_of(effect: dict) -> str:
    """What was shown, so that nobody agrees to something else."""
    return fingerprint(json.dumps([changes(effect["before"], effect["after"]), effect["waits"]]))


def told(effect: list[Change]) -> str:
    """Changes in one sentence."""
    return "; ".join(f"{change.title}: {change.before or '–'} → {change.after or '–'}" for change in effect)


def _try(company: Company, name: str, form: Form) -> tuple[OperatorAction | None, dict | None]:
    """The action, and what it did unless the form was sent before; without one, what it would do."""
    kind = FORMS[name]
    about = kind.about(company, form)
    deed = Deed(current_operator().email, form.value("reason"), _key(company, name, form), told=form.value("told"))
    if not deed.reason.strip():
        form.fail("reason", _("Say why. Others will ask later."))
    do = kind.read(company, form, about)
    form.check()
    if (known := OperatorAction.keyed(deed.key)) is not None:
        return known, None
    effect = preview(do, deed)
    if form.value("shown") != seal_of(effect):
        return None, effect
    action = do(deed)
    subject = f"operator_action:{action.id}"
    note(f"money.{name}", current_operator(), company, subject, action.reason, status=action.status, **action.arguments)
    return action, effect


def _key(company: Company, name: str, form: Form) -> str:
    """Of the form and all that is in it: the same sent twice happens once, with something else in it it is another."""
    typed = sorted((field, form.typed.getlist(field)) for field in form.typed if field not in ("csrf_token", "shown"))
    return fingerprint(json.dumps([company.id, name, typed]))


def _said(action: OperatorAction, effect: dict | None) -> str:
    title = DEEDS[action.action].title
    if effect is None:
        return _("%(title)s: this form was sent before, and counts once.", title=title)
    if action.is_waiting:
        return _("%(title)s: it waits for a second person, under Corrections. Nothing has happened yet.", title=title)
    if action.paid is not None and not action.paid.is_from_wallet:
        return _("%(title)s: the payment service is asked to return the money. The books follow when it has.", title=title)
    return _("%(title)s: done. %(changes)s", title=title, changes=told(changes(action.before, action.after)))


def _page(company: Company, name: str, form: Form, effect: dict | None = None) -> str:
    kind = FORMS[name]
    about = kind.about(company, form)
    return render_template(
        "admin_portal/money/deeds/new.html",
        company=company,
        name=name,
        kind=kind,
        form=form,
        about=about,
        effect=effect,
        changes=changes(effect["before"], effect["after"]) if effect else [],
        seal=seal_of(effect) if effect else "",
        was_shown=bool(form.value("shown")),
        currency=currency_of(company),
        currencies=free_choice_of_currency(company),
        products=products_for(company) if name == "comp" else [],
        refundable=refundable,
        DEEDS=DEEDS,
        FLAG_NAMES=FLAG_NAMES,
        spoken=spoken,
    )
