"""The inbox: what the provider told us, kept until it is done, whatever dies in between.

An event is only a hint that something happened to an object.  It is written down, acknowledged, and then worked off:
lock the company's account, fetch the object, write what it is now.  So order, repetition and delay do not matter, and a lost one is made
good by the next, by the hourly look for undelivered ones, or by the nightly comparison.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from billing import payments
from billing.checkouts import refused_later, sync_session
from billing.differences import Difference
from billing.disputes import note_warning, sync_dispute
from billing.payments import Heard
from billing.refunds import sync_refund, sync_refunds_of
from billing.subscriptions import follow_card, sync_customer, sync_invoice, sync_subscription
from core.clock import now
from core.db import PLATFORM, PlatformModel, db, lock, record, transaction
from core.events import dataclass_event
from core.redis import queue

log = logging.getLogger(__name__)

HANDLERS: dict[str, Callable[[str], object]] = {
    "checkout.session.completed": sync_session,
    "checkout.session.async_payment_succeeded": sync_session,
    "checkout.session.async_payment_failed": refused_later,
    "checkout.session.expired": sync_session,
    "customer.subscription.created": sync_subscription,
    "customer.subscription.updated": sync_subscription,
    "customer.subscription.deleted": sync_subscription,
    "customer.subscription.paused": sync_subscription,
    "customer.subscription.resumed": sync_subscription,
    "customer.deleted": sync_customer,
    "customer.updated": follow_card,
    "invoice.paid": sync_invoice,
    "invoice.payment_failed": sync_invoice,
    "invoice.payment_action_required": sync_invoice,
    "invoice.voided": sync_invoice,
    "invoice.marked_uncollectible": sync_invoice,
    "invoice.finalization_failed": sync_invoice,
    "charge.refunded": sync_refunds_of,
    "refund.created": sync_refund,
    "refund.updated": sync_refund,
    "refund.failed": sync_refund,
    "charge.dispute.created": sync_dispute,
    "charge.dispute.updated": sync_dispute,
    "charge.dispute.funds_withdrawn": sync_dispute,
    "charge.dispute.funds_reinstated": sync_dispute,
    "charge.dispute.closed": sync_dispute,
    "radar.early_fraud_warning.created": note_warning,
}
# The provider itself gives up after three days.
GIVE_UP_AFTER = timedelta(days=3)
KEPT_FOR = timedelta(days=90)
LONGEST_WAIT = 3600
PATIENCE = "25s"


@dataclass_event
class EventReplayed:
    """An operator wants it worked off anew."""

    event_id: str


class StripeEvent(PlatformModel):
    """One event: new → done | ignored | failed (tried again, ever later) → dead.  Its content is not kept: it may be old."""

    __tablename__ = "stripe_event"
    __table_args__ = (
        sa.CheckConstraint("status IN ('new', 'done', 'ignored', 'failed', 'dead')", name="status"),
        sa.Index("ix_stripe_event_due", "due_at", postgresql_where=sa.text("status IN ('new', 'failed')")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    object_id: Mapped[str] = mapped_column(index=True)
    happened_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(default=now)
    deliveries: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(default="new")
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=now)
    handled_at: Mapped[datetime | None]
    last_error: Mapped[str | None]

    @classmethod
    def take_in(cls, event: Heard) -> bool:
        """Write an event down; False if it was known.  Seen again is not done: that is what `status` is for."""
        values = {
            "id": event.id, "type": event.type, "object_id": event.object_id, "happened_at": event.happened_at,
            "received_at": now(), "due_at": now(), "deliveries": 1, "tries": 0, "status": "new",
        }  # fmt: skip
        statement = insert(cls).values(values)
        again = statement.on_conflict_do_update(index_elements=[cls.id], set_={"deliveries": cls.deliveries + 1})
        return db.session.scalar(again.returning(cls.deliveries)) == 1

    @classmethod
    def next_due(cls) -> "StripeEvent | None":
        """The oldest due event nobody else is working on, locked until the transaction ends."""
        due = sa.select(cls).where(cls.status.in_(("new", "failed")), cls.due_at <= now())
        return db.session.scalar(due.order_by(cls.due_at, cls.id).limit(1).with_for_update(skip_locked=True))

    def handle(self) -> bool:
        """Do what follows from it, inside a savepoint: what was written counts only if all of it succeeded.

        Returns False while the provider does not answer: then the rest would wait for nothing too.
        """
        self.tries += 1
        db.session.flush()
        # Several events of one company wait for each other, and each may take a few calls to the provider.
        db.session.execute(sa.text(f"SET LOCAL lock_timeout = '{PATIENCE}'"), bind_arguments={"bind": db.engines[PLATFORM]})
        try:
            with db.session.begin_nested():
                HANDLERS[self.type](self.object_id)
            self.status, self.handled_at, self.last_error = "done", now(), None
        except payments.Gone as reason:
            # Deleted at the provider meanwhile: there is nothing left to follow.
            self.status, self.handled_at, self.last_error = "ignored", now(), str(reason)[:500]
        except Exception as error:
            self._put_off(error)
            return not isinstance(error, payments.ProviderAway)
        return True

    @classmethod
    def unsettled(cls, statuses: tuple[str, ...] = ("failed", "dead"), at_most: int = 200) -> "list[StripeEvent]":
        """Those that failed, newest first."""
        query = sa.select(cls).where(cls.status.in_(statuses)).order_by(cls.received_at.desc(), cls.id).limit(at_most)
        return list(db.session.scalars(query))

    def replay(self, seen: int) -> bool:
        """Work it off anew, as if it had come in now.  False if somebody was quicker: `seen` is its number of tries."""
        if not self._is_still("failed", "dead", seen=seen):
            return False
        self.status, self.received_at, self.due_at = "new", now(), now()
        record(EventReplayed(self.id))
        return True

    def discard(self, seen: int) -> bool:
        """Leave it alone for good.  False as with `replay`."""
        if not self._is_still("failed", "dead", seen=seen):
            return False
        self.status, self.handled_at = "ignored", now()
        return True

    def _is_still(self, *statuses: str, seen: int) -> bool:
        lock(self)
        return self.status in statuses and self.tries == seen

    def _put_off(self, error: Exception) -> None:
        log.warning(
            "event failed id=%s type=%s object=%s try=%s", self.id, self.type, self.object_id, self.tries, exc_info=True
        )
        self.last_error = repr(error)[:500]
        if now() - self.received_at > GIVE_UP_AFTER:
            self.status = "dead"
            Difference.note("dead_event", self.id, ours={"type": self.type, "object": self.object_id})
        else:
            self.status, self.due_at = "failed", now() + timedelta(seconds=min(2**self.tries, LONGEST_WAIT))


def receive(event: Heard) -> None:
    """Keep an event if it is one we use, and ask a worker to look.  Returns after it is safe."""
    if event.type not in HANDLERS:
        return
    with transaction():
        StripeEvent.take_in(event)
    hurry()


def event_replayed(event: EventReplayed) -> None:
    hurry()


def hurry() -> None:
    """Only a hint: while Redis is away the schedule comes by."""
    try:
        queue().enqueue(work_off)
    except Exception as error:
        log.warning("no hint to the worker error=%r", error)


def work_off(at_most: int = 500) -> int:
    """Work off what is due, each in its own transaction.  Returns how many were tried."""
    for done in range(at_most):
        with transaction():
            event = StripeEvent.next_due()
            if event is None:
                return done
            goes_on = event.handle()
        if not goes_on:
            return done + 1
    return at_most


def sweep() -> None:
    """What a dead worker or a lost hint left behind; and forget what is long done.  By the schedule, each minute."""
    if payments.are_on():
        work_off()
    old = sa.delete(StripeEvent).where(StripeEvent.status.in_(("done", "ignored")), StripeEvent.received_at < now() - KEPT_FOR)
    with transaction():
        db.session.execute(old)
