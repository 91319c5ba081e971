"""SMS: what was sent and what it cost (K-03), and what they are used for (K-01, K-02)."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.clock import now
from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.tables import csv_file
from manage.deeds import noted
from sms.credits import credits_left
from sms.gateways import gateway
from sms.messages import PURPOSES, STATES, Sms
from sms.mobiles import Mobile
from sms.numbers import masked
from tenants.companies.settings import Settings
from tenants.signing_in.current import current_member, needs

sms_bill = Blueprint("sms_bill", __name__, url_prefix="/manage/sms")

ROWS, ALL = 50, 10_000
SWITCHES = ("sms_offline_messages", "sms_passwords")


@sms_bill.get("")
@needs("billing.manage")
def index():
    return _page(Form({name: "yes" for name in SWITCHES if getattr(Settings.current(), name)}))


@sms_bill.get("/sms.csv")
@needs("billing.manage")
def export():
    rows = [
        (
            sms.created_at.isoformat(),
            PURPOSES[sms.purpose],
            masked(sms.number),
            sms.segments,
            _cost(sms),
            STATES[sms.state],
            _text(sms),
        )
        for sms in Sms.of_company(g.company, at_most=ALL)
    ]
    heads = (_("When"), _("What for"), _("Recipient"), _("Parts"), _("Credits"), _("State"), _("Text"))
    return csv_file("sms.csv", heads, rows)


@sms_bill.post("")
@needs("billing.manage")
def update():
    form = Form(request.form)
    with transaction():
        settings = Settings.current()
        wanted = {name: form.yes(name) for name in SWITCHES}
        if changes := {name: wanted[name] for name in SWITCHES if getattr(settings, name) != wanted[name]}:
            noted("company.changed", **changes)
        for name, value in wanted.items():
            setattr(settings, name, value)
    flash(_("Saved."), "success")
    return redirect(url_for(".index"))


@sms_bill.post("/trial")
@needs("billing.manage")
def create():
    """One to oneself, to see that it arrives."""
    try:
        with transaction():
            mobile = Mobile.of(current_member())
            if mobile is not None and mobile.is_verified:
                text = _("%(company)s: SMS arrive here.", company=g.company.name)
                # Two clicks within the minute are one SMS.
                Sms.write(g.company, f"trial:{mobile.member_id}:{now():%Y%m%d%H%M}", "trial", mobile.number, text)
    except Refusal as refusal:
        flash(str(refusal), "danger")
    else:
        flash(_("An SMS is on its way to your number."), "success")
    return redirect(url_for(".index"))


def _page(form: Form) -> str:
    asked = Form(request.args)
    found = Sms.of_company(g.company, before=asked.id("before"), at_most=ROWS + 1)
    return render_template(
        "manage/sms_bill/index.html",
        form=form,
        found=found[:ROWS],
        older=found[ROWS - 1].id if len(found) > ROWS else None,
        left=credits_left(g.company),
        is_on=gateway() is not None,
        mobile=Mobile.of(current_member()),
        masked=masked,
        text_of=_text,
        PURPOSES=PURPOSES,
        STATES=STATES,
    )


def _text(sms: Sms) -> str:
    """What visitors wrote is for who answers them."""
    if sms.purpose == "offline_message" and not current_member().may("offline_messages.handle"):
        return "•••"
    return sms.shown_text


def _cost(sms: Sms) -> int:
    return sms.credits if sms.is_charged else 0
