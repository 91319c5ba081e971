"""A pretended Stripe for one machine: stateful, honest about shapes, and clickable.

The SDK that production uses talks to it unchanged.  Its contract is not written down here but read out of that SDK:
a path Stripe does not have is 404; a path it has and the double has not is 501, and recorded; the version must be the
SDK's; every parameter, every answer and every event is checked against the SDK's own types, and an answer that does not
fit is refused and recorded.  `/_ctl/state` shows both records; the tests end with both empty.

What it does is what Stripe's documentation says and what the product needs.  It does not model: the real timing of
Smart Retries and of deliveries, Radar, tax, coupons that end and promotion codes, credit notes, subscription schedules, mixed
intervals, several currencies for one customer, metered prices, Connect, payouts and balance transactions, evidence for
disputes, the real pages of banks and wallets, the customer portal beyond changing the card, Checkout's waiting for the
webhook's answer before it sends the person back, and API v2.  Proration is by the second and rounded half up; Stripe's
own rounding may differ by a cent.  It keeps no product logic: nothing here knows Laike.
"""

from pathlib import Path

from flask import Flask

from saas.stripe_double import catalogue, checkout, coupons, customers, invoices, returns, subscriptions, webhooks  # noqa: F401
from saas.stripe_double.api import api
from saas.stripe_double.controls import controls
from saas.stripe_double.pages import pages
from saas.stripe_double.world import World


def create_double(file: Path | None = None) -> Flask:
    """The pretended Stripe as a web application.  `file` is where it remembers, if it should."""
    double = Flask(__name__)
    double.extensions["world"] = World(file)
    for blueprint in (api, controls, pages):
        double.register_blueprint(blueprint)
    return double
