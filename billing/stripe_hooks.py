"""Where the provider tells us what happened."""

import logging

from flask import Blueprint, abort, request

from billing import payments
from billing.payments import NotFromStripe
from billing.stripe_events import receive

log = logging.getLogger(__name__)

# The largest event is a small part of this.
AT_MOST = 256 * 1024

stripe_hooks = Blueprint("stripe_hooks", __name__)
# It carries the provider's signature instead of a form's token.
WITHOUT_FORMS = ("stripe_hooks.create",)


@stripe_hooks.post("/webhooks/stripe")
def create():
    """Write it down, then say yes: Checkout waits for this answer before it sends the buyer back."""
    if not payments.are_on():
        abort(404)
    request.max_content_length = AT_MOST
    body = request.get_data(cache=False)
    try:
        receive(payments.heard(body, request.headers.get("Stripe-Signature")))
    except NotFromStripe as reason:
        log.warning("refused a webhook reason=%s", reason)
        abort(400)
    return "", 200
