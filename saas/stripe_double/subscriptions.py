"""Subscriptions: begun, changed with second-accurate proration, renewed, ended."""

import calendar
from datetime import UTC, datetime

from saas.stripe_double.catalogue import plan_of, price_in_line
from saas.stripe_double.coupons import new_discounts
from saas.stripe_double.doors import answers
from saas.stripe_double.invoices import UNTAXED, card_of, collect, draft, issue, new_line, void
from saas.stripe_double.refusals import Refused, declined, missing
from saas.stripe_double.world import DAY, World, is_true, listed, texts

ENDED = ("canceled", "incomplete_expired")
NOT_TAXED = {name: UNTAXED[name] for name in ("enabled", "liability", "disabled_reason")}


def begin(world: World, params: dict, method: dict | None = None, person_is_there: bool = False) -> dict:
    """Start a subscription and try to get its first invoice paid: active, trialing or incomplete."""
    customer = world.get(params["customer"], "customer")
    prices = [(price_in_line(world, line), int(line.get("quantity", 1))) for line in params["items"]]
    _refuse_odd(prices)
    trial_end = _trial_end(world, params)
    subscription = world.put(_new_subscription(world, params, customer, method, prices, trial_end))
    if method:
        world.say("payment_method.attached", method)
    lines = [_line_for(world, item, free=bool(trial_end)) for item in subscription["items"]["data"]]
    invoice = issue(world, draft(world, customer, subscription["currency"], lines, "subscription_create", subscription))
    world.say("customer.subscription.created", subscription)
    why = collect(world, invoice, method, person_is_there)
    if why is None:
        world.change(subscription, "customer.subscription.updated", status="trialing" if trial_end else "active")
    elif params.get("payment_behavior") == "error_if_incomplete":
        del world.objects[subscription["id"]]
        raise declined(why)
    return subscription


def end(world: World, subscription: dict, reason: str) -> None:
    """It is over for good."""
    at = world.now()
    subscription.update(status="canceled", canceled_at=subscription["canceled_at"] or at, ended_at=at)
    subscription["cancellation_details"]["reason"] = reason
    world.say("customer.subscription.deleted", subscription)


def renew(world: World, subscription: dict) -> None:
    """Its period has passed: the next one begins, is invoiced, and collected."""
    if subscription["cancel_at_period_end"]:
        return end(world, subscription, "cancellation_requested")
    customer = world.get(subscription["customer"], "customer")
    was_trial = subscription["status"] == "trialing"
    if was_trial and card_of(world, customer, subscription) is None and _leave_trial(world, subscription):
        return None
    items = [_next_period(item, subscription["billing_cycle_anchor"]) for item in subscription["items"]["data"]]
    world.change(
        subscription,
        "customer.subscription.updated",
        items=listed(items, "/v1/subscription_items"),
        status="active" if was_trial else subscription["status"],
    )
    lines = world.secret(subscription["id"]).pop("pending_lines", []) + [_line_for(world, item) for item in items]
    invoice = issue(world, draft(world, customer, subscription["currency"], lines, "subscription_cycle", subscription))
    if collect(world, invoice) is None:
        world.change(subscription, "customer.subscription.updated", status="active")
    else:
        put_off(world, invoice)
        world.change(subscription, "customer.subscription.updated", status="past_due")
    return None


def put_off(world: World, invoice: dict) -> bool:
    """Note when its payment is tried again.  False when that was the last time."""
    waits = world.switches.retries_of_payments
    if invoice["attempt_count"] > len(waits):
        return False
    invoice["next_payment_attempt"] = world.now() + waits[invoice["attempt_count"] - 1]
    world.say("invoice.updated", invoice)
    return True


@answers("POST", "/v1/subscriptions")
def create_subscription(world: World, params: dict) -> dict:
    return begin(world, params)


@answers("GET", "/v1/subscriptions/{subscription_exposed_id}")
def show_subscription(world: World, params: dict, id: str) -> dict:
    return world.get(id, "subscription")


@answers("GET", "/v1/subscriptions")
def list_subscriptions(world: World, params: dict) -> dict:
    fields = {name: params[name] for name in ("customer",) if name in params}
    status = params.get("status")
    found = [
        one
        for one in world.all("subscription", **fields)
        if status == "all" or (one["status"] == status if status else one["status"] != "canceled")
    ]
    return world.page(found, params, "/v1/subscriptions")


@answers("POST", "/v1/subscriptions/{subscription_exposed_id}")
def update_subscription(world: World, params: dict, id: str) -> dict:
    subscription = world.get(id, "subscription")
    if subscription["status"] in ENDED and set(params) - {"metadata", "cancellation_details"}:
        raise Refused("A canceled subscription can only update its cancellation_details and metadata.")
    items, lines = changed_items(world, subscription, params.get("items", []), int(params.get("proration_date", world.now())))
    changes = _changed_ending(world, subscription, params)
    if params.get("items"):
        changes["items"] = listed(items, "/v1/subscription_items")
    if "discounts" in params:
        changes["discounts"] = new_discounts(world, params["discounts"], subscription)
    if "metadata" in params:
        changes["metadata"] = subscription["metadata"] | texts(params["metadata"])
    behavior = params.get("proration_behavior", "create_prorations")
    if lines and behavior == "always_invoice" and not _invoice_now(world, subscription, lines, params):
        return subscription
    if lines and behavior == "create_prorations":
        world.secret(id).setdefault("pending_lines", []).extend(lines)
    world.change(subscription, "customer.subscription.updated", **changes)
    return subscription


@answers("DELETE", "/v1/subscriptions/{subscription_exposed_id}")
def cancel_subscription(world: World, params: dict, id: str) -> dict:
    subscription = world.get(id, "subscription")
    if subscription["status"] in ENDED:
        raise missing("subscription", id)
    end(world, subscription, "cancellation_requested")
    return subscription


@answers("POST", "/v1/invoices/create_preview")
def preview_invoice(world: World, params: dict) -> dict:
    subscription = world.get(params["subscription"], "subscription")
    details = params.get("subscription_details") or {}
    at = int(details.get("proration_date", world.now()))
    _, lines = changed_items(world, subscription, details.get("items", []), at)
    customer = world.get(subscription["customer"], "customer")
    return draft(world, customer, subscription["currency"], lines, "upcoming", subscription)


def changed_items(world: World, subscription: dict, wanted: list[dict], at: int) -> tuple[list[dict], list[dict]]:
    """(items as they would be, invoice lines for the difference)."""
    items, lines = [dict(item) for item in subscription["items"]["data"]], []
    for change in wanted:
        if "id" not in change:
            items.append(_added_item(world, subscription, items, change))
            lines += _proration(world, subscription, items[-1] | {"quantity": 0}, items[-1]["quantity"], at)
            continue
        index = next((index for index, item in enumerate(items) if item["id"] == change["id"]), None)
        if index is None:
            raise Refused(f"No such subscription item: '{change['id']}'", "items[0][id]", "resource_missing")
        item = items[index]
        quantity = 0 if is_true(change.get("deleted")) else int(change.get("quantity", item["quantity"]))
        price = price_in_line(world, change) if "price" in change or "price_data" in change else item["price"]
        if price["id"] != item["price"]["id"]:
            lines += _proration(world, subscription, item, 0, at)
            item = _on_other_price(world, item, price)
        lines += _proration(world, subscription, item, quantity, at)
        items[index] = None if is_true(change.get("deleted")) else {**item, "quantity": quantity}
    return [item for item in items if item], lines


def next_edge(start: int, rhythm: dict, anchor: int) -> int:
    """When a period that began then ends.  31 January is followed by 28 February and 31 March."""
    count = rhythm["interval_count"]
    if rhythm["interval"] in ("day", "week"):
        return start + count * DAY * (7 if rhythm["interval"] == "week" else 1)
    moment = datetime.fromtimestamp(start, UTC)
    months = moment.month - 1 + count * (12 if rhythm["interval"] == "year" else 1)
    year, month = moment.year + months // 12, months % 12 + 1
    day = min(datetime.fromtimestamp(anchor, UTC).day, calendar.monthrange(year, month)[1])
    return int(moment.replace(year=year, month=month, day=day).timestamp())


def _refuse_odd(prices: list[tuple[dict, int]]) -> None:
    for price, quantity in prices:
        if price["type"] != "recurring":
            raise Refused(
                "The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.",
                "items[0][price]",
            )
        if not 0 <= quantity <= 999_999:
            raise Refused("Invalid integer", "items[0][quantity]", "parameter_invalid_integer")
    if len({(price["currency"], price["recurring"]["interval"]) for price, _ in prices}) > 1:
        raise Refused("All prices on a subscription must have the same currency and interval.")


def _trial_end(world: World, params: dict) -> int | None:
    if days := params.get("trial_period_days"):
        return world.now() + int(days) * DAY
    wanted = params.get("trial_end")
    return int(wanted) if wanted and wanted != "now" else None


def _new_subscription(world: World, params: dict, customer: dict, method: dict | None,
                      prices: list[tuple[dict, int]], trial_end: int | None) -> dict:  # fmt: skip
    id, at = world.new_id("sub"), world.now()
    ending = (params.get("trial_settings") or {}).get("end_behavior") or {}
    return {
        "id": id,
        "object": "subscription",
        "automatic_tax": NOT_TAXED,
        "billing_cycle_anchor": trial_end or at,
        "billing_mode": {"type": "flexible", "flexible": {"proration_discounts": "included"}},
        "billing_schedules": [],
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": at,
        "currency": prices[0][0]["currency"],
        "customer": customer["id"],
        "default_payment_method": method and method["id"],
        "description": params.get("description"),
        "discounts": [],
        "ended_at": None,
        "invoice_settings": {"issuer": {"type": "self"}, "account_tax_ids": None},
        "items": listed(
            [_new_item(world, id, price, quantity, at, trial_end) for price, quantity in prices], "/v1/subscription_items"
        ),
        "latest_invoice": None,
        "livemode": False,
        "metadata": texts(params.get("metadata")),
        "pause_collection": None,
        "pending_update": None,
        "schedule": None,
        "start_date": at,
        "status": "incomplete",
        "test_clock": None,
        "trial_end": trial_end,
        "trial_settings": {"end_behavior": {"missing_payment_method": ending.get("missing_payment_method", "create_invoice")}},
        "trial_start": at if trial_end else None,
    }


def _new_item(world: World, subscription: str, price: dict, quantity: int, start: int, end: int | None) -> dict:
    return {
        "id": world.new_id("si"),
        "object": "subscription_item",
        "created": world.now(),
        "current_period_end": end or next_edge(start, price["recurring"], start),
        "current_period_start": start,
        "discounts": [],
        "metadata": {},
        "plan": plan_of(price),
        "price": price,
        "quantity": quantity,
        "subscription": subscription,
        "tax_rates": [],
    }


def _added_item(world: World, subscription: dict, items: list[dict], change: dict) -> dict:
    price = price_in_line(world, change)
    if any(item and item["price"]["id"] == price["id"] for item in items):
        raise Refused(f"A subscription item already exists for this price: {price['id']}")
    first = subscription["items"]["data"][0]
    start, end = first["current_period_start"], first["current_period_end"]
    return _new_item(world, subscription["id"], price, int(change.get("quantity", 1)), start, end)


def _on_other_price(world: World, item: dict, price: dict) -> dict:
    """The item with another price.  Another rhythm begins a new period now."""
    changed = item | {"price": price, "plan": plan_of(price), "quantity": 0}
    if price["recurring"] != item["price"]["recurring"]:
        start = world.now()
        changed |= {"current_period_start": start, "current_period_end": next_edge(start, price["recurring"], start)}
    return changed


def _next_period(item: dict, anchor: int) -> dict:
    start = item["current_period_end"]
    return item | {"current_period_start": start, "current_period_end": next_edge(start, item["price"]["recurring"], anchor)}


def _line_for(world: World, item: dict, free: bool = False) -> dict:
    amount = 0 if free else item["quantity"] * item["price"]["unit_amount"]
    name = world.objects[item["price"]["product"]]["name"]
    period = item["current_period_start"], item["current_period_end"]
    return new_line(world, f"{item['quantity']} × {name}", amount, item["price"], item["quantity"], period, item)


def _proration(world: World, subscription: dict, item: dict, quantity: int, at: int) -> list[dict]:
    """Two lines, as Stripe makes them: what is left of the old, and the rest of the new, rounded half up."""
    start, end, price = item["current_period_start"], item["current_period_end"], item["price"]
    if subscription["status"] == "trialing" or end <= at or quantity == item["quantity"]:
        return []

    def share(of: int) -> int:
        return (of * price["unit_amount"] * (end - at) * 2 + (end - start)) // (2 * (end - start))

    name = world.objects[price["product"]]["name"]
    lines = []
    if item["quantity"]:
        text = f"Unused time on {item['quantity']} × {name}"
        lines.append(new_line(world, text, -share(item["quantity"]), price, item["quantity"], (at, end), item, True))
    if quantity:
        text = f"Remaining time on {quantity} × {name}"
        lines.append(new_line(world, text, share(quantity), price, quantity, (at, end), item, True))
    return lines


def _changed_ending(world: World, subscription: dict, params: dict) -> dict:
    changes = {}
    if "cancel_at_period_end" in params:
        ends = is_true(params["cancel_at_period_end"])
        changes = {
            "cancel_at_period_end": ends,
            "canceled_at": world.now() if ends else None,
            "cancel_at": subscription["items"]["data"][0]["current_period_end"] if ends else None,
        }
    if params.get("trial_end") == "now":
        changes["trial_end"] = world.now()
    if "default_payment_method" in params:
        changes["default_payment_method"] = params["default_payment_method"]
    return changes


def _invoice_now(world: World, subscription: dict, lines: list[dict], params: dict) -> bool:
    """Invoice a change at once.  False when it must not happen because nobody paid."""
    customer, latest = world.get(subscription["customer"], "customer"), subscription["latest_invoice"]
    made = draft(world, customer, subscription["currency"], lines, "subscription_update", subscription)
    if made["total"] < 0 or params.get("payment_behavior") in (None, "allow_incomplete", "default_incomplete"):
        why = collect(world, issue(world, made))
        if why:
            world.change(subscription, "customer.subscription.updated", status="past_due")
        return True
    invoice = issue(world, made)
    why = collect(world, invoice)
    if why is None:
        return True
    void(world, invoice)
    subscription["latest_invoice"] = latest
    if params["payment_behavior"] == "error_if_incomplete":
        raise declined(why)
    return False


def _leave_trial(world: World, subscription: dict) -> bool:
    """A trial ends and nobody left a card.  Whether that ends it here."""
    behavior = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    if behavior == "cancel":
        end(world, subscription, "payment_failed")
    elif behavior == "pause":
        subscription["status"] = "paused"
        world.say("customer.subscription.paused", subscription)
    return behavior in ("cancel", "pause")
