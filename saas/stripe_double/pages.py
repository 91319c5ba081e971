"""The pages a person sees at Stripe: checkout, the bank's question, the code to scan, an open invoice, another card."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime

from babel.numbers import format_currency
from flask import Blueprint, current_app, redirect, render_template, request, url_for

from saas.stripe_double import charges
from saas.stripe_double.checkout import WALLETS, lines_of, needs_challenge, pay_by_card, pay_by_wallet
from saas.stripe_double.customers import new_payment_method, use_by_default
from saas.stripe_double.invoices import collect, settle
from saas.stripe_double.words import LANGUAGES, WORDS, language
from saas.stripe_double.world import World

pages = Blueprint("pages", __name__)

CARDS_TO_TRY = [
    (charges.GOOD, "paid_card"),
    (charges.DECLINED, "declined_card"),
    (charges.POOR, "poor_card"),
    (charges.ASKS_ALWAYS, "asking_card"),
    (charges.DECLINED_LATER, "later_card"),
]
FAULTS = {"generic_decline": "declined", "insufficient_funds": "poor", "authentication_required": "unanswered"}
# Stripe's pages write yuan and dollars in minor units of a hundred, yen in whole ones.
WHOLE = ("jpy", "krw")


@pages.get("/c/pay/<id>")
def checkout(id: str, fault: str | None = None):
    with _world() as world:
        session = _open_session(world, id)
        if session is None:
            return _show("gone.html"), 410
        known = world.secret(id)
        return _show(
            "checkout.html",
            session["locale"],
            session=session,
            lines=lines_of(world, session),
            trial_end=(known["subscription_data"] or {}).get("trial_end"),
            full=sum(line["amount_total"] for line in lines_of(world, session)),
            fault=fault,
            cards=CARDS_TO_TRY,
        )


@pages.post("/c/pay/<id>")
def pay(id: str):
    """The person has chosen: go back, pay by card, or by phone."""
    with _world() as world:
        session = _open_session(world, id)
        if session is None:
            return _show("gone.html"), 410
        action, method = request.form.get("action", "pay"), request.form.get("method", "card")
        if action == "back":
            return redirect(session["cancel_url"] or "/")
        if method not in session["payment_method_types"]:
            return _show("gone.html"), 400
        if method in WALLETS:
            return _pay_by_phone(world, session, method, action)
        return _pay_by_card(world, session, _digits(), action)


@pages.get("/i/<id>")
def invoice(id: str, fault: str | None = None):
    with _world() as world:
        invoice = world.objects.get(id)
        if invoice is None or invoice["object"] != "invoice":
            return _show("gone.html"), 404
        return _show("invoice.html", invoice=invoice, fault=fault, cards=CARDS_TO_TRY)


@pages.post("/i/<id>")
def pay_invoice(id: str):
    with _world() as world:
        invoice = world.get(id, "invoice")
        if invoice["status"] != "open":
            return redirect(url_for("pages.invoice", id=id))
        number, action = _digits(), request.form.get("action", "pay")
        if needs_challenge(number) and action == "pay":
            return _ask_bank(invoice["amount_due"], invoice["currency"], number)
        if action == "no" or charges.refusal_of(number, person_is_there=True):
            return _again("pages.invoice", id, "authentication_required" if action == "no" else "generic_decline")
        method = new_payment_method(world, invoice["customer"], "card", number)
        if why := collect(world, invoice, method, person_is_there=True):
            return _again("pages.invoice", id, why)
        settle(world, invoice)
        return redirect(url_for("pages.invoice", id=id))


@pages.get("/i/<id>/pdf")
def invoice_as_text(id: str):
    with _world() as world:
        invoice = world.get(id, "invoice")
        amount = money(invoice["amount_due"], invoice["currency"])
        return f"{invoice['number']}\n{amount}\n", {"Content-Type": "text/plain; charset=utf-8"}


@pages.get("/receipts/<id>")
def receipt(id: str):
    with _world() as world:
        return _show("receipt.html", intent=world.get(id, "payment_intent"))


@pages.get("/p/session/<id>")
def portal(id: str, fault: str | None = None):
    with _world() as world:
        session = world.objects.get(id)
        if session is None or session["object"] != "billing_portal.session":
            return _show("gone.html"), 404
        return _show("portal.html", session["locale"], session=session, fault=fault, cards=CARDS_TO_TRY)


@pages.post("/p/session/<id>")
def change_card(id: str):
    with _world() as world:
        session, number = world.get(id, "billing_portal.session"), _digits()
        if request.form.get("action") != "back":
            if why := charges.refusal_of(number, person_is_there=True):
                return _again("pages.portal", id, why)
            method = new_payment_method(world, session["customer"], "card", number)
            use_by_default(world, world.get(session["customer"], "customer"), method)
        return redirect(session["return_url"] or "/")


@pages.app_template_filter()
def money(amount: int, currency: str) -> str:
    value = amount if currency in WHOLE else amount / 100
    locale = {"en": "en_US", "zh": "zh_Hans_CN", "zh-tw": "zh_Hant_TW"}[language()]
    return format_currency(value, currency.upper(), locale=locale)


@pages.app_template_filter()
def day(moment: int | str) -> str:
    return f"{datetime.fromtimestamp(int(moment), UTC):%Y-%m-%d}"


def _open_session(world: World, id: str) -> dict | None:
    session = world.objects.get(id)
    return session if session and session["object"] == "checkout.session" and session["status"] == "open" else None


def _pay_by_card(world: World, session: dict, number: str, action: str):
    if needs_challenge(number) and action == "pay":
        return _ask_bank(session["amount_total"], session["currency"], number)
    if action == "no":
        return _again("pages.checkout", session["id"], "authentication_required")
    if why := pay_by_card(world, session, number):
        return _again("pages.checkout", session["id"], why)
    return _done(session)


def _pay_by_phone(world: World, session: dict, method: str, action: str):
    if action == "pay":
        return _show("scan.html", session["locale"], session=session, method=method)
    if action == "no":
        return redirect(url_for("pages.checkout", id=session["id"]))
    pay_by_wallet(world, session, method, later=action == "later" or world.switches.wallet_later)
    return _done(session)


def _done(session: dict):
    return redirect((session["success_url"] or "/").replace("{CHECKOUT_SESSION_ID}", session["id"]))


def _ask_bank(amount: int, currency: str, number: str):
    return _show("bank.html", amount=amount, currency=currency, number=number)


def _again(page: str, id: str, why: str):
    fault = FAULTS.get(why, "declined")
    return {"pages.checkout": checkout, "pages.invoice": invoice, "pages.portal": portal}[page](id, fault), 402


def _show(template: str, locale: str | None = None, **values) -> str:
    spoken = language(locale)
    return render_template(f"stripe_double/{template}", words=WORDS[spoken], code=LANGUAGES[spoken], **values)


def _digits() -> str:
    return re.sub(r"\D", "", request.form.get("number", ""))


@contextmanager
def _world():
    world: World = current_app.extensions["world"]
    with world.lock:
        yield world
        world.keep()
