"""Invoices: made, finalised, paid or not."""

from saas.stripe_double.charges import charge
from saas.stripe_double.coupons import taken_off
from saas.stripe_double.doors import answers
from saas.stripe_double.refusals import Refused, declined
from saas.stripe_double.world import World, listed

UNTAXED = {"enabled": False, "liability": None, "status": None, "disabled_reason": None, "provider": None}


def new_line(world: World, text: str, amount: int, price: dict | None = None, quantity: int | None = None,
             period: tuple[int, int] | None = None, item: dict | None = None, is_proration: bool = False) -> dict:  # fmt: skip
    """A line of an invoice; `item` is the subscription's item it is for."""
    start, end = period or (world.now(), world.now())
    parent = item and {
        "type": "subscription_item_details",
        "invoice_item_details": None,
        "subscription_item_details": {
            "invoice_item": None,
            "proration": is_proration,
            "proration_details": None,
            "subscription": item["subscription"],
            "subscription_item": item["id"],
        },
    }
    pricing = price and {
        "type": "price_details",
        "price_details": {"price": price["id"], "product": price["product"]},
        "unit_amount_decimal": str(price["unit_amount"]),
    }
    return {
        "id": world.new_id("il"),
        "object": "line_item",
        "amount": amount,
        "currency": price["currency"] if price else "usd",
        "description": text,
        "discount_amounts": [],
        "discountable": not is_proration,
        "discounts": [],
        "livemode": False,
        "metadata": {},
        "parent": parent,
        "period": {"start": start, "end": end},
        "pricing": pricing,
        "quantity": quantity,
        "subtotal": amount,
        "taxes": [],
    }


def draft(world: World, customer: dict, currency: str, lines: list[dict], reason: str, subscription: dict | None) -> dict:
    """An invoice that nobody has seen yet.  Credit of the customer is used up; a negative total becomes credit."""
    subtotal, taken, credit = sum(line["amount"] for line in lines), taken_off(world, subscription, lines), customer["balance"]
    total = subtotal - sum(off["amount"] for off in taken)
    used = min(total, -credit) if total > 0 and credit < 0 else min(total, 0)
    due = total - used
    parent = subscription and {
        "type": "subscription_details",
        "quote_details": None,
        "subscription_details": {"subscription": subscription["id"], "metadata": subscription["metadata"]},
    }
    return {
        "id": world.new_id("in"),
        "object": "invoice",
        "amount_due": due,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_remaining": due,
        "amount_shipping": 0,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": UNTAXED,
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "created": world.now(),
        "currency": currency,
        "customer": customer["id"],
        "customer_email": customer["email"],
        "default_tax_rates": [],
        "discounts": [off["discount"] for off in taken],
        "ending_balance": credit + used,
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "issuer": {"type": "self"},
        "lines": listed(lines, "/v1/invoices/lines"),
        "livemode": False,
        "metadata": {},
        "next_payment_attempt": None,
        "number": None,
        "parent": parent,
        "payment_settings": {
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": None,
        },
        "period_end": world.now(),
        "period_start": world.now(),
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "starting_balance": credit,
        "status": "draft",
        "status_transitions": {"finalized_at": None, "marked_uncollectible_at": None, "paid_at": None, "voided_at": None},
        "subtotal": subtotal,
        "total": total,
        "total_discount_amounts": taken,
        "total_taxes": [],
    }


def issue(world: World, invoice: dict) -> dict:
    """Give a draft its number and make it final."""
    invoice["payments"] = listed([], "/v1/invoice_payments")
    world.put(invoice)
    world.say("invoice.created", invoice)
    customer = world.get(invoice["customer"], "customer")
    number = customer["next_invoice_sequence"]
    customer.update(balance=invoice["ending_balance"], next_invoice_sequence=number + 1)
    invoice.update(
        status="open",
        number=f"{customer['invoice_prefix']}-{number:04d}",
        hosted_invoice_url=f"{world.address}/i/{invoice['id']}",
        invoice_pdf=f"{world.address}/i/{invoice['id']}/pdf",
    )
    invoice["status_transitions"]["finalized_at"] = world.now()
    world.say("invoice.finalized", invoice)
    if subscription := subscription_of(world, invoice):
        subscription["latest_invoice"] = invoice["id"]
    return invoice


def collect(world: World, invoice: dict, method: dict | None = None, person_is_there: bool = False,
            metadata: dict | None = None) -> str | None:  # fmt: skip
    """Try to get it paid.  Returns why that failed, or None."""
    customer = world.get(invoice["customer"], "customer")
    method = method or card_of(world, customer, subscription_of(world, invoice))
    invoice.update(attempted=True, attempt_count=invoice["attempt_count"] + 1)
    why = None
    if invoice["amount_due"] > 0:
        intent, why = charge(
            world,
            invoice["amount_due"],
            invoice["currency"],
            customer["id"],
            method,
            person_is_there,
            metadata=metadata,
            description=f"Invoice {invoice['number']}",
        )
        invoice["payments"]["data"].append(_payment(world, invoice, intent, why))
    if why:
        world.say("invoice.payment_failed", invoice)
        if why == "authentication_required":
            world.say("invoice.payment_action_required", invoice)
        return why
    invoice.update(status="paid", amount_paid=invoice["amount_due"], amount_remaining=0, next_payment_attempt=None)
    invoice["status_transitions"]["paid_at"] = world.now()
    world.say("invoice.paid", invoice)
    world.say("invoice.payment_succeeded", invoice)
    return None


def card_of(world: World, customer: dict, subscription: dict | None) -> dict | None:
    """What is charged: the subscription's own card before the customer's."""
    own = (subscription or {}).get("default_payment_method")
    return world.objects.get(own or customer["invoice_settings"]["default_payment_method"] or "")


def void(world: World, invoice: dict) -> None:
    """Nobody has to pay it any more."""
    invoice.update(status="void", next_payment_attempt=None)
    invoice["status_transitions"]["voided_at"] = world.now()
    world.say("invoice.voided", invoice)


def subscription_of(world: World, invoice: dict) -> dict | None:
    details = (invoice["parent"] or {}).get("subscription_details") or {}
    return world.objects.get(details.get("subscription", ""))


def settle(world: World, invoice: dict) -> None:
    """What follows for the subscription when an open invoice is paid after all."""
    subscription = subscription_of(world, invoice)
    if subscription and subscription["status"] in ("past_due", "incomplete", "unpaid"):
        world.change(subscription, "customer.subscription.updated", status="active")


@answers("GET", "/v1/invoices/{invoice}")
def show_invoice(world: World, params: dict, id: str) -> dict:
    return world.get(id, "invoice")


@answers("GET", "/v1/invoices")
def list_invoices(world: World, params: dict) -> dict:
    fields = {name: params[name] for name in ("customer", "status") if name in params}
    found = world.all("invoice", **fields)
    if wanted := params.get("subscription"):
        found = [one for one in found if (subscription_of(world, one) or {}).get("id") == wanted]
    return world.page(found, params, "/v1/invoices")


@answers("POST", "/v1/invoices/{invoice}/pay")
def pay_invoice(world: World, params: dict, id: str) -> dict:
    invoice = world.get(id, "invoice")
    if invoice["status"] == "paid":
        raise Refused("Invoice is already paid")
    if invoice["status"] != "open":
        raise Refused(f"This invoice can't be paid: it is {invoice['status']}.")
    if why := collect(world, invoice):
        raise declined(why)
    settle(world, invoice)
    return invoice


@answers("POST", "/v1/invoices/{invoice}/void")
def void_invoice(world: World, params: dict, id: str) -> dict:
    invoice = world.get(id, "invoice")
    if invoice["status"] != "open":
        raise Refused("You can only void an open invoice.")
    void(world, invoice)
    return invoice


@answers("GET", "/v1/invoice_payments")
def list_invoice_payments(world: World, params: dict) -> dict:
    wanted = (params.get("payment") or {}).get("payment_intent")
    payments = [payment for invoice in world.all("invoice") for payment in invoice["payments"]["data"]]
    found = [
        payment
        for payment in payments
        if wanted in (None, payment["payment"]["payment_intent"]) and params.get("invoice") in (None, payment["invoice"])
    ]
    return world.page(found, params, "/v1/invoice_payments")


def _payment(world: World, invoice: dict, intent: dict, why: str | None) -> dict:
    return {
        "id": world.new_id("inpay"),
        "object": "invoice_payment",
        "amount_paid": None if why else invoice["amount_due"],
        "amount_requested": invoice["amount_due"],
        "created": world.now(),
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "is_default": True,
        "livemode": False,
        "payment": {"type": "payment_intent", "payment_intent": intent["id"]},
        "status": "open" if why else "paid",
        "status_transitions": {"canceled_at": None, "paid_at": None if why else world.now()},
    }
