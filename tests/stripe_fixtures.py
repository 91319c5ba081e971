"""Stripe for tests: the double in a thread, its webhooks delivered to the app by as many threads as one likes."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
import requests
import stripe as sdk
import time_machine
from flask import Flask

from billing.orders import Order, place_order
from billing.stripe_events import HANDLERS, work_off
from core.clock import now
from core.db import db, transaction
from saas.stripe_double.clock import catch_up
from saas.stripe_double.server import Double
from saas.stripe_double.webhooks import deliver
from tenants.companies.company import Company

GOOD, DECLINED, DECLINED_LATER, ASKS = "4242424242424242", "4000000000000002", "4000000000000341", "4000002760003184"
KEY = "sk_test_double"


class Stripe:
    """The test's hands: a person who pays, somebody at the Dashboard (`api`), and the network in between."""

    def __init__(self, app: Flask, double: Double, traveller: time_machine.Traveller):
        self.app, self.world, self._traveller = app, double.world, traveller
        self.address = double.address
        self.api = sdk.StripeClient(KEY, base_addresses={"api": double.address}, max_network_retries=0).v1
        endpoint = {
            "url": "http://localhost/webhooks/stripe",
            "enabled_events": sorted(HANDLERS),
            "api_version": sdk.api_version,
        }
        self.endpoint = self.api.webhook_endpoints.create(endpoint)
        self.world.send = self._send

    def pay(self, url: str, number: str = GOOD, method: str = "card", action: str = "") -> requests.Response:
        """A person on the payment page.  With a bank that asks, or a wallet, he says yes unless `action` says else."""
        action = action or ("yes" if number == ASKS or method != "card" else "pay")
        form = {"number": number, "method": method, "action": action}
        return requests.post(url, data=form, allow_redirects=False, timeout=10)

    def pass_time(self, **length: float) -> None:
        """Turn the clocks of both sides forward, and do there what was due."""
        self._traveller.shift(timedelta(**length))
        with self.world.lock:
            catch_up(self.world)

    def tell(self, workers: int = 1, **how) -> list[int]:
        """Deliver what is due, and work it off with so many workers at once.  Returns the answers."""
        answers = deliver(self.world, **how)
        self.work(workers)
        return answers

    def deliver_only(self, **how) -> list[int]:
        return deliver(self.world, **how)

    def work(self, workers: int = 1) -> None:
        """Work off the inbox, as so many worker processes would."""
        in_parallel([self._work] * workers)
        forget_what_was_read()

    def _work(self) -> None:
        with self.app.app_context():
            work_off()

    def _send(self, url: str, body: bytes, headers: dict) -> int:
        return self.app.test_client().post("/webhooks/stripe", data=body, headers=headers).status_code


@pytest.fixture(scope="session")
def double():
    """One for the whole run.  It must have told no lie and have been asked nothing it does not know."""
    running = Double().start()
    running.found = {"dishonest": [], "unimplemented": []}
    yield running
    running.stop()
    assert running.found == {"dishonest": [], "unimplemented": []}


@pytest.fixture
def stripe(app, double, context):
    """Payments are on, and Stripe knows nothing yet.  Webhooks wait for `stripe.tell()`."""
    kept = {name: app.config[name] for name in ("STRIPE_API_KEY", "STRIPE_API_BASE", "STRIPE_WEBHOOK_SECRETS", "STRIPE_LIVE")}
    with double.world.lock:
        double.world.reset()
        double.world.switches.deliver = False
    with time_machine.travel(now(), tick=True) as traveller:
        stripe = Stripe(app, double, traveller)
        app.config.update(
            STRIPE_API_KEY=KEY,
            STRIPE_API_BASE=double.address,
            STRIPE_WEBHOOK_SECRETS=[stripe.endpoint.secret],
            STRIPE_LIVE=False,
        )
        app.extensions.pop("stripe", None)
        yield stripe
    app.config.update(kept)
    app.extensions.pop("stripe", None)
    for name, found in double.found.items():
        found += getattr(double.world, name)


@contextmanager
def away(stripe: Stripe):
    """Nobody answers at Stripe."""
    stripe.world.switches.down = True
    yield
    stripe.world.switches.down = False


def in_parallel(functions) -> list:
    """Run all at the same moment; their answers, or what they raised."""
    functions = list(functions)
    start, answers = threading.Barrier(len(functions)), [None] * len(functions)

    def run(index: int) -> None:
        start.wait()
        try:
            answers[index] = functions[index]()
        except Exception as error:
            answers[index] = error

    threads = [threading.Thread(target=run, args=(index,), daemon=True) for index in range(len(functions))]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return answers


def in_transaction(app: Flask, function):
    """`function`, to be run by a thread of its own as a request would run it."""

    def run():
        with app.app_context(), transaction():
            return function()

    return run


def forget_what_was_read() -> None:
    db.session.commit()
    db.session.expire_all()


def order(company: Company, cart: dict, currency: str = "USD") -> Order:
    with transaction():
        return place_order(company, cart, currency)
