"""Money going back: refunds, disputes, warnings of fraud."""

from saas.stripe_double.doors import answers
from saas.stripe_double.refusals import Refused
from saas.stripe_double.world import DAY, World, texts


@answers("POST", "/v1/refunds")
def create_refund(world: World, params: dict) -> dict:
    intent = world.get(params["payment_intent"], "payment_intent") if "payment_intent" in params else None
    charge = world.get(params.get("charge") or intent["latest_charge"], "charge")
    left = charge["amount"] - charge["amount_refunded"]
    amount = int(params.get("amount", left))
    if charge["disputed"]:
        raise Refused("Charge has been charged back; cannot issue a refund.", code="charge_disputed")
    if charge["refunded"]:
        raise Refused(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if not 0 < amount <= left:
        raise Refused(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", "amount")
    pends = world.switches.refunds_pend
    refund = world.put(
        {
            "id": world.new_id("re"),
            "object": "refund",
            "amount": amount,
            "balance_transaction": None,
            "charge": charge["id"],
            "created": world.now(),
            "currency": charge["currency"],
            "metadata": texts(params.get("metadata")),
            "payment_intent": charge["payment_intent"],
            "reason": params.get("reason"),
            "receipt_number": None,
            "status": "pending" if pends else "succeeded",
        }
    )
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    world.say("refund.created", refund)
    world.say("charge.refunded", charge)
    return refund


@answers("GET", "/v1/refunds/{refund}")
def show_refund(world: World, params: dict, id: str) -> dict:
    return world.get(id, "refund")


@answers("GET", "/v1/refunds")
def list_refunds(world: World, params: dict) -> dict:
    fields = {name: params[name] for name in ("charge", "payment_intent") if name in params}
    return world.page(world.all("refund", **fields), params, "/v1/refunds")


def settle_refund(world: World, refund: dict, arrives: bool) -> None:
    """A pending refund reaches its person, or comes back: then the charge counts as not refunded."""
    if arrives:
        world.change(refund, "refund.updated", status="succeeded")
        return
    charge = world.get(refund["charge"], "charge")
    charge.update(amount_refunded=charge["amount_refunded"] - refund["amount"], refunded=False)
    world.change(refund, "refund.failed", status="failed", failure_reason="expired_or_canceled_card")


@answers("GET", "/v1/disputes/{dispute}")
def show_dispute(world: World, params: dict, id: str) -> dict:
    return world.get(id, "dispute")


@answers("GET", "/v1/disputes")
def list_disputes(world: World, params: dict) -> dict:
    fields = {name: params[name] for name in ("charge", "payment_intent") if name in params}
    return world.page(world.all("dispute", **fields), params, "/v1/disputes")


def open_dispute(world: World, charge: dict, amount: int | None = None) -> dict:
    """The card's owner says it was not him: the bank takes the money back until that is settled."""
    charge["disputed"] = True
    dispute = world.put(
        {
            "id": world.new_id("du"),
            "object": "dispute",
            "amount": amount or charge["amount"],
            "balance_transactions": [],
            "charge": charge["id"],
            "created": world.now(),
            "currency": charge["currency"],
            "enhanced_eligibility_types": [],
            "evidence": {"enhanced_evidence": {}},
            "evidence_details": {
                "due_by": world.now() + 7 * DAY,
                "enhanced_eligibility": {},
                "has_evidence": False,
                "past_due": False,
                "submission_count": 0,
                "submission_method": "not_submitted",
            },
            "is_charge_refundable": False,
            "livemode": False,
            "metadata": {},
            "payment_intent": charge["payment_intent"],
            "reason": "fraudulent",
            "status": "needs_response",
        }
    )
    world.say("charge.dispute.created", dispute)
    world.say("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close_dispute(world: World, dispute: dict, won: bool) -> None:
    """The bank has decided.  A won dispute's charge may be refunded again."""
    if won:
        world.get(dispute["charge"], "charge")["disputed"] = False
        world.say("charge.dispute.funds_reinstated", dispute)
    world.change(dispute, "charge.dispute.closed", status="won" if won else "lost")


@answers("GET", "/v1/radar/early_fraud_warnings/{early_fraud_warning}")
def show_warning(world: World, params: dict, id: str) -> dict:
    return world.get(id, "radar.early_fraud_warning")


def warn(world: World, charge: dict) -> dict:
    """A card network thinks that this charge was fraud."""
    warning = world.put(
        {
            "id": world.new_id("issfr"),
            "object": "radar.early_fraud_warning",
            "actionable": True,
            "charge": charge["id"],
            "created": world.now(),
            "fraud_type": "made_with_stolen_card",
            "livemode": False,
            "payment_intent": charge["payment_intent"],
        }
    )
    world.say("radar.early_fraud_warning.created", warning)
    return warning
