"""Where people come back to from the payment page: what became of their payment."""

from flask import Blueprint, g, render_template, request

from billing.checkouts import Checkout, checkout_of, sync_checkout
from billing.documents import documents_of_order
from billing.money import spoken
from billing.payments import ProviderAway
from billing.subscriptions import Subscription
from core.db import transaction
from core.errors import NotFound
from tenants.signing_in.current import needs

plan_payments = Blueprint("plan_payments", __name__, url_prefix="/manage/plan/payment")


@plan_payments.get("")
@needs("billing.manage")
def show():
    """The address proves nothing: the provider is asked, as its own message would make us ask (billing.md §3.7)."""
    with transaction():
        visit = _visit(request.args.get("session", ""))
        return render_template(
            "manage/plan_payments/show.html",
            visit=visit,
            order=visit.order,
            documents=documents_of_order(visit.order),
            subscription=Subscription.running_of(g.company.id) if visit.mode == "subscription" else None,
            spoken=spoken,
        )


def _visit(session_id: str) -> Checkout:
    """Raises NotFound.  While the provider is away, as we knew it."""
    if not session_id:
        raise NotFound
    try:
        return sync_checkout(g.company, session_id)
    except ProviderAway:
        return checkout_of(g.company, session_id)
