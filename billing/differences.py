"""What does not add up between the provider and us, for a person to look at; nothing here repairs anything."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import PlatformModel, db, identity
from core.errors import Invalid, Refusal
from core.text import tidy_lines

log = logging.getLogger(__name__)

# Who has not come back by then is dead.
RUNS_FOR = timedelta(hours=1)

# missing: we do not have it.  stale: ours is older.  orphan: the provider or we do not know whose it is.
KINDS = (
    "missing", "stale", "amount", "orphan", "double_subscription", "unknown_price",
    "paid_twice", "refund_failed", "fraud_warning", "dead_event",
)  # fmt: skip


class AlreadyResolved(Refusal):
    code = "already_resolved"
    message = _l("This difference was settled already.")


class ReconcileRun(PlatformModel):
    """One comparison: how much was looked at, how much was different, how much of that the sync repaired."""

    __tablename__ = "reconcile_run"

    id: Mapped[int] = identity()
    is_full: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime]
    started_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    looked_at: Mapped[int] = mapped_column(default=0)
    different: Mapped[int] = mapped_column(default=0)
    repaired: Mapped[int] = mapped_column(default=0)
    # Why it did not come to its end: the provider did not answer.
    stopped_at: Mapped[datetime | None]

    @classmethod
    def latest(cls, at_most: int = 10) -> "list[ReconcileRun]":
        """Newest first, also those that are running or did not come to their end."""
        return list(db.session.scalars(sa.select(cls).order_by(cls.id.desc()).limit(at_most)))

    @property
    def is_running(self) -> bool:
        return self.finished_at is None and self.stopped_at is None and now() - self.started_at < RUNS_FOR

    @classmethod
    def last(cls, is_full: bool) -> "ReconcileRun | None":
        """The last that came to its end; a full one counts as a small one too."""
        done = sa.select(cls).where(cls.finished_at.is_not(None)).order_by(cls.id.desc()).limit(1)
        return db.session.scalar(done.where(cls.is_full) if is_full else done)


class Difference(PlatformModel):
    """Something a person should know of until it is resolved.  One at a time for each kind and object."""

    __tablename__ = "reconcile_diff"
    __table_args__ = (
        sa.CheckConstraint(f"kind IN {KINDS}", name="kind"),
        sa.Index("ix_reconcile_diff_open", "kind", "object_id", unique=True, postgresql_where=sa.text("resolved_at IS NULL")),
        sa.Index("ix_reconcile_diff_object", "object_id", "kind", "id"),
    )
    kept_at_erasure = "What did not add up must remain answerable; it holds ids and amounts."

    id: Mapped[int] = identity()
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.reconcile_run.id", ondelete="SET NULL"), index=True)
    company_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.company.id"), index=True)
    kind: Mapped[str]
    object_id: Mapped[str]
    ours: Mapped[dict] = mapped_column(JSONB, default=dict)
    theirs: Mapped[dict] = mapped_column(JSONB, default=dict)
    noted_at: Mapped[datetime] = mapped_column(default=now)
    resolved_at: Mapped[datetime | None]
    resolved_because: Mapped[str | None]
    # The operator who said that nothing has to be done; nobody, when it adds up by itself.
    resolved_by: Mapped[str | None]

    @classmethod
    def note(cls, kind: str, object_id: str, company_id: int | None = None, ours: Mapping | None = None,
             theirs: Mapping | None = None, run_id: int | None = None) -> None:  # fmt: skip
        """Write it down and tell the operators' log, unless it stands there, or was dismissed as it still is."""
        if cls._was_dismissed(kind, object_id, dict(ours or {}), dict(theirs or {})):
            return
        values = {
            "kind": kind, "object_id": object_id, "company_id": company_id, "run_id": run_id,
            "ours": dict(ours or {}), "theirs": dict(theirs or {}), "noted_at": now(),
        }  # fmt: skip
        noted = insert(cls).values(values).on_conflict_do_nothing().returning(cls.id)
        if db.session.scalar(noted) is not None:
            log.error("payments differ kind=%s object=%s company=%s", kind, object_id, company_id)

    @classmethod
    def resolve(cls, kind: str, object_id: str, because: str) -> None:
        """It adds up again."""
        found = sa.update(cls).where(cls.kind == kind, cls.object_id == object_id, cls.resolved_at.is_(None))
        db.session.execute(found.values(resolved_at=now(), resolved_because=because))

    @classmethod
    def all_open(cls) -> "list[Difference]":
        """Oldest first."""
        return list(db.session.scalars(sa.select(cls).where(cls.resolved_at.is_(None)).order_by(cls.id)))

    @classmethod
    def lately_resolved(cls, at_most: int = 20) -> "list[Difference]":
        """Newest first."""
        done = sa.select(cls).where(cls.resolved_at.is_not(None)).order_by(cls.resolved_at.desc(), cls.id.desc())
        return list(db.session.scalars(done.limit(at_most)))

    def dismiss(self, by: str, because: str) -> None:
        """A person says that nothing has to be done.  It is noted anew only if it changes.  Raises Invalid, AlreadyResolved."""
        because = tidy_lines(because, 2000)
        if not because:
            raise Invalid(reason=_("Say why. Others will ask later."))
        open_now = sa.update(Difference).where(Difference.id == self.id, Difference.resolved_at.is_(None))
        done = open_now.values(resolved_at=now(), resolved_because=because, resolved_by=by).returning(Difference.id)
        if db.session.scalar(done.execution_options(synchronize_session=False)) is None:
            raise AlreadyResolved
        db.session.refresh(self)

    @classmethod
    def _was_dismissed(cls, kind: str, object_id: str, ours: dict, theirs: dict) -> bool:
        last = sa.select(cls).where(cls.kind == kind, cls.object_id == object_id).order_by(cls.id.desc()).limit(1)
        found = db.session.scalar(last)
        return found is not None and found.resolved_by is not None and (found.ours, found.theirs) == (ours, theirs)
