"""Taking money: test cards, payment intents, charges.

The numbers are Stripe's own for testing, and what they do is what Stripe's page on testing says.
"""

from saas.stripe_double.customers import NOBODY
from saas.stripe_double.doors import answers
from saas.stripe_double.world import World, texts

GOOD, DECLINED, POOR = "4242424242424242", "4000000000000002", "4000000000009995"
DECLINED_LATER = "4000000000000341"  # can be kept, and every charge without the person fails
ASKS_ONCE, ASKS_ALWAYS = "4000002500003155", "4000002760003184"  # 3-D Secure: when kept; each time
ASKS = (ASKS_ONCE, ASKS_ALWAYS)
REASONS = {DECLINED: "generic_decline", POOR: "insufficient_funds", DECLINED_LATER: "generic_decline"}


def refusal_of(number: str, person_is_there: bool) -> str | None:
    """Why a card would not be charged now, or None.  A person who is there has answered 3-D Secure before."""
    if number == ASKS_ALWAYS and not person_is_there:
        return "authentication_required"
    if number == DECLINED_LATER and person_is_there:
        return None
    return REASONS.get(number)


def charge(world: World, amount: int, currency: str, customer: str, method: dict | None, person_is_there: bool,
           **said) -> tuple[dict, str | None]:  # fmt: skip
    """Charge a payment method: (payment intent, why it failed or None)."""
    number = world.secret(method["id"]).get("number", "") if method else ""
    why = refusal_of(number, person_is_there) if method else "no_payment_method"
    if world.declines:
        why = world.declines.pop(0)
    intent = world.put(_intent(world, amount, currency, customer, method, why, **said))
    made = world.put(_charge(world, intent, why))
    intent["latest_charge"] = made["id"]
    world.say("charge.failed" if why else "charge.succeeded", made)
    world.say(f"payment_intent.{_outcome(why)}", intent)
    return intent, why


@answers("GET", "/v1/payment_intents/{intent}")
def show_intent(world: World, params: dict, id: str) -> dict:
    return world.get(id, "payment_intent")


@answers("GET", "/v1/charges/{charge}")
def show_charge(world: World, params: dict, id: str) -> dict:
    return world.get(id, "charge")


@answers("GET", "/v1/charges")
def list_charges(world: World, params: dict) -> dict:
    fields = {name: params[name] for name in ("customer", "payment_intent") if name in params}
    return world.page(world.all("charge", **fields), params, "/v1/charges")


def _outcome(why: str | None) -> str:
    if why is None:
        return "succeeded"
    return "requires_action" if why == "authentication_required" else "payment_failed"


def _intent(world: World, amount: int, currency: str, customer: str, method: dict | None, why: str | None,
            metadata: dict | None = None, description: str | None = None) -> dict:  # fmt: skip
    needs_person = why == "authentication_required"
    error = {
        "type": "card_error",
        "code": "authentication_required" if needs_person else "card_declined",
        "decline_code": why,
        "message": "Your card was declined.",
    }
    return {
        "id": world.new_id("pi"),
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0 if why else amount,
        "capture_method": "automatic",
        "confirmation_method": "automatic",
        "created": world.now(),
        "currency": currency,
        "customer": customer,
        "description": description,
        "last_payment_error": error if why else None,
        "latest_charge": None,
        "livemode": False,
        "metadata": texts(metadata),
        "payment_method": method and method["id"],
        "payment_method_types": [method["type"] if method else "card"],
        "status": "succeeded" if why is None else "requires_action" if needs_person else "requires_payment_method",
    }


def _charge(world: World, intent: dict, why: str | None) -> dict:
    return {
        "id": world.new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount_received"],
        "amount_refunded": 0,
        "billing_details": NOBODY,
        "captured": why is None,
        "created": world.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "disputed": False,
        "failure_code": intent["last_payment_error"] and intent["last_payment_error"]["code"],
        "livemode": False,
        "metadata": {},
        "paid": why is None,
        "payment_intent": intent["id"],
        "payment_method": intent["payment_method"],
        "receipt_url": f"{world.address}/receipts/{intent['id']}",
        "refunded": False,
        "status": "failed" if why else "succeeded",
    }
