"""Who is named on invoices and receipts, and where mails about money go besides."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from billing.accounts import BillingAccount
from core.db import db, transaction
from core.errors import Refusal
from core.forms import Form
from manage.deeds import noted
from tenants.signing_in.current import needs

plan_account = Blueprint("plan_account", __name__, url_prefix="/manage/plan/account")

FIELDS = ("legal_name", "address", "tax_id", "email")


@plan_account.get("")
@needs("billing.manage")
def edit():
    account = db.session.get(BillingAccount, g.company.id)
    return _page(Form({name: getattr(account, name) for name in FIELDS} if account else {}))


@plan_account.post("")
@needs("billing.manage")
def update():
    form = Form(request.form)
    try:
        with transaction():
            account = BillingAccount.locked(g.company)
            account.describe(**{name: form.value(name) for name in FIELDS})
            noted("billing.changed", **{name: getattr(account, name) for name in FIELDS})
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form), refusal.status
    flash(_("Saved."), "success")
    return redirect(url_for(".edit"))


def _page(form: Form) -> str:
    return render_template("manage/plan_account/edit.html", form=form, account=db.session.get(BillingAccount, g.company.id))
