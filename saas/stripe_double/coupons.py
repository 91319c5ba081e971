"""Coupons, and the discounts by which subscriptions have them: so much or so many percent off each invoice, for ever."""

from saas.stripe_double.doors import answers
from saas.stripe_double.refusals import Refused
from saas.stripe_double.world import World, texts


@answers("POST", "/v1/coupons")
def create_coupon(world: World, params: dict) -> dict:
    if params.get("duration", "once") != "forever":
        raise Refused("This double knows coupons with `duration=forever` only.", "duration")
    if ("percent_off" in params) == ("amount_off" in params):
        raise Refused("You must pass exactly one of `percent_off` and `amount_off`.")
    return world.put(
        {
            "id": params.get("id") or world.new_id("coupon"),
            "object": "coupon",
            "amount_off": int(params["amount_off"]) if "amount_off" in params else None,
            "created": world.now(),
            "currency": params.get("currency"),
            "duration": "forever",
            "duration_in_months": None,
            "livemode": False,
            "max_redemptions": None,
            "metadata": texts(params.get("metadata")),
            "name": params.get("name"),
            "percent_off": float(params["percent_off"]) if "percent_off" in params else None,
            "redeem_by": None,
            "times_redeemed": 0,
            "valid": True,
        }
    )


@answers("GET", "/v1/coupons/{coupon}")
def show_coupon(world: World, params: dict, id: str) -> dict:
    return world.get(id, "coupon")


def new_discounts(world: World, wanted: list[dict] | str, subscription: dict) -> list[str]:
    """The ids of the discounts a subscription has from now on; "" takes all away."""
    return [_new_discount(world, world.get(one["coupon"], "coupon"), subscription) for one in wanted or ()]


def taken_off(world: World, subscription: dict | None, lines: list[dict]) -> list[dict]:
    """What each discount takes off an invoice with these lines, one after the other: {"amount", "discount"}."""
    left, taken = sum(line["amount"] for line in lines if line["discountable"]), []
    for id in subscription["discounts"] if subscription else ():
        coupon = world.objects[world.objects[id]["source"]["coupon"]]
        amount = coupon["amount_off"] or round(left * coupon["percent_off"] / 100)
        taken.append({"amount": min(amount, left), "discount": id})
        left -= taken[-1]["amount"]
    return taken


def _new_discount(world: World, coupon: dict, subscription: dict) -> str:
    discount = {
        "id": world.new_id("di"),
        "object": "discount",
        "checkout_session": None,
        "customer": subscription["customer"],
        "customer_account": None,
        "end": None,
        "invoice": None,
        "invoice_item": None,
        "promotion_code": None,
        "source": {"type": "coupon", "coupon": coupon["id"]},
        "start": world.now(),
        "subscription": subscription["id"],
        "subscription_item": None,
    }
    return world.put(discount)["id"]
