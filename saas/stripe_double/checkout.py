"""Checkout sessions: opened by us, paid by a person on the hosted page, expired."""

from saas.stripe_double.catalogue import price_in_line
from saas.stripe_double.charges import ASKS, charge, refusal_of
from saas.stripe_double.customers import create_customer, new_payment_method
from saas.stripe_double.doors import answers
from saas.stripe_double.invoices import collect, draft, issue, new_line
from saas.stripe_double.refusals import Refused
from saas.stripe_double.subscriptions import begin
from saas.stripe_double.world import DAY, World, listed, texts

WALLETS = ("alipay", "wechat_pay")
WALLET_SETTLES_AFTER = 600


@answers("POST", "/v1/checkout/sessions")
def create_session(world: World, params: dict) -> dict:
    mode, at = params["mode"], world.now()
    lines = [_line(world, line) for line in params.get("line_items", [])]
    _refuse_odd(params, lines)
    expires = int(params.get("expires_at", at + DAY))
    if not at + 1790 <= expires <= at + DAY + 10:
        raise Refused(
            "The `expires_at` timestamp must be at least 30 minutes and less than 24 hours from Checkout Session creation.",
            "expires_at",
        )
    if customer := params.get("customer"):
        world.get(customer, "customer")
    total = sum(line["amount_total"] for line in lines)
    details = params.get("subscription_data") or {}
    id = world.new_id("cs_test")
    session = {
        "id": id,
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": 0 if details.get("trial_end") or details.get("trial_period_days") else total,
        "automatic_tax": {"enabled": False, "liability": None, "status": None, "provider": None},
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": at,
        "currency": lines[0]["currency"],
        "custom_fields": [],
        "custom_text": {"after_submit": None, "shipping_address": None, "submit": None, "terms_of_service_acceptance": None},
        "customer": customer,
        "customer_email": params.get("customer_email"),
        "expires_at": expires,
        "invoice": None,
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": texts(params.get("metadata")),
        "mode": mode,
        "payment_intent": None,
        "payment_method_types": _methods(params),
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "subscription": None,
        "success_url": params.get("success_url"),
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{world.address}/c/pay/{id}",
    }  # fmt: skip
    return world.put(
        session,
        lines=lines,
        subscription_data=details,
        intent_data=params.get("payment_intent_data") or {},
        makes_invoice=(params.get("invoice_creation") or {}).get("enabled") in (True, "true"),
    )


@answers("GET", "/v1/checkout/sessions/{session}")
def show_session(world: World, params: dict, id: str) -> dict:
    session = world.get(id, "checkout.session")
    # Stripe shows the lines only to who asks for them.
    if "line_items" in params.get("expand", []):
        return session | {"line_items": listed(lines_of(world, session), f"/v1/checkout/sessions/{id}/line_items")}
    return session


@answers("GET", "/v1/checkout/sessions")
def list_sessions(world: World, params: dict) -> dict:
    fields = {name: params[name] for name in ("customer", "subscription", "payment_intent", "status") if name in params}
    return world.page(world.all("checkout.session", **fields), params, "/v1/checkout/sessions")


@answers("POST", "/v1/checkout/sessions/{session}/expire")
def expire_session(world: World, params: dict, id: str) -> dict:
    session = world.get(id, "checkout.session")
    if session["status"] != "open":
        raise Refused(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of {session['status']}."
        )
    expire(world, session)
    return session


def expire(world: World, session: dict) -> None:
    session.update(status="expired", url=None)
    world.say("checkout.session.expired", session)


def lines_of(world: World, session: dict) -> list[dict]:
    return world.secret(session["id"])["lines"]


def needs_challenge(number: str) -> bool:
    """Whether a bank asks the person (3-D Secure) before this card is charged."""
    return number in ASKS


def pay_by_card(world: World, session: dict, number: str) -> str | None:
    """The person has typed a card number, and answered 3-D Secure if it was asked.  Returns why it was refused, or None."""
    if why := refusal_of(number, person_is_there=True):
        return why
    if world.declines:
        return world.declines.pop(0)
    customer = _customer_of(world, session)
    return _complete(world, session, new_payment_method(world, customer, "card", number))


def pay_by_wallet(world: World, session: dict, kind: str, later: bool) -> None:
    """The person pays with Alipay or WeChat Pay, now or some time later."""
    method = new_payment_method(world, _customer_of(world, session), kind)
    if not later:
        _complete(world, session, method)
        return
    world.secret(session["id"]).update(method=method["id"], settles_at=world.now() + WALLET_SETTLES_AFTER)
    session.update(status="complete", payment_status="unpaid", url=None)
    world.say("checkout.session.completed", session)


def settle_wallet(world: World, session: dict, paid: bool) -> None:
    """What was completed unpaid has been paid after all, or never will be."""
    known = world.secret(session["id"])
    known.pop("settles_at", None)
    if paid:
        _take(world, session, world.objects[known["method"]])
        session.update(payment_status="paid")
    world.say(f"checkout.session.async_payment_{'succeeded' if paid else 'failed'}", session)


def _refuse_odd(params: dict, lines: list[dict]) -> None:
    is_recurring = [line["price"]["type"] == "recurring" for line in lines]
    if params["mode"] == "payment" and any(is_recurring):
        raise Refused(
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.",
            "line_items[0][price]",
        )
    if params["mode"] == "subscription" and not any(is_recurring):
        raise Refused("You must provide at least one recurring price in `subscription` mode when using prices.", "line_items")
    if "wechat_pay" in params.get("allowed_payment_method_types", []):
        options = (params.get("payment_method_options") or {}).get("wechat_pay") or {}
        if options.get("client") != "web":
            raise Refused(
                "Missing required param: payment_method_options[wechat_pay][client].",
                "payment_method_options[wechat_pay][client]",
                "parameter_missing",
            )


def _methods(params: dict) -> list[str]:
    """What is offered: what the mode can do, as far as it is allowed.  Wallets cannot be charged again and again."""
    able = ["card"] if params["mode"] == "subscription" else ["card", *WALLETS]
    offered = [one for one in able if one in params.get("allowed_payment_method_types", able)]
    if not offered:
        raise Refused("No valid payment method types for this Checkout Session.", "allowed_payment_method_types")
    return offered


def _line(world: World, line: dict) -> dict:
    price, quantity = price_in_line(world, line), int(line.get("quantity", 1))
    if quantity < 1:
        raise Refused("This value must be greater than or equal to 1.", "line_items[0][quantity]", "parameter_invalid_integer")
    amount = quantity * price["unit_amount"]
    return {
        "id": world.new_id("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": world.objects[price["product"]]["name"],
        "discounts": [],
        "price": price,
        "quantity": quantity,
        "taxes": [],
    }


def _customer_of(world: World, session: dict) -> str:
    if not session["customer"]:
        session["customer"] = create_customer(world, {"email": session["customer_email"]})["id"]
    return session["customer"]


def _complete(world: World, session: dict, method: dict) -> str | None:
    if session["mode"] == "subscription":
        items = [
            {"price": line["price"]["id"], "quantity": line["quantity"]}
            for line in lines_of(world, session)
            if line["price"]["type"] == "recurring"
        ]
        params = world.secret(session["id"])["subscription_data"] | {"customer": session["customer"], "items": items}
        begun = begin(world, params, method, person_is_there=True)
        paid = "no_payment_required" if begun["trial_end"] else "paid"
        session.update(subscription=begun["id"], invoice=begun["latest_invoice"], payment_status=paid)
    else:
        _take(world, session, method)
        session.update(payment_status="paid")
    session.update(status="complete", url=None)
    world.say("checkout.session.completed", session)
    return None


def _take(world: World, session: dict, method: dict) -> None:
    """Charge for a one-off session, with an invoice if that was asked for."""
    known, metadata = world.secret(session["id"]), world.secret(session["id"])["intent_data"].get("metadata")
    if not known["makes_invoice"]:
        customer, amount = session["customer"], session["amount_total"]
        intent, _ = charge(world, amount, session["currency"], customer, method, True, metadata=metadata)
        session["payment_intent"] = intent["id"]
        return
    customer = world.get(session["customer"], "customer")
    lines = [
        new_line(world, line["description"], line["amount_total"], line["price"], line["quantity"]) for line in known["lines"]
    ]
    # A one-off sale never touches what a customer has as credit.
    invoice = issue(world, draft(world, customer | {"balance": 0}, session["currency"], lines, "manual", None) | {
        "starting_balance": customer["balance"], "ending_balance": customer["balance"]})  # fmt: skip
    collect(world, invoice, method, person_is_there=True, metadata=metadata)
    payment = invoice["payments"]["data"][0]["payment"]["payment_intent"]
    session.update(invoice=invoice["id"], payment_intent=payment)
