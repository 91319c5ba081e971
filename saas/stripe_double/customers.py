"""Customers, their payment methods, and the portal's sessions."""

import hashlib
import secrets

from saas.stripe_double.doors import answers
from saas.stripe_double.refusals import missing
from saas.stripe_double.world import World, texts

# Stripe's names for test cards that need no page.
READY_MADE = {
    "pm_card_visa": "4242424242424242",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_authenticationRequired": "4000002760003184",
}
NOBODY = {"address": None, "email": None, "name": None, "phone": None, "tax_id": None}


@answers("POST", "/v1/customers")
def create_customer(world: World, params: dict) -> dict:
    customer = world.put(
        {
            "id": world.new_id("cus"),
            "object": "customer",
            "address": params.get("address"),
            "balance": 0,
            "created": world.now(),
            "currency": None,
            "default_source": None,
            "delinquent": False,
            "description": params.get("description"),
            "email": params.get("email"),
            "invoice_prefix": secrets.token_hex(4).upper(),
            "invoice_settings": {
                "custom_fields": None,
                "default_payment_method": None,
                "footer": None,
                "rendering_options": None,
            },
            "livemode": False,
            "metadata": texts(params.get("metadata")),
            "name": params.get("name"),
            "next_invoice_sequence": 1,
            "phone": None,
            "preferred_locales": params.get("preferred_locales") or [],
            "shipping": None,
            "tax_exempt": "none",
            "test_clock": None,
        }
    )
    world.say("customer.created", customer)
    return customer


@answers("GET", "/v1/customers/{customer}")
def show_customer(world: World, params: dict, id: str) -> dict:
    if world.secret(id).get("deleted"):
        return {"id": id, "object": "customer", "deleted": True}
    return world.get(id, "customer")


@answers("POST", "/v1/customers/{customer}")
def update_customer(world: World, params: dict, id: str) -> dict:
    customer = world.get(id, "customer")
    changes = {name: params[name] for name in ("email", "name", "description", "address") if name in params}
    if "metadata" in params:
        changes["metadata"] = customer["metadata"] | texts(params["metadata"])
    if method := (params.get("invoice_settings") or {}).get("default_payment_method"):
        changes["invoice_settings"] = customer["invoice_settings"] | {"default_payment_method": method}
    world.change(customer, "customer.updated", **changes)
    return customer


@answers("DELETE", "/v1/customers/{customer}")
def delete_customer(world: World, params: dict, id: str) -> dict:
    from saas.stripe_double.subscriptions import end

    customer = world.get(id, "customer")
    for subscription in world.all("subscription", customer=id):
        if subscription["status"] not in ("canceled", "incomplete_expired"):
            end(world, subscription, "cancellation_requested")
    world.say("customer.deleted", customer)
    del world.objects[id]
    world.secret(id)["deleted"] = True
    return {"id": id, "object": "customer", "deleted": True}


@answers("GET", "/v1/customers")
def list_customers(world: World, params: dict) -> dict:
    fields = {"email": params["email"]} if "email" in params else {}
    return world.page(world.all("customer", **fields), params, "/v1/customers")


@answers("POST", "/v1/billing_portal/sessions")
def create_portal_session(world: World, params: dict) -> dict:
    world.get(params["customer"], "customer")
    id = world.new_id("bps")
    return world.put(
        {
            "id": id,
            "object": "billing_portal.session",
            "configuration": "bpc_double",
            "created": world.now(),
            "customer": params["customer"],
            "flow": None,
            "livemode": False,
            "locale": params.get("locale"),
            "on_behalf_of": None,
            "return_url": params.get("return_url"),
            "url": f"{world.address}/p/session/{id}",
        }
    )


@answers("GET", "/v1/payment_methods/{payment_method}")
def show_payment_method(world: World, params: dict, id: str) -> dict:
    return world.get(id, "payment_method")


@answers("POST", "/v1/payment_methods/{payment_method}/attach")
def attach_payment_method(world: World, params: dict, id: str) -> dict:
    """Keep one of Stripe's ready-made test cards for a customer."""
    world.get(params["customer"], "customer")
    if id not in READY_MADE:
        raise missing("payment_method", id)
    method = new_payment_method(world, params["customer"], "card", READY_MADE[id])
    world.say("payment_method.attached", method)
    return method


def new_payment_method(world: World, customer: str, kind: str, number: str = "") -> dict:
    """A card, or an account with Alipay or WeChat Pay, that belongs to the customer."""
    card = {
        "brand": "visa",
        "checks": None,
        "country": "US",
        "display_brand": "visa",
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": hashlib.sha256(number.encode()).hexdigest()[:16],
        "funding": "credit",
        "generated_from": None,
        "last4": number[-4:],
        "networks": None,
        "three_d_secure_usage": None,
        "wallet": None,
    }
    method = {
        "id": world.new_id("pm"),
        "object": "payment_method",
        "billing_details": NOBODY,
        "created": world.now(),
        "customer": customer,
        "livemode": False,
        "metadata": {},
        "type": kind,
    }
    return world.put(method | ({"card": card} if kind == "card" else {kind: {}}), number=number)


def use_by_default(world: World, customer: dict, method: dict) -> None:
    """Charge this one from now on."""
    settings = customer["invoice_settings"] | {"default_payment_method": method["id"]}
    world.say("payment_method.attached", method)
    world.change(customer, "customer.updated", invoice_settings=settings)
