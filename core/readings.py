"""What was measured about the platform, published for who wants to know: the newest reading of each thing.

Who measures is not who looks.  The scheduler has the time, and the rights, to look at everything; a page reads one row.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import PlatformModel, db


class Reading(PlatformModel):
    """The newest figures of one thing, by name: "database", "sweep:keep_ready"."""

    __tablename__ = "reading"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    figures: Mapped[dict] = mapped_column(JSONB)

    @classmethod
    def publish(cls, name: str, **figures) -> None:
        """Say what is so now.  A figure that is not given stays as it was."""
        new = insert(cls).values(name=name, at=now(), figures=figures)
        merged = {"at": new.excluded.at, "figures": cls.figures.concat(new.excluded.figures)}
        db.session.execute(new.on_conflict_do_update(index_elements=[cls.name], set_=merged))

    @classmethod
    def newest(cls, beginning: str = "") -> "dict[str, Reading]":
        """The readings whose names begin like this, by name."""
        query = sa.select(cls).where(cls.name.startswith(beginning, autoescape=True)).order_by(cls.name)
        return {reading.name: reading for reading in db.session.scalars(query)}
