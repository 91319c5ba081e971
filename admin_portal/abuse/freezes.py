"""Freezing a company at once, with what it does shown first; and letting it work again."""

from collections.abc import Callable

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from admin_portal.doors import company_called, company_entered
from core.db import db, transaction
from core.errors import Refusal
from core.forms import Form
from core.tokens import new_token
from operators.current import current_operator, needs
from operators.freezes import freeze, unfreeze
from operators.once import sent_before
from sms.messages import Sms
from tenants.abuse.signals import score_of, signals_of
from tenants.companies.company import Company
from tenants.companies.outboxes import WaitingWork

freezes = Blueprint("freezes", __name__, url_prefix="/abuse/freezes/<company_id>")


@freezes.get("")
@needs("abuse.act", proof=True)
def new(company_id):
    company = company_called(company_id)
    with force_locale(company.language):
        told = _("We are looking into complaints about this company. Write to our support.")
    return _page(company, Form({"told": told, "form_key": new_token()}))


@freezes.post("")
@needs("abuse.act", proof=True)
def create(company_id):
    form, told = Form(request.form), _("Write what the company's people are told.")
    return _done(company_id, form, freeze, [_why(form), form.text("told", 300, missing=told)], _("%(company)s is frozen."))


@freezes.post("/end")
@needs("abuse.act", proof=True)
def destroy(company_id):
    form = Form(request.form)
    return _done(company_id, form, unfreeze, [_why(form)], _("%(company)s works again."))


def _why(form: Form) -> str:
    return form.text("reason", 500, missing=_("Write why: it stands in the log."))


def _done(company_id: str, form: Form, deed: Callable, words: list[str], said: str):
    with company_entered(company_id) as company:
        try:
            form.check()
            with transaction():
                if not sent_before(form.value("form_key")):
                    deed(company, current_operator(), *words)
        except Refusal as refusal:
            form.refuse(refusal)
            return _page(company, form), refusal.status
    flash(said % {"company": company.name}, "success")
    return redirect(url_for("admin_portal.signals.index", company=company_id, state="all"))


def _page(company: Company, form: Form) -> str:
    waiting = db.session.get(WaitingWork, company.id)
    return render_template(
        "admin_portal/abuse/freeze.html",
        company=company,
        form=form,
        signals=signals_of(company.id),
        score=score_of(company.id),
        sms=_waiting_sms(company),
        mails=waiting.waiting if waiting else 0,
    )


def _waiting_sms(company: Company) -> int:
    waiting = sa.select(sa.func.count()).where(Sms.company_id == company.id, Sms.state == "written")
    return db.session.scalar(waiting) or 0
