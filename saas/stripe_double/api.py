"""Stripe's HTTP: forms in, JSON out, keys that make a repeated request harmless."""

import json
import re
import secrets
import time
from collections.abc import Iterable

from flask import Blueprint, Response, current_app, request

from saas.stripe_double.checking import faults_of_answer, faults_of_request
from saas.stripe_double.contract import Route, route_for
from saas.stripe_double.doors import ANSWERS
from saas.stripe_double.refusals import Refused
from saas.stripe_double.world import World, api_version, copied

api = Blueprint("api", __name__, url_prefix="/v1")


@api.route("/<path:path>", methods=["GET", "POST", "DELETE"])
def answer(path: str) -> Response:
    world: World = current_app.extensions["world"]
    if world.switches.down:
        cut_off()
    objects = world.objects
    time.sleep(world.switches.slow)
    pairs = request.form if request.method == "POST" else request.args
    with world.lock:
        if world.objects is not objects:
            # Asked before the last reset: it must not happen in the world that came after.
            cut_off()
        try:
            status, body, headers = _asked(world, request.method, f"/v1/{path}", unfold(pairs.items(multi=True)))
        except Refused as refusal:
            status, body, headers = refusal.status, refusal.body, {}
        world.keep()
        is_lost = world.lost > 0 and not headers.pop("injected", False)
        world.lost -= is_lost
    if is_lost:
        cut_off()
    headers |= {"Request-Id": f"req_{secrets.token_hex(7)}", "Stripe-Version": api_version()}
    return Response(json.dumps(body, indent=2), status, headers, mimetype="application/json")


def cut_off() -> None:
    """End the connection in the middle, as a broken network does."""
    request.environ["werkzeug.socket"].shutdown(2)
    raise ConnectionAbortedError


def _asked(world: World, verb: str, path: str, data: dict) -> tuple[int, dict, dict]:
    """(status, body, headers) of one request.  Raises Refused."""
    if not request.headers.get("Authorization", "").startswith("Bearer sk_test_"):
        raise Refused("Invalid API Key provided", status=401)
    if request.headers.get("Stripe-Version") != api_version():
        raise Refused(f"This double speaks {api_version()} only.")
    found = route_for(verb, path)
    if found is None:
        raise Refused(f"Unrecognized request URL ({verb}: {path}).", code="resource_missing", status=404)
    if world.answers:
        return _injected(world.answers.pop(0))
    route, ids = found
    key = request.headers.get("Idempotency-Key") if verb == "POST" else None
    said = json.dumps([path, data], sort_keys=True)
    if key and key in world.keys:
        return _replayed(world.keys[key], said)
    status, body = _done(world, route, data, ids)
    if key:
        world.keys[key] = {"said": said, "status": status, "body": copied(body)}
    world.requests.append([verb, path, data, key, status])
    return status, body, {}


def _done(world: World, route: Route, data: dict, ids: tuple[str, ...]) -> tuple[int, dict]:
    answering = ANSWERS.get((route.verb, route.path))
    if answering is None:
        world.unimplemented.append(f"{route.verb} {route.path}")
        raise Refused(f"{route.verb} {route.path} is real, and this double does not know it.", status=501, type="api_error")
    for name, fault in faults_of_request(route, data):
        kind = {"unknown": "parameter_unknown", "missing": "parameter_missing"}.get(fault, "parameter_invalid_integer")
        text = f"Received unknown parameter: {name}" if fault == "unknown" else f"Invalid {name}: {fault}"
        raise Refused(text, name, kind)
    expanding = data.get("expand", [])
    try:
        body = expanded(world, answering(world, data, *ids), expanding)
    except Refused as refusal:
        return refusal.status, refusal.body
    if faults := faults_of_answer(route, body):
        world.dishonest.append([f"{route.verb} {route.path}", faults])
        raise Refused(f"The double said what Stripe would not: {faults[:5]}", status=500, type="api_error")
    return 200, body


def _injected(status: int) -> tuple[int, dict, dict]:
    code = {429: "rate_limit", 409: "lock_timeout"}.get(status)
    refusal = Refused("As asked for.", code=code, status=status, type="api_error" if status >= 500 else "invalid_request_error")
    retry = "true" if status in (409, 429, 500, 503) else "false"
    return status, refusal.body, {"Stripe-Should-Retry": retry, "injected": True}


def _replayed(before: dict, said: str) -> tuple[int, dict, dict]:
    if before["said"] != said:
        raise Refused(
            "Keys for idempotent requests can only be used with the same parameters they were first used with.",
            type="idempotency_error",
        )
    return before["status"], before["body"], {"Idempotent-Replayed": "true"}


def unfold(pairs: Iterable[tuple[str, str]]) -> dict:
    """`a[b][0]=c` as {"a": {"b": ["c"]}}."""
    unfolded: dict = {}
    for name, value in pairs:
        *way, last = re.findall(r"[^\[\]]+|\[\]", name)
        at = unfolded
        for part in way:
            at = at.setdefault(str(len(at)) if part == "[]" else part, {})
        at[str(len(at)) if last == "[]" else last] = value
    return {name: _with_lists(value) for name, value in unfolded.items()}


def _with_lists(value):
    if not isinstance(value, dict):
        return value
    value = {name: _with_lists(one) for name, one in value.items()}
    if value and all(name.isdecimal() for name in value):
        return [value[name] for name in sorted(value, key=int)]
    return value


def expanded(world: World, thing: dict, paths: list[str]) -> dict:
    """A copy in which ids at these paths ("data.subscription") are replaced by their objects."""
    thing = copied(thing)
    for path in paths:
        _expand(world, thing, path.split("."))
    return thing


def _expand(world: World, thing, path: list[str]) -> None:
    if isinstance(thing, list):
        for one in thing:
            _expand(world, one, path)
    elif isinstance(thing, dict) and path:
        value = thing.get(path[0])
        if isinstance(value, str) and value in world.objects:
            thing[path[0]] = copied(world.objects[value])
        elif isinstance(value, list):
            thing[path[0]] = [copied(world.objects.get(one, one)) if isinstance(one, str) else one for one in value]
        _expand(world, thing.get(path[0]), path[1:])
