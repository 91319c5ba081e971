"""How many segments the gateways took, and how many credits that used: by day (in UTC), company, country and gateway.

Counted in the transaction that charges an SMS, so once for each, whatever is tried, asked or reported twice.  One that
was refused was never charged, and is not here.
"""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import PlatformModel, db


class SmsCount(PlatformModel):
    """One row for each day, company, country ("CN", or "" where nobody can say) and gateway."""

    __tablename__ = "sms_count"
    __table_args__ = (sa.CheckConstraint("segments > 0 AND credits >= 0", name="amounts"),)
    kept_at_erasure = "What the platform was charged stays known; it names a number, a country and amounts."

    day: Mapped[date] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), primary_key=True)
    country: Mapped[str] = mapped_column(primary_key=True)
    gateway: Mapped[str] = mapped_column(primary_key=True)
    segments: Mapped[int]
    credits: Mapped[int]

    @classmethod
    def add(cls, company_id: int, country: str, gateway: str, segments: int, credits: int) -> None:
        """Count an SMS that the gateway took now.  Many may at once."""
        row = {"day": now().date(), "company_id": company_id, "country": country, "gateway": gateway}
        more = insert(cls).values(row | {"segments": segments, "credits": credits})
        sums = {"segments": cls.segments + more.excluded.segments, "credits": cls.credits + more.excluded.credits}
        db.session.execute(more.on_conflict_do_update(index_elements=list(row), set_=sums))
