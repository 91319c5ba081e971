"""Schemas that companies live in: made ahead, kept ready, and handed out by changing one row."""

import logging
import shutil
import time
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, make_transient_to_detached, mapped_column

from core.clock import now
from core.db import PLATFORM, PlatformModel, db, identity
from core.errors import Refusal
from core.redis import queue
from tenants.companies.databases import Admin

log = logging.getLogger(__name__)

# How long a sign-up waits for the worker when no schema is ready.
PATIENCE = (0.1, 0.2, 0.4, 0.8, 1.5)


class NoSchemaReady(Refusal):
    code = "no_schema_ready"
    message = _l("Many companies are signing up right now and we are making room. Try again in a minute.")
    status = 503


class Schema(PlatformModel):
    """A place for one company's data.  Its name is also its role's, and never says whose it is."""

    __tablename__ = "schema"
    __table_args__ = (
        sa.CheckConstraint("state IN ('making', 'ready', 'taken', 'erased')", name="state"),
        sa.Index("ix_schema_ready", "id", postgresql_where=sa.text("state = 'ready'")),
    )

    id: Mapped[int] = identity()
    name: Mapped[str] = mapped_column(sa.Text, sa.Computed("'t_'::text || id::text", persisted=True), unique=True)
    database: Mapped[str] = mapped_column(server_default="main")
    revision: Mapped[str | None]
    state: Mapped[str] = mapped_column(server_default="making")
    made_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]

    @property
    def is_within_reach(self) -> bool:
        """Whether this process is connected to the database it lies in."""
        return self.database in databases_within_reach()

    @classmethod
    def claim(cls) -> "Schema":
        """Take a ready schema, now and for good.

        It commits by itself, before anything can be written there: a sign-up that fails afterwards leaves a schema
        without a company, which `drop_abandoned` drops; never one with somebody's data for the next company to find.
        """
        for pause in (*PATIENCE, 0):
            if taken := _take_one(databases_within_reach()):
                return cls._known(taken)
            _ask_for_more()
            time.sleep(pause)
        raise NoSchemaReady

    @classmethod
    def claim_in(cls, database: str) -> "Schema | None":
        """The same in one database, if one is ready there."""
        taken = _take_one([database])
        return taken and cls._known(taken)

    @classmethod
    def _known(cls, row: dict) -> "Schema":
        schema = cls(**row)
        make_transient_to_detached(schema)
        db.session.add(schema)
        return schema


def _take_one(databases: Collection[str]) -> dict | None:
    ready = (
        sa.select(Schema.id)
        .where(Schema.state == "ready", Schema.database.in_(databases))
        .order_by(Schema.revision.desc(), Schema.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    take = (
        sa.update(Schema)
        .where(Schema.id == ready.scalar_subquery())
        .values(state="taken", taken_at=now())
        .returning(*Schema.__table__.columns)
    )
    with db.engines[PLATFORM].begin() as connection:
        return connection.execute(take).mappings().one_or_none()


def keep_ready() -> int:
    """Have as many schemas ready as READY_SCHEMAS says.  Returns how many were made.

    For the worker and the schedule, which have the admin login; cheap while nothing is missing.
    """
    wanted = current_app.config["READY_SCHEMAS"]
    if _count_ready() >= wanted:
        return 0
    from tenants.companies import making  # Alembic comes with it, which web processes can do without.

    return making.make_ready(Admin.configured(), wanted)


def drop_abandoned() -> list[str]:
    """Drop the schemas, with their files, that failed sign-ups left behind.  Returns their names.

    For the worker and the schedule.
    """
    from tenants.companies import making

    dropped = making.sweep(Admin.configured())
    for name in dropped:
        shutil.rmtree(Path(current_app.config["FILES_DIR"]) / name, ignore_errors=True)
    return dropped


def databases_within_reach() -> list[str]:
    """The databases this process is connected to."""
    return ["main", *(str(key).partition("@")[2] for key in db.engines if str(key).startswith("tenants@"))]


def _count_ready() -> int:
    count = sa.select(sa.func.count()).where(Schema.state == "ready", Schema.database == "main")
    with db.engines[PLATFORM].begin() as connection:
        return connection.scalar(count)


def _ask_for_more() -> None:
    """Make some here if this process may (command line, worker); a web process asks the worker."""
    if current_app.config["DATABASE_URL"]:
        keep_ready()
        return
    try:
        queue().enqueue(keep_ready)
    except Exception as error:
        log.warning("no hint to the worker: no schema is ready error=%r", error)
