"""Work that happens later, surely and once.

A job is a function named verb first.  `send_invitation.later(member_id=7)` writes a row into the company's outbox in the
running transaction: no commit, no job; a commit, and the job will run, whatever dies in between.  RQ only makes it
quick; `sweep` finds what RQ lost.
"""

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import update_wrapper

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Place, TenantModel, current_place, db, identity, record, transaction
from core.events import dataclass_event

log = logging.getLogger(__name__)

TRIES = 8
JOBS: dict[str, "Job"] = {}


class OutboxRow(TenantModel):
    """One thing still to be done outside of the database, or done, or given up after TRIES."""

    __tablename__ = "outbox"
    __table_args__ = (sa.Index("ix_outbox_due", "due_at", postgresql_where=sa.text("done_at IS NULL AND given_up_at IS NULL")),)

    id: Mapped[int] = identity()
    job: Mapped[str]
    arguments: Mapped[dict] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]

    @classmethod
    def next_due(cls) -> "OutboxRow | None":
        """The oldest due row nobody else is working on, locked until the transaction ends."""
        return db.session.scalar(
            sa.select(cls)
            .where(cls.done_at.is_(None), cls.given_up_at.is_(None), cls.due_at <= now())
            .order_by(cls.due_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )

    def run(self) -> None:
        """Do the job inside a savepoint: what it wrote counts only if it succeeded."""
        self.tries += 1
        try:
            with db.session.begin_nested():
                JOBS[self.job].function(**self.arguments)
            self.done_at = now()
        except Exception as error:
            self._put_off(error)

    def _put_off(self, error: Exception) -> None:
        log.exception("job failed job=%s outbox=%s place=%s try=%s", self.job, self.id, current_place(), self.tries)
        self.last_error = repr(error)[:500]
        if self.tries >= TRIES:
            self.given_up_at = now()
        else:
            self.due_at = now() + timedelta(seconds=min(5 * 4 ** (self.tries - 1), 3600))


@dataclass_event
class JobWritten:
    place: Place


class Job:
    """A function that can be called now (`job(…)`) or after the commit (`job.later(…)`)."""

    def __init__(self, function: Callable):
        self.function = function
        update_wrapper(self, function)
        JOBS[function.__name__] = self

    def __call__(self, **arguments):
        return self.function(**arguments)

    def later(self, due_at: datetime | None = None, **arguments) -> None:
        """Write it into the outbox of the company in force.  Arguments are JSON: ids, never secrets or objects."""
        json.dumps(arguments)
        db.session.add(OutboxRow(job=self.function.__name__, arguments=arguments, due_at=due_at or now()))
        record(JobWritten(current_place()))


job = Job


def run_due(at_most: int = 200) -> int:
    """Run the due outbox rows of the company in force, each in its own transaction.  Returns how many were tried."""
    for done in range(at_most):
        with transaction():
            row = OutboxRow.next_due()
            if row is None:
                return done
            row.run()
    return at_most
