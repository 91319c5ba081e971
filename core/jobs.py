"""Work that happens later, surely and once.

A job is a function named verb first.  `send_invitation.later(member_id=7)` writes a row into the company's outbox in the
running transaction: no commit, no job; a commit, and the job will run, whatever dies in between.  RQ only makes it
quick; `sweep` finds what RQ lost.
"""

import json
import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import update_wrapper
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core import mail
from core.clock import now
from core.db import Place, TenantModel, current_place, db, identity, record, transaction
from core.errors import NotNow
from core.events import dataclass_event
from core.faults import told

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
    # The mails it sent: {"to": the masked address, "id": the Message-ID} for each.
    mails: Mapped[list[dict]] = mapped_column(JSONB, default=list, server_default="[]")

    @classmethod
    def next_due(cls, only: Collection[str] | None = None) -> "OutboxRow | None":
        """The oldest due row nobody else is working on, of `only` these jobs, locked until the transaction ends."""
        return db.session.scalar(
            sa.select(cls)
            .where(cls.done_at.is_(None), cls.given_up_at.is_(None), cls.due_at <= now())
            .where(_one_of(only))
            .order_by(cls.due_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )

    def run(self) -> "GivenUp | None":
        """Do the job inside a savepoint: what it wrote counts only if it succeeded.  Says so when it is given up."""
        self.tries += 1
        try:
            with db.session.begin_nested(), mail.noted() as mails:
                JOBS[self.job].function(**self.arguments)
            self.done_at, self.mails = now(), mails
        except NotNow as refusal:
            self.tries, self.due_at = self.tries - 1, now() + timedelta(seconds=refusal.retry_after)
        except Exception as error:
            return self._put_off(error)
        return None

    def again(self) -> None:
        """Have the same done once more, whatever became of this one."""
        job_called(self.job).later(**self.arguments)

    def _put_off(self, error: Exception) -> "GivenUp | None":
        log.exception("job failed job=%s outbox=%s place=%s try=%s", self.job, self.id, current_place(), self.tries)
        self.last_error = repr(error)[:500]
        if self.tries >= TRIES:
            self.given_up_at = now()
            return GivenUp(self.id, self.job, self.tries, told(error))
        self.due_at = now() + timedelta(seconds=min(5 * 4 ** (self.tries - 1), 3600))
        return None


@dataclass_event
class JobWritten:
    place: Place


class GivenUp(NamedTuple):
    """A job that failed TRIES times.  `error` quotes nothing that anybody wrote."""

    outbox_id: int
    job: str
    tries: int
    error: str


class Waiting(NamedTuple):
    """What a company still has to do that should have been done: how much, since when, and how much could be done now."""

    count: int
    since: datetime | None
    due: int


class Job:
    """A function that can be called now (`job(…)`) or after the commit (`job.later(…)`)."""

    def __init__(self, function: Callable):
        self.function = function
        update_wrapper(self, function)
        if JOBS.setdefault(function.__name__, self) is not self:
            raise ValueError(f"there are two jobs called {function.__name__}")

    def __call__(self, **arguments):
        return self.function(**arguments)

    def later(self, due_at: datetime | None = None, **arguments) -> None:
        """Write it into the outbox of the company in force.  Arguments are JSON: ids, never secrets or objects."""
        json.dumps(arguments)
        db.session.add(OutboxRow(job=self.function.__name__, arguments=arguments, due_at=due_at or now()))
        record(JobWritten(current_place()))


job = Job


def job_called(name: str) -> Job:
    """For who may not import whose job it is.  Raises KeyError."""
    return JOBS[name]


def waiting(only: Collection[str] | None = None) -> Waiting:
    """What is due in the company in force, or was tried and put off, of `only` these jobs."""
    is_due, was_tried = OutboxRow.due_at <= now(), OutboxRow.tries > 0
    since = sa.case((was_tried, OutboxRow.created_at), else_=OutboxRow.due_at)
    open_rows = OutboxRow.done_at.is_(None) & OutboxRow.given_up_at.is_(None) & (is_due | was_tried)
    figures = sa.func.count(), sa.func.min(since), sa.func.count().filter(is_due)
    return Waiting(*db.session.execute(sa.select(*figures).where(open_rows, _one_of(only))).one())


def run_due(at_most: int = 200, gave_up: Callable[[GivenUp], None] | None = None, only: Collection[str] | None = None) -> int:
    """Run the due outbox rows of the company in force, each in its own transaction.  Returns how many were tried.

    `gave_up` is told, in the same transaction, of a job that is not tried again.
    """
    for done in range(at_most):
        with transaction():
            row = OutboxRow.next_due(only)
            if row is None:
                return done
            given_up = row.run()
            if given_up and gave_up:
                gave_up(given_up)
    return at_most


def _one_of(only: Collection[str] | None) -> sa.ColumnElement[bool]:
    return sa.true() if only is None else OutboxRow.job.in_(only)
