"""What a test, or a person trying things, may do to the pretended Stripe: `POST /_ctl/<what>` with JSON."""

from collections.abc import Callable
from dataclasses import asdict

from flask import Blueprint, abort, current_app, jsonify, request

from saas.stripe_double import clock, returns, webhooks
from saas.stripe_double.checkout import settle_wallet
from saas.stripe_double.world import World

controls = Blueprint("controls", __name__, url_prefix="/_ctl")


@controls.get("/state")
def state():
    """Where it stands, and whether it has told a lie or was asked what it does not know."""
    world = _world()
    return jsonify(
        now=world.now(),
        switches=asdict(world.switches),
        events=[[event["id"], event["type"]] for event in world.all("event")],
        deliveries=world.deliveries,
        requests=len(world.requests),
        unimplemented=world.unimplemented,
        dishonest=world.dishonest,
    )


@controls.post("/<what>")
def control(what: str):
    if what not in CONTROLS:
        abort(404)
    world, wishes = _world(), request.get_json(silent=True) or {}
    if what in UNLOCKED:
        return jsonify(CONTROLS[what](world, **wishes))
    with world.lock:
        done = CONTROLS[what](world, **wishes)
        world.keep()
    return jsonify(done)


def reset(world: World) -> None:
    world.reset()


def advance(world: World, seconds: int) -> int:
    clock.advance(world, seconds)
    return world.now()


def switch(world: World, **wishes) -> dict:
    for name, value in wishes.items():
        if name not in asdict(world.switches):
            abort(400)
        setattr(world.switches, name, value)
    return asdict(world.switches)


def decline(world: World, codes: list[str]) -> None:
    """The next charges fail: "generic_decline", "insufficient_funds", "authentication_required"."""
    world.declines += codes


def answer(world: World, statuses: list[int]) -> None:
    """The next requests get these, and nothing is done."""
    world.answers += statuses


def lose(world: World, answers: int) -> None:
    """The next requests are done, and their answers lost on the way."""
    world.lost = answers


def settle_session(world: World, session: str, paid: bool) -> None:
    settle_wallet(world, world.get(session, "checkout.session"), paid)


def settle_refund(world: World, refund: str, arrives: bool) -> None:
    returns.settle_refund(world, world.get(refund, "refund"), arrives)


def dispute(world: World, charge: str, amount: int | None = None) -> str:
    return returns.open_dispute(world, world.get(charge, "charge"), amount)["id"]


def close_dispute(world: World, dispute: str, won: bool) -> None:
    returns.close_dispute(world, world.get(dispute, "dispute"), won)


def warn(world: World, charge: str) -> str:
    return returns.warn(world, world.get(charge, "charge"))["id"]


def roll_secret(world: World, endpoint: str) -> str:
    return webhooks.roll_secret(world, world.get(endpoint, "webhook_endpoint"))


CONTROLS: dict[str, Callable] = {
    "reset": reset,
    "advance": advance,
    "switch": switch,
    "decline": decline,
    "answer": answer,
    "lose": lose,
    "settle_session": settle_session,
    "settle_refund": settle_refund,
    "dispute": dispute,
    "close_dispute": close_dispute,
    "warn": warn,
    "roll_secret": roll_secret,
    "deliver": webhooks.deliver,
    "send_again": webhooks.send_again,
}
# Who receives a delivery asks back at once.
UNLOCKED = {"deliver", "send_again"}


def _world() -> World:
    return current_app.extensions["world"]
