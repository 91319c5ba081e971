"""What states and kinds are called, for whoever reads of them: the company and our operators."""

from flask_babel import lazy_gettext as _l

ORDER_STATES = {
    "open": _l("Not paid yet"),
    "waiting_for_payment": _l("Waiting for the payment to arrive"),
    "paid": _l("Paid"),
    "failed": _l("Not paid: the payment failed"),
    "expired": _l("Not paid in time"),
    "superseded": _l("Replaced by a later order"),
    "refunded": _l("Returned"),
}
# How a state looks; what is not in it is over.
TONES = {
    "paid": "online", "done": "online", "active": "online", "succeeded": "online", "won": "online",
    "open": "invited", "waiting_for_payment": "invited", "waiting": "invited", "pending": "invited", "wanted": "invited",
    "past_due": "invited", "needs_response": "invited", "warning_needs_response": "invited", "under_review": "invited",
}  # fmt: skip
PRODUCT_KINDS = {
    "subscription": _l("Subscriptions"),
    "term": _l("Plans paid ahead"),
    "seats": _l("More seats"),
    "feature": _l("Features"),
    "package": _l("Packages"),
    "bundle": _l("Bundles of rights"),
    "style_voucher": _l("Style vouchers"),
    "sms": _l("SMS credits"),
    "topup": _l("Wallet top-ups"),
}
SUBSCRIPTION_STATES = {
    "incomplete": _l("Not paid yet"),
    "incomplete_expired": _l("Never paid"),
    "trialing": _l("Begins when the trial ends"),
    "active": _l("Paid"),
    "past_due": _l("The last payment failed"),
    "canceled": _l("Ended"),
    "unpaid": _l("Not paid for long"),
    "paused": _l("Paused"),
}
VISIT_STATES = {
    "open": _l("On the payment page"),
    "waiting": _l("Agreed, the money is under way"),
    "paid": _l("Paid"),
    "failed": _l("Failed"),
    "expired": _l("Page expired"),
    "returned": _l("Paid twice, returned"),
}
REFUND_STATES = {
    "wanted": _l("Decided, not sent yet"),
    "pending": _l("Under way"),
    "requires_action": _l("Waits for the customer"),
    "succeeded": _l("Returned"),
    "failed": _l("Failed"),
    "canceled": _l("Given up"),
    "refused": _l("Refused by the payment service"),
}
DISPUTE_STATES = {
    "warning_needs_response": _l("Warning: answer it"),
    "warning_under_review": _l("Warning: the bank looks at the answer"),
    "warning_closed": _l("Warning closed"),
    "needs_response": _l("Answer it"),
    "under_review": _l("The bank looks at the answer"),
    "won": _l("Won"),
    "lost": _l("Lost"),
    "prevented": _l("Prevented"),
}
DOCUMENT_KINDS = {"invoice": _l("Invoice"), "receipt": _l("Receipt"), "credit_note": _l("Credit note")}
DIFFERENCE_KINDS = {
    "missing": _l("The payment service has it, and we do not"),
    "stale": _l("The payment service says something newer than we know"),
    "amount": _l("The amounts differ"),
    "orphan": _l("Nobody knows whose it is"),
    "double_subscription": _l("A second subscription was ended and its money returned"),
    "unknown_price": _l("A subscription at a price that is not ours"),
    "paid_twice": _l("An order was paid twice, and the second payment returned"),
    "refund_failed": _l("A refund did not go through"),
    "fraud_warning": _l("The card network believes this payment to be fraud"),
    "dead_event": _l("A message of the payment service could not be worked off"),
}
