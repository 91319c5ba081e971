"""The subscription: more seats now, fewer at renewal, the yearly rhythm, its end and its undoing, the open invoice, the card (F-09)."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from billing.downgrade import Rule, what_will_be_blocked
from billing.grants import grants_of
from billing.money import spoken
from billing.payments import BankAsks, CardDeclined
from billing.products import Product
from billing.subscription_changes import (
    Change,
    cancel,
    card_page,
    confirm_change,
    keep_on,
    keep_seats,
    pay_open_invoice,
    preview_change,
)
from billing.subscriptions import NotSubscribed, Subscription
from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.pages import address_of
from manage.deeds import noted
from manage.plan.overview import Overview
from tenants.platform.settings import limits
from tenants.rights.entitlements import Entitlements, Grant
from tenants.signing_in.current import needs

plan_subscription = Blueprint("plan_subscription", __name__, url_prefix="/manage/plan/subscription")


@plan_subscription.get("")
@needs("billing.manage")
def show():
    with transaction():
        subscription = Subscription.running_of(g.company.id)
        if subscription is None:
            return redirect(url_for("manage.plan_prices.index"))
        return _page(Form({"seats": str(subscription.pending_quantity or subscription.seats), "product": ""}))


@plan_subscription.get("/change")
@needs("billing.manage")
def preview():
    """What it costs, and what will be blocked, before anybody agrees to it."""
    form = Form(request.args)
    try:
        with transaction():
            return _previewed(form)
    except Refusal as refusal:
        return _refused(form, refusal)


@plan_subscription.post("")
@needs("billing.manage")
def update():
    form = Form(request.form)
    try:
        with transaction():
            subscription = confirm_change(g.company, form.value("change"))
            noted("subscription.changed", seats=subscription.pending_quantity or subscription.seats)
    except Refusal as refusal:
        return _refused(form, refusal)
    flash(_("Your subscription is changed."), "success")
    return redirect(url_for("manage.plan.show"))


@plan_subscription.post("/pending/removal")
@needs("billing.manage")
def keep_all_seats():
    """Think better of fewer seats."""
    return _done(keep_seats, "subscription.changed", _("You keep all seats."))


@plan_subscription.get("/cancellation")
@needs("billing.manage")
def confirm_end():
    with transaction():
        subscription = Subscription.running_of(g.company.id)
        if subscription is None:
            return redirect(url_for("manage.plan_prices.index"))
        return render_template(
            "manage/plan_subscription/end.html", form=Form(), subscription=subscription, blocked=_blocked_with(subscription, 0)
        )


@plan_subscription.post("/cancellation")
@needs("billing.manage")
def end():
    return _done(cancel, "subscription.cancelled", _("Your subscription ends with the period you have paid for."))


@plan_subscription.post("/cancellation/removal")
@needs("billing.manage")
def go_on():
    return _done(keep_on, "subscription.kept", _("Your subscription goes on."))


@plan_subscription.post("/payment")
@needs("billing.manage")
def pay():
    """Try the card once more for an open invoice; the bank may want the person himself."""
    try:
        with transaction():
            pay_open_invoice(g.company)
    except BankAsks as refusal:
        return _to_invoice(refusal)
    except CardDeclined:
        flash(_("The card was declined again. Change the card, or pay the invoice with another one."), "danger")
        return redirect(url_for(".show"))
    except Refusal as refusal:
        flash(str(refusal), "danger")
        return redirect(url_for("manage.plan.show"))
    flash(_("The invoice is paid. Thank you."), "success")
    return redirect(url_for("manage.plan.show"))


@plan_subscription.post("/card")
@needs("billing.manage")
def change_card():
    """On to the provider's page: card numbers never come to us."""
    try:
        with transaction():
            return redirect(card_page(g.company, address_of("manage.plan_subscription.show"), str(get_locale())))
    except Refusal as refusal:
        flash(str(refusal), "danger")
        return redirect(url_for("manage.plan.show"))


def _done(change, deed: str, text: str):
    try:
        with transaction():
            change(g.company)
            noted(deed)
    except Refusal as refusal:
        flash(str(refusal), "danger")
    else:
        flash(text, "success")
    return redirect(url_for("manage.plan.show"))


def _to_invoice(refusal: BankAsks):
    with transaction():
        subscription = Subscription.running_of(g.company.id)
        address = subscription.invoice_url if subscription else None
    if address:
        return redirect(address)
    flash(str(refusal), "danger")
    return redirect(url_for("manage.plan.show"))


def _previewed(form: Form) -> str:
    subscription = Subscription.needed_of(g.company)
    seats = form.whole_number("seats", 1, limits()["most_in_order"], missing=_("Enter a number."))
    form.check()
    code = form.choice("product", _rhythms(subscription))
    change = preview_change(g.company, seats, code or None)
    return _asked(form, subscription, change)


def _asked(form: Form, subscription: Subscription, change: Change) -> str:
    return render_template(
        "manage/plan_subscription/change.html",
        form=form,
        subscription=subscription,
        change=change,
        yearly=change.product != change.product_before,
        blocked=_blocked_with(subscription, change.seats) if not change.is_at_once else [],
        spoken=spoken,
    )


def _refused(form: Form, refusal: Refusal):
    """To look at the amount anew: the provider would answer the same question as before, whatever the card is now."""
    if isinstance(refusal, NotSubscribed):
        flash(str(refusal), "danger")
        return redirect(url_for("manage.plan_prices.index"))
    form.refuse(refusal)
    with transaction():
        return _page(form, card_failed=isinstance(refusal, CardDeclined)), refusal.status


def _page(form: Form, card_failed: bool = False) -> str:
    overview = Overview(g.company)
    return render_template(
        "manage/plan_subscription/show.html",
        form=form,
        overview=overview,
        subscription=overview.subscription,
        rhythms=_rhythms(overview.subscription),
        card_failed=card_failed,
        AT_MOST=limits()["most_in_order"],
        spoken=spoken,
    )


def _rhythms(subscription: Subscription) -> list[str]:
    """The codes it may change to."""
    on_sale = [product for product in Product.all_on_sale() if product.kind == "subscription"]
    return [product.code for product in on_sale if product.months > subscription.product.months]


def _blocked_with(subscription: Subscription, seats: int) -> list[Rule]:
    """What can be used until the renewal and not after it, with so many seats then (none: no subscription)."""
    reason, moment = f"subscription:{subscription.stripe_id}", subscription.period_end
    grants = grants_of(g.company)
    after = [grant for grant in grants if grant.reason != reason]
    if seats:
        rights = subscription.product.rights_for(seats)
        after.append(Grant(reason=reason, rights=rights, valid_from=subscription.started_at))
    return what_will_be_blocked(Entitlements.add_up(grants, moment), Entitlements.add_up(after, moment))
