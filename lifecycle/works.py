"""Long work on one company: exporting it, erasing it, moving it to another database, bringing its tables to a new revision.

All but the last, which the command line does, is asked for in the portal and done by a worker, which has the logins it takes.  How far it is can be seen meanwhile.
Nothing hangs on the process that does it: whoever does a work holds a lock that ends with him, and the schedule has a
work that nobody holds taken up again.  Each kind of work may be killed at any moment and begun anew.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import PlatformModel, db, fresh_transaction, identity, lock, record, transaction
from core.errors import Refusal
from core.events import dataclass_event
from core.redis import queue
from tenants.companies.company import Company
from tenants.companies.databases import connect

log = logging.getLogger(__name__)

TRIES = 5
# RQ ends what takes longer; the schedule then has it taken up again.
SECONDS = 6 * 3600


class AlreadyAtWork(Refusal):
    code = "already_at_work"
    message = _l("Something is being done to this company already. Wait until that is finished.")


class CannotBeDone(Exception):
    """This work will never succeed as it was asked for.  Says why, in words for operators."""


@dataclass_event
class WorkAsked:
    work_id: int


class Work(PlatformModel):
    """asked for → under way → finished or failed.  One company has one work under way."""

    __tablename__ = "company_work"
    __table_args__ = (
        sa.Index(
            "ix_company_work_under_way", "company_id", unique=True,
            postgresql_where=sa.text("finished_at IS NULL AND failed_at IS NULL"),
        ),
    )  # fmt: skip
    kept_at_erasure = "What was done to a company must stay answerable."

    id: Mapped[int] = identity()
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), index=True)
    kind: Mapped[str]
    arguments: Mapped[dict] = mapped_column(JSONB, default=dict)
    # An operator's name; "" for the schedule.
    asked_by: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime] = mapped_column(default=now)
    begun_at: Mapped[datetime | None]
    step: Mapped[str] = mapped_column(default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    result: Mapped[dict] = mapped_column(JSONB, default=dict)

    company: Mapped[Company] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def ask(cls, company: Company, kind: str, asked_by: str = "", **arguments) -> "Work":
        """Have it done soon.  Raises AlreadyAtWork."""
        lock(company)
        if cls.under_way(company) is not None:
            raise AlreadyAtWork
        work = cls(company=company, kind=kind, asked_by=asked_by, arguments=arguments, result={})
        db.session.add(work)
        db.session.flush()
        record(WorkAsked(work.id))
        return work

    @classmethod
    def note(cls, company: Company, kind: str, by: str, failure: str = "", **result) -> None:
        """Write down what was done to it elsewhere, or tried."""
        work = cls(company=company, kind=kind, asked_by=by, begun_at=now(), arguments={}, error=failure[:1000], result=result)
        work.finished_at, work.failed_at = (None, now()) if failure else (now(), None)
        db.session.add(work)

    @classmethod
    def under_way(cls, company: Company) -> "Work | None":
        return db.session.scalar(_unfinished().where(cls.company_id == company.id))

    @classmethod
    def of(cls, company: Company, kind: str | None = None, at_most: int = 100) -> "list[Work]":
        """What was and is done to a company, the newest first."""
        works = sa.select(cls).where(cls.company_id == company.id, sa.true() if kind is None else cls.kind == kind)
        return list(db.session.scalars(works.order_by(cls.id.desc()).limit(at_most)))

    @property
    def is_under_way(self) -> bool:
        return self.finished_at is None and self.failed_at is None

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0

    def report(self, step: str, done: int = 0, total: int = 0) -> None:
        """Show how far it is, now."""
        with fresh_transaction():
            mine = sa.update(Work).where(Work.id == self.id)
            db.session.execute(mine.values(step=step, done=done, total=total))

    def call_off(self) -> None:
        """It is not wanted any more."""
        self.failed_at, self.error = now(), "called off"

    def carry_out(self) -> None:
        """Do it, and note what came of it.  What fails is tried again, TRIES times, unless it says that it cannot be done."""
        with transaction():
            self.tries, self.begun_at = self.tries + 1, self.begun_at or now()
        try:
            result = KINDS[self.kind](self)
        except Exception as error:
            self._failed(error)
        else:
            with transaction():
                self.finished_at, self.result, self.step = now(), result or {}, ""

    def _failed(self, error: Exception) -> None:
        log.exception("work failed work=%s kind=%s company=%s try=%s", self.id, self.kind, self.company_id, self.tries)
        gives_up = isinstance(error, CannotBeDone) or self.tries >= TRIES
        if gives_up and self.kind in UNDOING:
            UNDOING[self.kind](self)
        with transaction():
            self.error = str(error)[:1000] or type(error).__name__
            self.failed_at = now() if gives_up else None


# What each kind does, and what puts things right again when it is given up.
KINDS: dict[str, Callable[[Work], dict | None]] = {}
UNDOING: dict[str, Callable[[Work], None]] = {}


def kind_of_work(name: str, undo: Callable[[Work], None] | None = None) -> Callable:
    """The function that does a kind of work: `function(work)`; what it returns is the work's result."""

    def register(function: Callable[[Work], dict | None]) -> Callable:
        KINDS[name] = function
        if undo is not None:
            UNDOING[name] = undo
        return function

    return register


def work_asked(event: WorkAsked) -> None:
    """Ask a worker for it.  Only a hint: while Redis is away the schedule comes by."""
    try:
        queue().enqueue(do_work, event.work_id, job_timeout=SECONDS)
    except Exception as error:
        log.warning("no hint to the worker work=%s error=%r", event.work_id, error)


def do_work(work_id: int) -> None:
    """Do it, unless somebody else is at it or has done it.  For the worker."""
    with current_app.app_context(), _alone_with(work_id) as is_ours:
        if is_ours:
            with transaction():
                work = db.session.get(Work, work_id)
            if work is not None and work.is_under_way:
                work.carry_out()


def take_up_works() -> None:
    """Ask again for whatever nobody is at.  By the schedule."""
    with transaction():
        ids = list(db.session.scalars(sa.select(Work.id).where(Work.finished_at.is_(None), Work.failed_at.is_(None))))
    for id in ids:
        if not _is_held(id):
            work_asked(WorkAsked(id))


def _unfinished() -> sa.Select:
    return sa.select(Work).where(Work.finished_at.is_(None), Work.failed_at.is_(None))


@contextmanager
def _alone_with(work_id: int) -> Iterator[bool]:
    """Whether nobody else is at this work; then nobody else will be, until this connection ends, however it does."""
    with connect(current_app.config["DATABASE_URL"]) as connection:
        yield connection.execute("SELECT pg_try_advisory_lock(hashtext('work'), %s)", [work_id]).fetchone()[0]


def _is_held(work_id: int) -> bool:
    with _alone_with(work_id) as is_ours:
        return not is_ours
