"""Agents who went away from visitors they are talking to: since when, as far as we noticed."""

from collections.abc import Set
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import TenantModel, db


class Absence(TenantModel):
    """A seat that runs out makes no event, so somebody must have looked."""

    __tablename__ = "absence"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True, autoincrement=False)
    since: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def note(cls, absent: Set[int]) -> None:
        """These are away, and nobody else.  Whoever was before keeps since when."""
        known = set(db.session.scalars(sa.select(cls.member_id)))
        if known - absent:
            db.session.execute(sa.delete(cls).where(cls.member_id.in_(known - absent)))
        if absent - known:
            rows = [{"member_id": id, "since": now()} for id in sorted(absent - known)]
            db.session.execute(sa.dialects.postgresql.insert(cls).on_conflict_do_nothing(), rows)

    @classmethod
    def longer_than(cls, moment: datetime) -> set[int]:
        """Who has been away since before that moment."""
        return set(db.session.scalars(sa.select(cls.member_id).where(cls.since <= moment)))
