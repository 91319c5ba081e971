"""Comparing the provider with us: every hour what it could not deliver, every night what we believe.

A difference is repaired only by the sync that webhooks use, never by writing what ought to be.  What stays different is
for a person.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from billing import payments
from billing.accounts import BillingAccount
from billing.checkouts import Checkout, sync_session
from billing.differences import RUNS_FOR, Difference, ReconcileRun
from billing.disputes import Dispute, sync_dispute
from billing.payments import ProviderAway
from billing.refunds import Refund, sync_refund
from billing.stripe_events import HANDLERS, StripeEvent, hurry
from billing.subscription_invoices import SubscriptionInvoice
from billing.subscription_price import own_item
from billing.subscriptions import ENDED, Subscription, sync_invoice, sync_subscription
from core.clock import now
from core.db import db, transaction
from core.redis import queue

log = logging.getLogger(__name__)

NIGHTLY, WEEKLY = timedelta(hours=20), timedelta(days=6, hours=12)
# Disputes and late payments come within this; once a week everything is looked at.
LOOKS_BACK = timedelta(days=3)
FROM_THE_BEGINNING = timedelta(days=365 * 5)
# What adds up and still wants somebody to decide.
ONLY_FOR_PEOPLE = ("paid_twice", "refund_failed", "fraud_warning", "double_subscription")


def fetch_undelivered() -> int:
    """Put into the inbox what the provider could not deliver.  Returns how many were new.  By the schedule, each hour."""
    if not payments.are_on():
        return 0
    new = 0
    for event in payments.undelivered_events(sorted(HANDLERS)):
        with transaction():
            new += StripeEvent.take_in(event)
    if new:
        hurry()
    return new


def reconcile_when_due() -> None:
    """Ask a worker to compare, once a night; everything once a week.  By the schedule."""
    if not payments.are_on():
        return
    with transaction():
        is_full = _is_older(ReconcileRun.last(is_full=True), WEEKLY)
        is_due = is_full or _is_older(ReconcileRun.last(is_full=False), NIGHTLY)
    if is_due:
        start(is_full)


def start(is_full: bool = False) -> None:
    """Have a worker compare, now."""
    queue().enqueue(reconcile, is_full, job_timeout=int(RUNS_FOR.total_seconds()))


def reconcile(is_full: bool = False) -> ReconcileRun:
    """Compare now, repair what the sync repairs, note the rest.  Raises ProviderAway: the next run begins anew."""
    since = now() - (FROM_THE_BEGINNING if is_full else LOOKS_BACK)
    with transaction():
        run = ReconcileRun(is_full=is_full, since=since)
        db.session.add(run)
    try:
        _look_through(run)
    except ProviderAway:
        with transaction():
            run.stopped_at = now()
            db.session.add(run)
        raise
    with transaction():
        run.finished_at = now()
        db.session.add(run)
    log.info("compared with stripe looked_at=%s different=%s repaired=%s", run.looked_at, run.different, run.repaired)
    return run


def can_sync(difference: Difference) -> bool:
    """Whether asking the provider once more could settle it; the rest is for a person."""
    return difference.resolved_at is None and (_look_at(difference.object_id) is not None or difference.kind == "dead_event")


def sync_again(difference: Difference) -> bool:
    """Do what the webhook does: fetch the object, and write what it is now.  Returns whether it adds up.

    Raises ProviderAway, Gone.
    """
    if difference.kind == "dead_event":
        return _handle_again(difference.object_id)
    look = _look_at(difference.object_id)
    return look is not None and _repair(look, difference.object_id, difference.kind)


def _handle_again(event_id: str) -> bool:
    with transaction():
        event = db.session.get(StripeEvent, event_id)
        answers = event is not None and event.handle()
        is_done = event is not None and event.status in ("done", "ignored")
        if is_done:
            Difference.resolve("dead_event", event_id, "synced")
    if event is not None and not answers:
        raise ProviderAway
    return is_done


def _look_through(run: ReconcileRun) -> None:
    seen = set()
    for look in LOOKS:
        for said in look.listed(run.since):
            seen.add(said["id"])
            _compare(look, said, run)
    _look_for_unlisted(seen)


class Look(NamedTuple):
    """How one kind of thing is compared: list all, fetch one, (kind, company, ours, theirs) if it differs, and the sync.

    `begins` is how the provider's ids of this kind begin.
    """

    begins: tuple[str, ...]
    listed: Callable[[datetime], Iterator[dict]]
    fetched: Callable[[str], dict]
    differs: Callable[[dict], tuple | None]
    sync: Callable[[str], object]


def _compare(look: Look, said: dict, run: ReconcileRun) -> None:
    run.looked_at += 1
    with transaction():
        different = look.differs(said)
        if different is None:
            return
        kind, company_id, ours, theirs = different
        Difference.note(kind, said["id"], company_id, ours, theirs, run.id)
    run.different += 1
    run.repaired += _repair(look, said["id"], kind)


def _repair(look: Look, id: str, kind: str) -> bool:
    """Run the sync and look again.  Returns whether it adds up now."""
    try:
        with transaction():
            look.sync(id)
    except ProviderAway:
        raise
    except Exception:
        log.exception("could not repair object=%s", id)
    said = look.fetched(id)
    with transaction():
        if kind in ONLY_FOR_PEOPLE or look.differs(said) is not None:
            return False
        Difference.resolve(kind, id, "synced")
    return True


def _look_for_unlisted(seen: set[str]) -> None:
    """Subscriptions we believe to run, and the provider does not list."""
    with transaction():
        running = set(db.session.scalars(sa.select(Subscription.stripe_id).where(Subscription.status.not_in(ENDED))))
    for id in running - seen:
        with transaction():
            sync_subscription(id)


def _subscription_differs(said: dict):
    ours = db.session.get(Subscription, said["id"], populate_existing=True)
    item = own_item(said, ours.item_id if ours else None)
    theirs = {"status": said["status"], "quantity": item["quantity"], "period_end": item["current_period_end"]}
    if ours is None:
        account = BillingAccount.of_stripe_customer(said["customer"])
        if said["status"] in ENDED:
            return None
        return "missing" if account else "orphan", account and account.company_id, {}, theirs
    mine = {"status": ours.status, "quantity": ours.quantity, "period_end": int(ours.period_end.timestamp())}
    return None if mine == theirs else ("stale", ours.company_id, mine, theirs)


def _session_differs(said: dict):
    ours = Checkout.of_session(said["id"])
    if ours is None:
        return None
    db.session.refresh(ours)
    if ours.status in _meant_by(said):
        return None
    theirs = {"status": said["status"], "payment_status": said["payment_status"]}
    return "stale", ours.company_id, {"status": ours.status}, theirs


def _meant_by(said: dict) -> tuple[str, ...]:
    """What a visit may be when the provider says this of its session."""
    if said["status"] != "complete":
        return {"open": ("open",), "expired": ("expired", "failed")}[said["status"]]
    if said["payment_status"] == "paid":
        return ("paid", "returned")
    return ("waiting", "failed", "paid", "returned")


def _refund_differs(said: dict):
    ours = db.session.scalar(sa.select(Refund).where(Refund.stripe_id == said["id"]))
    theirs = {"status": said["status"], "amount": said["amount"]}
    if ours is None:
        return "missing", None, {}, theirs
    db.session.refresh(ours)
    mine = {"status": ours.status, "amount": ours.amount}
    kind = "amount" if ours.amount != said["amount"] else "stale"
    return None if mine == theirs else (kind, ours.company_id, mine, theirs)


def _dispute_differs(said: dict):
    ours = db.session.get(Dispute, said["id"], populate_existing=True)
    theirs = {"status": said["status"], "amount": said["amount"]}
    if ours is None:
        return "missing", None, {}, theirs
    mine = {"status": ours.status, "amount": ours.amount}
    return None if mine == theirs else ("stale", ours.company_id, mine, theirs)


def _invoice_differs(said: dict):
    subscription = db.session.get(Subscription, payments.subscription_of_invoice(said) or "")
    if subscription is None or said["status"] != "paid" or not said["amount_paid"]:
        return None
    noted = sa.select(SubscriptionInvoice.id).where(SubscriptionInvoice.stripe_id == said["id"])
    if db.session.scalar(noted) is not None:
        return None
    return "missing", subscription.company_id, {}, {"invoice": said["number"], "paid": said["amount_paid"]}


def _look_at(object_id: str) -> Look | None:
    return next((look for look in LOOKS if object_id.startswith(look.begins)), None)


def _is_older(run: ReconcileRun | None, age: timedelta) -> bool:
    return run is None or run.started_at < now() - age


LOOKS = [
    Look(("sub_",), lambda since: payments.subscriptions(), payments.subscription, _subscription_differs, sync_subscription),
    Look(("cs_",), payments.sessions_since, payments.session, _session_differs, sync_session),
    Look(("in_",), payments.paid_invoices_since, payments.invoice, _invoice_differs, sync_invoice),
    Look(("re_", "pyr_"), payments.refunds_since, payments.refund, _refund_differs, sync_refund),
    Look(("du_", "dp_"), payments.disputes_since, payments.dispute, _dispute_differs, sync_dispute),
]
