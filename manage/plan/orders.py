"""Orders: look at what it costs, agree, pay by card or app or from the wallet, and see what became of it."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from billing.checkouts import SOONEST_START, open_checkout
from billing.documents import documents_of_order
from billing.money import spoken
from billing.orders import Order, order_of, orders_of
from billing.products import NotForSale, Product
from billing.state_names import ORDER_STATES, TONES
from billing.wallet_purchases import NOT_FROM_WALLET, pay_from_wallet
from core.clock import now
from core.db import transaction
from core.errors import Invalid, Refusal
from core.forms import Form
from core.pages import address_of
from manage.deeds import noted
from manage.plan.offers import Offer, OfferTooOld
from manage.plan.overview import Overview
from manage.plan.shelf import currency_for
from tenants.platform.settings import limits
from tenants.signing_in.current import current_member, needs

plan_orders = Blueprint("plan_orders", __name__, url_prefix="/manage/plan/orders")


@plan_orders.get("")
@needs("billing.manage")
def index():
    return render_template(
        "manage/plan_orders/index.html", orders=orders_of(g.company), STATES=ORDER_STATES, TONES=TONES, spoken=spoken
    )


@plan_orders.get("/new")
@needs("billing.manage")
def new():
    """The exact amount, before anybody agrees to it."""
    asked = Form(request.args)
    with transaction():
        return _offered(asked, asked.text("product"), asked.text("currency", 3))


@plan_orders.post("")
@needs("billing.manage")
def create():
    form = Form(request.form)
    try:
        with transaction():
            offer = Offer.read(g.company, form.value("offer"))
            order = offer.place(g.company)
            address = _pay(order, form)
    except Refusal as refusal:
        return _again(form.value("offer"), refusal)
    return redirect(address)


@plan_orders.get("/<order_no>")
@needs("billing.manage")
def show(order_no):
    with transaction():
        return _page(order_of(g.company, order_no), Form())


@plan_orders.post("/<order_no>/payment")
@needs("billing.manage")
def pay(order_no):
    """Go on paying an order that was left unpaid."""
    form = Form(request.form)
    try:
        with transaction():
            address = _pay(order_of(g.company, order_no), form)
    except Refusal as refusal:
        form.refuse(refusal)
        with transaction():
            return _page(order_of(g.company, order_no), form), refusal.status
    return redirect(address)


def _pay(order: Order, form: Form) -> str:
    """Where to go on: the payment page, or the order when it is paid."""
    here = url_for("manage.plan_orders.show", order_no=order.order_no)
    if order.status != "open":
        return here
    about = {"order_no": order.order_no, "total": spoken(order.total, order.currency)}
    way = form.choice("pay", ("wallet", "online"))
    if not way:
        raise Invalid(form=_("Choose how you want to pay."))
    if way == "wallet":
        pay_from_wallet(order, actor=f"member:{current_member().id}")
        noted("order.paid_from_wallet", **about)
        flash(_("Paid from the wallet."), "success")
        return here
    noted("order.placed", **about)
    # The provider puts the session's id between the braces, which no encoding may touch.
    back = address_of("manage.plan_payments.show") + "?session={CHECKOUT_SESSION_ID}"
    again = address_of("manage.plan_orders.show", order_no=order.order_no)
    language = str(get_locale())
    return open_checkout(g.company, order, back, again, language, after_trial=form.yes("after_trial")).url


def _again(token: str, refusal: Refusal):
    """The page as it was, with what was refused, and a new offer."""
    with transaction():
        try:
            offer = Offer.read(g.company, token)
        except OfferTooOld:
            flash(str(refusal), "danger")
            return redirect(url_for("manage.plan_prices.index"))
        form = Form({"quantity": str(offer.quantity)})
        form.refuse(refusal)
        return _offered(form, offer.sold.code, offer.currency), refusal.status


def _offered(form: Form, code: str, currency: str) -> str:
    product = Product.on_sale(code)
    currency = currency_for(g.company, currency)
    if currency not in product.prices:
        raise NotForSale
    quantity = form.whole_number("quantity", 1, limits()["most_in_order"]) or 1
    offer = None
    if not form.fault("quantity"):
        offer = Offer.make(g.company, product, quantity, currency)
    trial_ends_at = g.company.trial_ends_at
    return render_template(
        "manage/plan_orders/new.html",
        form=form,
        product=product,
        each=spoken(product.price_in(currency), currency),
        currency=currency,
        quantity=quantity,
        offer=offer,
        overview=Overview(g.company),
        from_wallet=product.kind not in NOT_FROM_WALLET,
        may_wait=product.kind == "subscription" and trial_ends_at is not None and trial_ends_at > now() + SOONEST_START,
        trial_ends_at=trial_ends_at,
        AT_MOST=limits()["most_in_order"],
    )


def _page(order: Order, form: Form) -> str:
    return render_template(
        "manage/plan_orders/show.html",
        form=form,
        order=order,
        documents=documents_of_order(order),
        overview=Overview(g.company),
        from_wallet=not any(line.product.kind in NOT_FROM_WALLET for line in order.lines),
        STATES=ORDER_STATES,
        TONES=TONES,
        spoken=spoken,
    )
