"""Time passing: everything that falls due, in its order, at its moment."""

from collections.abc import Callable, Iterator

from saas.stripe_double.checkout import expire, settle_wallet
from saas.stripe_double.invoices import collect, settle, subscription_of, void
from saas.stripe_double.subscriptions import ENDED, end, put_off, renew
from saas.stripe_double.world import DAY, World

INCOMPLETE_FOR = 23 * 3600


def advance(world: World, seconds: int) -> None:
    """Put the clock forward."""
    world.ahead += seconds
    catch_up(world)


def catch_up(world: World) -> None:
    """Do everything that was due until now, the earliest first: doing one thing makes others fall due."""
    until = world.now()
    try:
        while next_one := min((one for one in _due(world) if one[0] <= until), key=lambda one: one[0], default=None):
            moment, action = next_one
            world.at(max(moment, 0))
            action()
    finally:
        world.at(None)


def _due(world: World) -> Iterator[tuple[int, Callable[[], None]]]:
    for subscription in world.all("subscription"):
        if subscription["status"] not in ENDED:
            yield from _due_of(world, subscription)
    for invoice in world.all("invoice", status="open"):
        if invoice["next_payment_attempt"]:
            yield invoice["next_payment_attempt"], lambda invoice=invoice: try_again(world, invoice)
    for session in world.all("checkout.session"):
        if session["status"] == "open":
            yield session["expires_at"], lambda session=session: expire(world, session)
        elif settles_at := world.secret(session["id"]).get("settles_at"):
            yield settles_at, lambda session=session: settle_wallet(world, session, paid=True)


def _due_of(world: World, subscription: dict) -> Iterator[tuple[int, Callable[[], None]]]:
    if subscription["status"] == "incomplete":
        yield subscription["created"] + INCOMPLETE_FOR, lambda: give_up(world, subscription)
        return
    if subscription["cancel_at"] and not subscription["cancel_at_period_end"]:
        yield subscription["cancel_at"], lambda: end(world, subscription, "cancellation_requested")
    if subscription["status"] not in ("paused", "unpaid"):
        edge = min(item["current_period_end"] for item in subscription["items"]["data"])
        yield edge, lambda: renew(world, subscription)
    known = world.secret(subscription["id"])
    if subscription["status"] == "trialing" and not known.get("warned"):
        yield subscription["trial_end"] - 3 * DAY, lambda: _warn(world, subscription, known)


def give_up(world: World, subscription: dict) -> None:
    """Nobody finished paying the first invoice."""
    invoice = world.objects[subscription["latest_invoice"]]
    if invoice["status"] == "open":
        void(world, invoice)
    world.change(subscription, "customer.subscription.updated", status="incomplete_expired", ended_at=world.now())


def try_again(world: World, invoice: dict) -> None:
    """Collect an open invoice once more; after the last time the subscription ends, or stays unpaid."""
    invoice["next_payment_attempt"] = None
    if collect(world, invoice) is None:
        settle(world, invoice)
        return
    subscription = subscription_of(world, invoice)
    if put_off(world, invoice) or subscription is None or subscription["status"] in ENDED:
        return
    if world.switches.after_last_retry == "canceled":
        end(world, subscription, "payment_failed")
    else:
        world.change(subscription, "customer.subscription.updated", status=world.switches.after_last_retry)


def _warn(world: World, subscription: dict, known: dict) -> None:
    known["warned"] = True
    world.say("customer.subscription.trial_will_end", subscription)
