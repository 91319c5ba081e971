"""What one segment costs, in credits, by the country it goes to, from which day on.

A rate never changes: a newer one takes its place on its day.  What was written before keeps what it cost.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Mapped, mapped_column

from core.brief import briefly
from core.clock import now
from core.db import PlatformModel, db, identity, record
from core.events import dataclass_event

# Countries without a rate of their own: gateways charge several times as much there.
ELSEWHERE = ""
# The first version of each, for installations that never had another.
BEGINNING = {"CN": 1, "US": 1, "CA": 1, "HK": 2, "MO": 2, "TW": 2, "SG": 2, ELSEWHERE: 4}
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass_event
class RatesChanged:
    countries: tuple[str, ...]


class SmsRate(PlatformModel):
    """Credits for one segment to a country ("CN") from a moment on.  Rows are only added."""

    __tablename__ = "sms_rate"
    __table_args__ = (
        sa.CheckConstraint("credits BETWEEN 1 AND 1000", name="credits"),
        sa.Index("ix_sms_rate_country", "country", "valid_from"),
    )

    id: Mapped[int] = identity()
    country: Mapped[str]
    credits: Mapped[int]
    valid_from: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def of(cls, country: str) -> "list[SmsRate]":
        """All versions, the last to count first."""
        return list(db.session.scalars(sa.select(cls).where(cls.country == country).order_by(*_latest_first())))


def credits_for(country: str, segments: int) -> int:
    """Whole credits for a text of so many segments to a country ("CN"), now."""
    known = rates()
    return known.get(country, known[ELSEWHERE]) * segments


@briefly
def rates() -> dict[str, int]:
    """What counts now, by country; under ELSEWHERE for all others."""
    return BEGINNING | {rate.country: rate.credits for rate in in_force()}


def in_force() -> list[SmsRate]:
    """Each country's rate that counts now."""
    stock()
    newest = sa.select(SmsRate).ext(distinct_on(SmsRate.country)).where(SmsRate.valid_from <= now())
    return list(db.session.scalars(newest.order_by(SmsRate.country, *_latest_first())))


def to_come() -> list[SmsRate]:
    """What will count later, the next first."""
    later = sa.select(SmsRate).where(SmsRate.valid_from > now()).order_by(SmsRate.valid_from, SmsRate.country, SmsRate.id)
    return list(db.session.scalars(later))


def newest_id() -> int:
    """The number of the last change: what a page was made from."""
    return db.session.scalar(sa.select(sa.func.coalesce(sa.func.max(SmsRate.id), 0)))


def set_rates(new: Iterable[tuple[str, int, datetime]], by: str, reason: str) -> list[SmsRate]:
    """Add a rate for each (country, credits, valid from)."""
    added = [
        SmsRate(country=country, credits=credits, valid_from=valid_from, made_by=by, reason=reason)
        for country, credits, valid_from in new
    ]
    db.session.add_all(added)
    db.session.flush()
    record(RatesChanged(tuple(rate.country for rate in added)))
    return added


def rates_changed(event: RatesChanged) -> None:
    rates.forget()


def stock() -> None:
    """Write down what has never been written down.  What is, stays as it is."""
    known = set(db.session.scalars(sa.select(SmsRate.country).distinct()))
    missing = [
        {"country": country, "credits": credits, "valid_from": _BEGAN, "made_by": "", "reason": "", "made_at": now()}
        for country, credits in BEGINNING.items()
        if country not in known
    ]
    if missing:
        db.session.execute(insert(SmsRate), missing)


def _latest_first() -> tuple:
    return SmsRate.valid_from.desc(), SmsRate.id.desc()
