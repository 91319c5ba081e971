"""Telling others what happened: endpoints, signed deliveries, retries; and the list of events for who missed some."""

import hashlib
import hmac
import json
import secrets
import threading
import time
import urllib.error
import urllib.request

from saas.stripe_double.doors import answers
from saas.stripe_double.world import DELIVERY_RETRIES, World, new_delivery, shuffled, texts


@answers("POST", "/v1/webhook_endpoints")
def create_endpoint(world: World, params: dict) -> dict:
    secret = f"whsec_{secrets.token_hex(16)}"
    endpoint = world.put(
        {
            "id": world.new_id("we"),
            "object": "webhook_endpoint",
            "api_version": params.get("api_version"),
            "application": None,
            "created": world.now(),
            "description": params.get("description"),
            "enabled_events": params["enabled_events"],
            "livemode": False,
            "metadata": texts(params.get("metadata")),
            "status": "enabled",
            "url": params["url"],
        },
        secrets=[secret],
    )
    return endpoint | {"secret": secret}


@answers("GET", "/v1/webhook_endpoints")
def list_endpoints(world: World, params: dict) -> dict:
    return world.page(world.all("webhook_endpoint"), params, "/v1/webhook_endpoints")


@answers("GET", "/v1/events/{id}")
def show_event(world: World, params: dict, id: str) -> dict:
    return world.get(id, "event")


@answers("GET", "/v1/events")
def list_events(world: World, params: dict) -> dict:
    wanted = set(params.get("types") or []) | ({params["type"]} if "type" in params else set())
    events = [event for event in world.all("event") if not wanted or event["type"] in wanted]
    if "delivery_success" in params:
        undelivered = {delivery["event"] for delivery in world.deliveries if not delivery["done"]}
        wants_delivered = params["delivery_success"] == "true"
        events = [event for event in events if (event["id"] not in undelivered) == wants_delivered]
    return world.page(events, params, "/v1/events")


def tell(world: World, url: str, secret: str) -> None:
    """Send everything to this address from now on, and to no other."""
    for endpoint in world.all("webhook_endpoint"):
        del world.objects[endpoint["id"]]
    endpoint = create_endpoint(world, {"url": url, "enabled_events": ["*"]})
    world.secret(endpoint["id"])["secrets"] = [secret]
    for delivery in world.deliveries:
        delivery["endpoint"] = endpoint["id"]


def roll_secret(world: World, endpoint: dict) -> str:
    """A new secret; the old one signs as well for a while."""
    known = world.secret(endpoint["id"])
    known["secrets"] = [known["secrets"][-1], f"whsec_{secrets.token_hex(16)}"]
    return known["secrets"][-1]


def signature(body: bytes, keys: list[str], at: int) -> str:
    signed = [hmac.new(key.encode(), b"%d." % at + body, hashlib.sha256).hexdigest() for key in keys]
    return ",".join([f"t={at}", *(f"v1={one}" for one in signed)])


def deliver(world: World, order: str = "first", duplicate: int = 0, drop: int = 0, parallel: int = 1, seed: int = 0,
            even_early: bool = False) -> list[int]:  # fmt: skip
    """Deliver what is due: in order "first", "last" or "shuffle", each `1 + duplicate` times, `drop` of them lost on the
    way for good, so many at once.  Returns the answers' statuses, 0 for none."""
    with world.lock:
        due = [one for one in world.deliveries if _is_due(world, one, even_early)]
        due = {"first": list, "last": lambda them: them[::-1], "shuffle": lambda them: shuffled(them, seed)}[order](due)
        for lost in shuffled(due, seed)[:drop]:
            lost["lost"] = True
        due = [one for one in due if not one["lost"]]
        for one in due:
            one["under_way"] = True
    times = [one for one in due for _ in range(1 + duplicate)]
    statuses = _send_all(world, shuffled(times, seed) if order == "shuffle" else times, parallel)
    with world.lock:
        for one in due:
            one["under_way"] = False
        world.keep()
    return statuses


def send_again(world: World, event: str) -> list[int]:
    """What "Resend" in the Dashboard does."""
    with world.lock:
        for endpoint in world.all("webhook_endpoint"):
            world.deliveries.append(new_delivery(event, endpoint["id"], world.now()))
    return deliver(world)


def _is_due(world: World, delivery: dict, even_early: bool) -> bool:
    if delivery["done"] or delivery["under_way"] or delivery["lost"]:
        return False
    return even_early or delivery["due"] <= world.now()


def _send_all(world: World, deliveries: list[dict], parallel: int) -> list[int]:
    waiting, statuses = list(reversed(deliveries)), []

    def work() -> None:
        while waiting:
            try:
                delivery = waiting.pop()
            except IndexError:
                return
            statuses.append(_send(world, delivery))

    threads = [threading.Thread(target=work) for _ in range(parallel)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def _send(world: World, delivery: dict) -> int:
    with world.lock:
        endpoint, event = world.objects[delivery["endpoint"]], world.objects[delivery["event"]]
        body = json.dumps(event, separators=(",", ":")).encode()
        keys = world.secret(endpoint["id"])["secrets"]
    # Each try is signed anew with the real time: whoever receives it compares with the clock on his wall.
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature(body, keys, int(time.time())),
    }
    status = (world.send or post)(endpoint["url"], body, headers)
    with world.lock:
        _note(world, delivery, event, status)
    return status


def _note(world: World, delivery: dict, event: dict, status: int) -> None:
    delivery["tries"] += 1
    if 200 <= status < 300:
        event["pending_webhooks"] -= not delivery["done"]
        delivery["done"] = True
    elif delivery["tries"] > len(DELIVERY_RETRIES):
        delivery["lost"] = True
    else:
        delivery["due"] = world.now() + DELIVERY_RETRIES[delivery["tries"] - 1]


def post(url: str, body: bytes, headers: dict) -> int:
    asked = urllib.request.Request(url, body, headers)  # noqa: S310 - the address that was registered
    try:
        return urllib.request.urlopen(asked, timeout=10).status  # noqa: S310
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
