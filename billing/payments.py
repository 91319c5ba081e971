"""Stripe, and the only module that knows it.

Everything here asks Stripe one thing and answers with plain dictionaries in Stripe's own words.  Each call that could do
something twice takes a key of ours: made from our row's id and what is asked, so that asking again does it once, and
asking for something else is a new question (billing.md §1.4).
"""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple

import stripe
from flask import current_app
from flask_babel import lazy_gettext as _l

from core.errors import Refusal
from tenants.platform.switches import need

log = logging.getLogger(__name__)

SECONDS = 5
TRIES_AGAIN = 1
PAGE = 100
METHODS = ["card", "alipay", "wechat_pay"]
LANGUAGES = {"en": "en", "zh_Hans": "zh", "zh_Hant": "zh-TW"}


class PaymentsOff(Refusal):
    code = "payments_off"
    message = _l("Online payment is not set up here. Contact support to buy.")


class ProviderAway(Refusal):
    """Whether it did what we asked is not known: ask again with the same key, or look."""

    code = "payment_provider_away"
    message = _l("The payment service does not answer right now. Nothing else is affected. Try again in a few minutes.")
    status = 503


class CardDeclined(Refusal):
    code = "card_declined"
    message = _l("The card was declined, so nothing was changed and nothing was charged. Change the card or ask your bank.")


class BankAsks(CardDeclined):
    code = "bank_asks"
    message = _l("Your bank wants you to confirm this payment yourself. Pay with the card anew, so that the bank can ask you.")


class Gone(LookupError):
    """Stripe has no such thing (any more)."""


class NotPossibleNow(RuntimeError):
    """Stripe refuses because the thing is in another state than we believed.  Look, then decide."""


class NotFromStripe(ValueError):
    """Not signed with a secret of ours, too old, for another mode, or of another API version."""


class Heard(NamedTuple):
    """An event, reduced to what may be believed of it: that something happened to this object."""

    id: str
    type: str
    object_id: str
    happened_at: datetime
    livemode: bool
    api_version: str


def are_on() -> bool:
    """Whether companies can pay online here."""
    return bool(current_app.config["STRIPE_API_KEY"])


def addresses() -> list[str]:
    """The origins of the pages on which people pay, for the pages of ours whose forms lead there."""
    base = current_app.config["STRIPE_API_BASE"]
    return [base] if base else [f"https://{name}.stripe.com" for name in ("checkout", "billing", "invoice")]


def heard(body: bytes, signature: str | None) -> Heard:
    """The event in a delivery, if Stripe signed it with our secret or the one before.  Raises NotFromStripe."""
    if not any(_is_signed(body, signature, secret) for secret in current_app.config["STRIPE_WEBHOOK_SECRETS"]):
        raise NotFromStripe("no signature of ours")
    try:
        event = _heard(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError) as odd:
        raise NotFromStripe("signed, but no event") from odd
    if event.livemode != current_app.config["STRIPE_LIVE"]:
        raise NotFromStripe(f"{event.id} is of the other mode: live={event.livemode}")
    if event.api_version != stripe.api_version:
        raise NotFromStripe(f"{event.id} speaks {event.api_version}; make the endpoint with {stripe.api_version}")
    return event


def create_customer(key: str, name: str, email: str, metadata: Mapping[str, str]) -> dict:
    return _post("customers.create", key, name=name, email=email or None, metadata=dict(metadata))


def customer(id: str) -> dict:
    """Also one that was deleted: then it says so under "deleted"."""
    return _get("customers.retrieve", id)


def card_fingerprint(payment_method: str) -> str:
    """What a card is known by, whoever pays with it; "" for what is no card."""
    return (_get("payment_methods.retrieve", payment_method).get("card") or {}).get("fingerprint") or ""


def delete_customer(id: str) -> None:
    """Forget a customer; all his subscriptions end at once."""
    with _asking() as api:
        api.customers.delete(id)


def price(lookup_key: str, name: str, currency: str, amount: int, interval: str) -> dict:
    """The price with this key, made if there is none that is in use.  Two made at once are both good."""
    found = _get("prices.list", lookup_keys=[lookup_key], active=True)["data"]
    if found:
        return found[0]
    return _post(
        "prices.create",
        None,
        lookup_key=lookup_key,
        transfer_lookup_key=True,
        currency=currency.lower(),
        unit_amount=amount,
        recurring={"interval": interval},
        product_data={"name": name},
    )


def open_session(key: str, **asked) -> dict:
    """A visit to the payment page.  `asked` is what Stripe calls it.  Raises SwitchedOff."""
    need("payments")
    return _post("checkout.sessions.create", key, **asked)


def session(id: str) -> dict:
    return _get("checkout.sessions.retrieve", id)


def session_of(**thing: str) -> dict | None:
    """The visit that a "payment_intent" or "subscription" came from."""
    found = _get("checkout.sessions.list", **thing)["data"]
    return found[0] if found else None


def expire_session(id: str) -> dict:
    """Close a payment page nobody should pay on any more.  Raises NotPossibleNow when somebody has."""
    return _post("checkout.sessions.expire", None, id)


def sessions_since(moment: datetime) -> Iterator[dict]:
    return _all("checkout.sessions.list", created={"gte": int(moment.timestamp())})


def subscription(id: str) -> dict:
    """With its latest invoice, and its and its items' discounts."""
    return _get("subscriptions.retrieve", id, expand=["latest_invoice", "discounts", "items.data.discounts"])


def coupon(id: str) -> dict:
    """What a discount takes off."""
    return _get("coupons.retrieve", id)


def subscriptions(customer_id: str | None = None) -> Iterator[dict]:
    """All there are, those that ended too."""
    return _all("subscriptions.list", status="all", **({"customer": customer_id} if customer_id else {}))


def change_subscription(id: str, key: str | None, **asked) -> dict:
    """Raises CardDeclined when it costs and is not paid: then nothing is changed."""
    return _post("subscriptions.update", key, id, **asked)


def end_subscription(id: str) -> None:
    """Now, without waiting for the period's end.  One that has ended already stays as it is."""
    try:
        with _asking() as api:
            api.subscriptions.cancel(id)
    except Gone:
        return


def preview(subscription_id: str, items: list[dict], at: int) -> dict:
    """The invoice that changing these items at this second would make."""
    details = {"items": items, "proration_behavior": "always_invoice", "proration_date": at}
    return _post("invoices.create_preview", None, subscription=subscription_id, subscription_details=details)


def invoice(id: str) -> dict:
    """With its payments."""
    return _get("invoices.retrieve", id, expand=["payments"])


def invoices_of(customer_id: str, at_most: int = 24) -> list[dict]:
    return _get("invoices.list", customer=customer_id, limit=at_most)["data"]


def paid_invoices_since(moment: datetime) -> Iterator[dict]:
    return _all("invoices.list", status="paid", created={"gte": int(moment.timestamp())})


def pay_invoice(id: str, key: str) -> dict:
    """Try the customer's card once more.  Raises CardDeclined, SwitchedOff."""
    need("payments")
    return _post("invoices.pay", key, id)


def subscription_of_invoice(said: Mapping) -> str | None:
    """The subscription an invoice is for."""
    details = (said.get("parent") or {}).get("subscription_details") or {}
    return details.get("subscription")


def payment_of_invoice(said: Mapping) -> str | None:
    """The payment ("pi_…") that paid an invoice, if money was needed."""
    paid = [one for one in said["payments"]["data"] if one["status"] == "paid"]
    return paid[0]["payment"].get("payment_intent") if paid else None


def invoice_of_payment(payment: str) -> dict | None:
    """The invoice a payment was made for."""
    found = _get("invoice_payments.list", payment={"type": "payment_intent", "payment_intent": payment})["data"]
    return invoice(found[0]["invoice"]) if found else None


def payment(id: str) -> dict:
    return _get("payment_intents.retrieve", id)


def refund_payment(payment: str, key: str, amount: int | None = None, metadata: Mapping[str, str] | None = None) -> dict:
    """Send money back, all that is left of the payment or `amount`.  Raises NotPossibleNow when so much is not there."""
    asked = {"payment_intent": payment, "metadata": dict(metadata or {})}
    return _post("refunds.create", key, **asked | ({"amount": amount} if amount is not None else {}))


def refund(id: str) -> dict:
    return _get("refunds.retrieve", id)


def refunds_of(charge_id: str) -> Iterator[dict]:
    return _all("refunds.list", charge=charge_id)


def refunds_since(moment: datetime) -> Iterator[dict]:
    return _all("refunds.list", created={"gte": int(moment.timestamp())})


def dispute(id: str) -> dict:
    return _get("disputes.retrieve", id)


def disputes_since(moment: datetime) -> Iterator[dict]:
    return _all("disputes.list", created={"gte": int(moment.timestamp())})


def fraud_warning(id: str) -> dict:
    return _get("radar.early_fraud_warnings.retrieve", id)


def portal(customer_id: str, return_url: str, language: str) -> str:
    """The address of Stripe's page where the customer changes his card."""
    asked = {"customer": customer_id, "return_url": return_url, "locale": LANGUAGES.get(language, "auto")}
    after = {"type": "redirect", "redirect": {"return_url": return_url}}
    flow = {"type": "payment_method_update", "after_completion": after}
    return _post("billing_portal.sessions.create", None, **asked, flow_data=flow)["url"]


def undelivered_events(types: list[str]) -> Iterator[Heard]:
    """What Stripe could not deliver to us."""
    # Stripe takes at most twenty types at once.
    for start in range(0, len(types), 20):
        for event in _all("events.list", delivery_success=False, types=types[start : start + 20]):
            yield _heard(event)


def moment(seconds: int | None) -> datetime | None:
    """Stripe's seconds as a time."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _heard(event: Mapping) -> Heard:
    return Heard(
        event["id"],
        event["type"],
        event["data"]["object"].get("id") or "",
        moment(event["created"]),
        event["livemode"],
        event.get("api_version") or "",
    )


def _is_signed(body: bytes, signature: str | None, secret: str) -> bool:
    try:
        return stripe.WebhookSignature.verify_header(body, signature, secret, stripe.Webhook.DEFAULT_TOLERANCE)
    except (stripe.SignatureVerificationError, ValueError):
        return False


def _get(what: str, *ids: str, **asked) -> dict:
    with _asking() as api:
        return _method(api, what)(*ids, asked).to_dict()


def _post(what: str, key: str | None, *ids: str, **asked) -> dict:
    # Without a key of ours the SDK makes one, which its own repetitions share: enough for what is harmless twice.
    with _asking() as api:
        return _method(api, what)(*ids, asked, {"idempotency_key": key} if key else {}).to_dict()


def _all(what: str, **asked) -> Iterator[dict]:
    with _asking() as api:
        for found in _method(api, what)({"limit": PAGE} | asked).auto_paging_iter():
            yield found.to_dict()


def _method(api, what: str):
    for name in what.split("."):
        api = getattr(api, name)
    return api


@contextmanager
def _asking():
    """Stripe's API, whose errors become ours."""
    try:
        yield _api()
    except stripe.CardError as error:
        log.info("stripe declined a card code=%s request=%s", error.code, error.request_id)
        raise (BankAsks if error.code == "authentication_required" else CardDeclined)()
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as error:
        log.warning("stripe does not answer error=%r", error)
        raise ProviderAway
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        log.error("stripe does not accept our key error=%r", error)
        raise ProviderAway
    except stripe.InvalidRequestError as error:
        if error.http_status == 404:
            raise Gone(str(error)) from error
        if error.http_status == 409:
            raise ProviderAway
        if error.code in ("parameter_unknown", "parameter_missing", "parameter_invalid_integer"):
            raise
        raise NotPossibleNow(str(error)) from error


def _api():
    if not are_on():
        raise PaymentsOff
    known = current_app.extensions.get("stripe")
    if known is None:
        known = current_app.extensions["stripe"] = _new_client()
    return known.v1


def _new_client() -> stripe.StripeClient:
    base = current_app.config["STRIPE_API_BASE"]
    return stripe.StripeClient(
        current_app.config["STRIPE_API_KEY"],
        base_addresses={"api": base} if base else {},
        max_network_retries=TRIES_AGAIN,
        http_client=stripe.RequestsClient(timeout=SECONDS),
    )
