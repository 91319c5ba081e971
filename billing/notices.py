"""What whoever pays should be told, worked out from what is: what nobody noticed in time is still told, and once only.

Each notice is one row in the company's outbox under its name and what it is about; the row is what makes it once.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app

from billing.grants import grants_of
from billing.ledger import LedgerTransaction
from billing.mails import mail_payers
from billing.operator_actions import OperatorAction
from billing.orders import Order
from billing.subscriptions import Subscription
from core.clock import now
from core.db import PLATFORM, current_place, db, going_on, transaction
from core.jobs import OutboxRow
from core.redis import queue
from tenants.companies.company import Company
from tenants.rights.entitlements import Grant

log = logging.getLogger(__name__)

# What happened longer ago is told no more.
LATELY = timedelta(days=3)
TRIAL_ENDS_IN = timedelta(days=3)
# Days after a payment failed, and days before something paid ahead ends.
FAILED_DAYS, ENDING_DAYS = (0, 3, 6), (14, 7, 1)
# What ends without renewing itself.
ENDING = ("order:", "style:", "voucher:")


class Notice(NamedTuple):
    """`name` is its template, `about` what it is about; `facts` are the ids its template needs."""

    name: str
    about: str
    facts: dict

    def tell_once(self) -> None:
        """Write it into the outbox of the company in force, unless it is there."""
        arguments = OutboxRow.arguments
        told = sa.select(OutboxRow.id).where(
            OutboxRow.job == mail_payers.__name__,
            arguments["name"].astext == self.name,
            arguments["about"].astext == self.about,
        )
        if db.session.scalar(told.limit(1)) is None:
            mail_payers.later(name=self.name, about=self.about, facts=self.facts)


def money_moved(event) -> None:
    """Something happened that a payer may have to know: a worker looks soon.  Only a hint; the schedule comes by."""
    try:
        queue().enqueue(tell_payers, event.company_id)
    except Exception as error:
        log.warning("no hint to the worker company=%s error=%r", event.company_id, error)


def tell_payers(company_id: int) -> None:
    """Tell a company's payers everything they should know and have not been told."""
    with current_app.app_context():
        with transaction():
            company = Company.numbered(company_id)
        if company is not None and company.lets_in:
            with company.entered() as company, going_on(), transaction():
                _wait_for_others()
                for notice in due_notices(company):
                    notice.tell_once()


def tell_all_payers() -> None:
    """The same for every company about which there may be something to tell.  By the schedule."""
    with transaction():
        ids = set(db.session.scalars(_candidates(now()), bind_arguments={"bind": db.engines[PLATFORM]}))
    for id in sorted(ids):
        tell_payers(id)


def due_notices(company: Company) -> Iterator[Notice]:
    """What should have been told by now, of the last days."""
    moment = now()
    yield from _payments(company, moment)
    yield from _subscription(company, moment)
    yield from _trial(company, moment)
    yield from _endings(company, moment)
    yield from _corrections(company, moment)


def _wait_for_others() -> None:
    # Two who look at the same time would both find the row missing.
    key = sa.func.hashtextextended(f"notices:{current_place().schema}", 0)
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def _payments(company: Company, moment: datetime) -> Iterator[Notice]:
    paid = sa.select(Order).where(Order.company_id == company.id, Order.paid_at > moment - LATELY)
    for order in db.session.scalars(paid.order_by(Order.id)):
        yield Notice("receipt", order.order_no, {"order_no": order.order_no})
    # The first invoice of a subscription paid its order, and stands there.
    renewals = sa.select(LedgerTransaction).where(
        LedgerTransaction.company_id == company.id,
        LedgerTransaction.kind == "subscription",
        LedgerTransaction.created_at > moment - LATELY,
        ~sa.exists().where(Order.order_no == LedgerTransaction.order_no),
    )
    for renewal in db.session.scalars(renewals.order_by(LedgerTransaction.id)):
        yield Notice("renewal", renewal.key, {"transaction_id": renewal.id})


def _subscription(company: Company, moment: datetime) -> Iterator[Notice]:
    running = Subscription.running_of(company.id)
    if running is not None and running.status == "past_due" and running.past_due_since:
        day = max((day for day in FAILED_DAYS if moment >= running.past_due_since + timedelta(days=day)), default=None)
        if day is not None:
            about = f"{running.invoice_id or running.stripe_id}:{day}"
            yield Notice("payment_failed", about, {"subscription_id": running.stripe_id})
    if running is None:
        ended = sa.select(Subscription).where(Subscription.company_id == company.id, Subscription.ended_at > moment - LATELY)
        for one in db.session.scalars(ended.where(Subscription.status == "canceled").order_by(Subscription.ended_at)):
            yield Notice("subscription_ended", one.stripe_id, {})


def _trial(company: Company, moment: datetime) -> Iterator[Notice]:
    if Subscription.running_of(company.id) is not None:
        return
    ends = company.trial_ends_at
    if ends is not None and ends - moment <= TRIAL_ENDS_IN:
        yield Notice("trial_ending", f"{ends:%Y-%m-%d}", {"ends_at": ends.isoformat()})
    if ends is None and company.entitlements.plan == "free":
        mine = sa.select(sa.func.max(Grant.valid_until)).where(Grant.company_id == company.id, Grant.revoked_at.is_(None))
        ended = db.session.scalar(mine.where(Grant.reason.startswith("trial:"), Grant.valid_until <= moment))
        if ended is not None and ended > moment - LATELY:
            yield Notice("trial_ended", f"{ended:%Y-%m-%d}", {})


def _endings(company: Company, moment: datetime) -> Iterator[Notice]:
    """One notice for everything that ends on the same day; what goes on afterwards does not end."""
    grants = [grant for grant in grants_of(company) if grant.reason.startswith(ENDING) and grant.valid_until]
    days: dict[tuple[str, int], list[int]] = {}
    for grant in grants:
        day = _ending_day(grant, moment)
        if day is not None and not _goes_on(grant, grants):
            days.setdefault((f"{grant.valid_until:%Y-%m-%d}", day), []).append(grant.id)
    for (date, day), ids in days.items():
        yield Notice("ending", f"{date}:{day}", {"grant_ids": ids})


def _corrections(company: Company, moment: datetime) -> Iterator[Notice]:
    done = sa.select(OperatorAction.id).where(OperatorAction.company_id == company.id, OperatorAction.done_at > moment - LATELY)
    for id in db.session.scalars(done.order_by(OperatorAction.id)):
        yield Notice("correction", f"action:{id}", {"action_id": id})


def _ending_day(grant: Grant, moment: datetime) -> int | None:
    """Which of ENDING_DAYS has come.  Nobody is warned at the beginning of what is short."""
    left, length = grant.valid_until - moment, grant.valid_until - grant.valid_from
    return min((day for day in ENDING_DAYS if left <= timedelta(days=day) and length >= timedelta(days=2 * day)), default=None)


def _goes_on(grant: Grant, grants: Iterable[Grant]) -> bool:
    return any(_is_same(grant, other) and other.valid_until > grant.valid_until for other in grants)


def _is_same(grant: Grant, other: Grant) -> bool:
    # Seats bought twice are twice as many, and each of them ends.
    if "more_seats" in grant.rights:
        return False
    if "more_styles" in grant.rights:
        return grant.reason.split(":")[:2] == other.reason.split(":")[:2]
    return bool(grant.product) and grant.product.split(":")[:2] == other.product.split(":")[:2]


def _candidates(moment: datetime) -> sa.CompoundSelect:
    soon = moment + timedelta(days=max(ENDING_DAYS))
    return sa.union(
        sa.select(Order.company_id).where(Order.paid_at > moment - LATELY),
        sa.select(LedgerTransaction.company_id).where(
            LedgerTransaction.kind == "subscription", LedgerTransaction.created_at > moment - LATELY
        ),
        sa.select(Subscription.company_id).where(Subscription.status == "past_due"),
        sa.select(Subscription.company_id).where(Subscription.ended_at > moment - LATELY),
        sa.select(Grant.company_id).where(
            Grant.revoked_at.is_(None), Grant.valid_until > moment - LATELY, Grant.valid_until <= soon
        ),
        sa.select(OperatorAction.company_id).where(OperatorAction.done_at > moment - LATELY),
    )
