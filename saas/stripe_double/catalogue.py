"""Products and prices."""

from saas.stripe_double.doors import answers
from saas.stripe_double.refusals import Refused
from saas.stripe_double.world import World, is_true, texts


@answers("POST", "/v1/products")
def create_product(world: World, params: dict) -> dict:
    return world.put(
        {
            "id": params.get("id") or world.new_id("prod"),
            "object": "product",
            "active": True,
            "created": world.now(),
            "description": params.get("description"),
            "images": [],
            "livemode": False,
            "marketing_features": [],
            "metadata": texts(params.get("metadata")),
            "name": params["name"],
            "type": "service",
            "updated": world.now(),
        }
    )


@answers("POST", "/v1/prices")
def create_price(world: World, params: dict) -> dict:
    key = params.get("lookup_key")
    for other in world.all("price", lookup_key=key) if key else ():
        if not is_true(params.get("transfer_lookup_key")):
            raise Refused(f"A price (`{key}`) already uses that lookup key.", param="lookup_key")
        other["lookup_key"] = None
    product = params.get("product") or create_product(world, params["product_data"])["id"]
    return new_price(world, params | {"product": product})


@answers("POST", "/v1/prices/{price}")
def update_price(world: World, params: dict, id: str) -> dict:
    price = world.get(id, "price")
    price.update({name: is_true(params[name]) for name in ("active",) if name in params})
    return price


@answers("GET", "/v1/prices")
def list_prices(world: World, params: dict) -> dict:
    wanted = params.get("lookup_keys")
    active = is_true(params["active"]) if "active" in params else None
    found = [
        price
        for price in world.all("price")
        if (not wanted or price["lookup_key"] in wanted) and active in (None, price["active"])
    ]
    return world.page(found, params, "/v1/prices")


@answers("GET", "/v1/prices/{price}")
def show_price(world: World, params: dict, id: str) -> dict:
    return world.get(id, "price")


def new_price(world: World, params: dict) -> dict:
    """A price for so much of a product, once or again and again."""
    recurring = params.get("recurring")
    amount = int(params["unit_amount"])
    if amount < 0:
        raise Refused("Invalid non-negative integer", param="unit_amount", code="parameter_invalid_integer")
    return world.put(
        {
            "id": world.new_id("price"),
            "object": "price",
            "active": True,
            "billing_scheme": "per_unit",
            "created": world.now(),
            "currency": params["currency"],
            "livemode": False,
            "lookup_key": params.get("lookup_key"),
            "metadata": texts(params.get("metadata")),
            "nickname": None,
            "product": params["product"],
            "recurring": recurring and _rhythm(recurring),
            "tax_behavior": "unspecified",
            "tiers_mode": None,
            "type": "recurring" if recurring else "one_time",
            "unit_amount": amount,
            "unit_amount_decimal": str(amount),
        }
    )


def plan_of(price: dict) -> dict:
    """The same price as older versions of the API knew it; subscriptions still show both."""
    return {
        "id": price["id"],
        "object": "plan",
        "active": True,
        "amount": price["unit_amount"],
        "billing_scheme": "per_unit",
        "created": price["created"],
        "currency": price["currency"],
        "interval": price["recurring"]["interval"],
        "interval_count": price["recurring"]["interval_count"],
        "livemode": False,
        "metadata": {},
        "product": price["product"],
        "usage_type": "licensed",
    }


def price_in_line(world: World, line: dict) -> dict:
    """The price a checkout's or subscription's line names, or makes up on the spot with `price_data`."""
    if "price" in line:
        price = world.get(line["price"], "price")
        if not price["active"]:
            raise Refused("The price specified is inactive. This field only accepts active prices.", param="price")
        return price
    data = line["price_data"]
    product = data.get("product") or create_product(world, data["product_data"])["id"]
    return new_price(world, data | {"product": product})


def _rhythm(recurring: dict) -> dict:
    return {
        "interval": recurring["interval"],
        "interval_count": int(recurring.get("interval_count", 1)),
        "meter": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }
