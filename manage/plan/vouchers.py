"""Vouchers: redeem a code, use what lies in the drawer, try the first style (F-10, Y-02…Y-05)."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from billing.styles import StyleTerm, try_first_style
from billing.vouchers import NeedsStyle, Voucher, VoucherRefused, redeem_code, redeem_from_drawer
from billing.words import voucher_in_words
from chat.styles.sites import Site
from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from manage.deeds import noted
from manage.styles.pages import site_numbered
from manage.styles.terms import style_states
from tenants.platform.settings import limits
from tenants.signing_in.current import needs

plan_vouchers = Blueprint("plan_vouchers", __name__, url_prefix="/manage/plan/vouchers")


@plan_vouchers.get("")
@needs("billing.manage")
def index():
    return _page(Form())


@plan_vouchers.post("")
@needs("billing.manage")
def create():
    """A typed code.  What is wrong with it nobody learns."""
    form = Form(request.form)
    form.text("code", 40, missing=_("Enter the voucher's code."))
    try:
        form.check()
        with transaction():
            _redeemed(redeem_code(g.company, form.value("code"), _style(form)))
    except Refusal as refusal:
        _say_where(form, refusal)
        return _page(form), refusal.status
    return redirect(url_for(".index"))


@plan_vouchers.post("/<int:voucher_id>/redemption")
@needs("billing.manage")
def redeem(voucher_id):
    form = Form(request.form)
    try:
        with transaction():
            _redeemed(redeem_from_drawer(g.company, voucher_id, _style(form)))
    except Refusal as refusal:
        flash(str(refusal), "danger")
    return redirect(url_for(".index"))


@plan_vouchers.post("/trial")
@needs("billing.manage")
def try_style():
    """Some days without a voucher."""
    form = Form(request.form)
    try:
        with transaction():
            site = site_numbered(form.id("style_id") or 0)
            try_first_style(g.company, site.id)
            noted("style.tried", site, site=site.name)
    except Refusal as refusal:
        flash(str(refusal), "danger")
    else:
        days = limits()["style_trial_days"]
        flash(
            ngettext(
                "%(name)s's style can be used for %(num)s day.",
                "%(name)s's style can be used for %(num)s days.",
                days,
                name=site.name,
            ),
            "success",
        )
    return redirect(url_for(".index"))


def _style(form: Form) -> int | None:
    """The site whose style it is for.  Raises NotFound for one that is not the company's."""
    return site_numbered(form.id("style_id")).id if form.id("style_id") is not None else None


def _redeemed(voucher: Voucher) -> None:
    noted("voucher.redeemed", number=voucher.id)
    flash(_("Redeemed: %(what)s.", what=voucher_in_words(voucher.gives)), "success")


def _say_where(form: Form, refusal: Refusal) -> None:
    if isinstance(refusal, NeedsStyle):
        form.fail("style_id", str(refusal))
    elif isinstance(refusal, VoucherRefused):
        form.fail("code", str(refusal))
    else:
        form.refuse(refusal)


def _page(form: Form) -> str:
    sites = Site.all()
    return render_template(
        "manage/plan_vouchers/index.html",
        form=form,
        drawer=Voucher.in_drawer_of(g.company),
        sites=sites,
        style_choices=[("", _("It is not for a style")), *((site.id, site.name) for site in sites)],
        styles=style_states(g.company, sites),
        may_try=StyleTerm.none_yet(g.company),
        trial_days=limits()["style_trial_days"],
        voucher_in_words=voucher_in_words,
    )
