"""How recurring income moved: who began to pay, pays more, pays less, or stopped, day by day (in UTC).

The schedule looks often, and a day's last look counts; looking twice changes nothing.  A day nobody looked at is told
with the next.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Mapped, mapped_column

from billing.recurring import all_monthly_recurring
from billing.spans import Span
from core.clock import now
from core.db import PLATFORM, PlatformModel, db, transaction


class RecurringChange(PlatformModel):
    """What a company pays every month since a day, and what it paid before."""

    __tablename__ = "recurring_change"
    __table_args__ = (
        sa.CheckConstraint("before >= 0 AND after >= 0 AND before <> after", name="amounts"),
        sa.Index("ix_recurring_change_last", "company_id", "currency", "day"),
    )
    kept_at_erasure = "What the platform earned stays known; it names a number and an amount."

    day: Mapped[date] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    before: Mapped[int]
    after: Mapped[int]


class Recurring(NamedTuple):
    """One day or month: amounts in minor units, and how many companies."""

    begins: date
    start: int
    new: int
    expansion: int
    contraction: int
    churned: int
    companies_start: int
    joined: int
    left: int

    @property
    def end(self) -> int:
        return self.start + self.new + self.expansion - self.contraction - self.churned

    @property
    def companies(self) -> int:
        """How many pay at its end."""
        return self.companies_start + self.joined - self.left

    @property
    def each(self) -> int:
        """What one pays on average at its end (ARPU)."""
        return round(self.end / self.companies) if self.companies else 0

    @property
    def lost_share(self) -> float | None:
        """Of the money there was at its start, what went with those who left or pay less."""
        return (self.churned + self.contraction) / self.start if self.start else None

    @property
    def left_share(self) -> float | None:
        """Of the companies that paid at its start, how many stopped."""
        return self.left / self.companies_start if self.companies_start else None


def note_recurring() -> None:
    """Write down how today differs from the days before.  By the schedule."""
    with transaction():
        # Two at once would write the same rows.
        lock = sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended("recurring", 0)))
        db.session.execute(lock, bind_arguments={"bind": db.engines[PLATFORM]})
        today = now().date()
        db.session.execute(sa.delete(RecurringChange).where(RecurringChange.day == today))
        names = ("day", "company_id", "currency", "before", "after")
        db.session.execute(sa.insert(RecurringChange).from_select(names, _differences(today)))


def recurring_in(span: Span, currency: str) -> list[Recurring]:
    """Each day or month of a span, earliest first, those without a change too."""
    start, companies = _before(span, currency)
    rows = []
    moved = {row.begins: row for row in db.session.execute(_moved(span, currency))}
    for begins in span.steps():
        row = moved.get(begins)
        amounts = (row.new, row.expansion, row.contraction, row.churned) if row else (0, 0, 0, 0)
        counts = (row.joined, row.left) if row else (0, 0)
        rows.append(Recurring(begins, start, *map(int, amounts), companies, *counts))
        start, companies = rows[-1].end, rows[-1].companies
    return rows


def recurring_now() -> Iterator[tuple[str, int, int]]:
    """Each currency with what comes every month now, and from how many companies."""
    each = all_monthly_recurring()
    query = sa.select(each.c.currency, sa.func.sum(each.c.amount), sa.func.count()).where(each.c.amount > 0)
    for currency, amount, companies in db.session.execute(query.group_by(each.c.currency).order_by(each.c.currency)):
        yield currency, int(amount), companies


def _differences(today: date) -> sa.Select:
    running, change = all_monthly_recurring(), RecurringChange
    one_each = distinct_on(change.company_id, change.currency)
    last = sa.select(change.company_id, change.currency, change.after).ext(one_each)
    last = last.where(change.day < today).order_by(change.company_id, change.currency, change.day.desc()).subquery("last")
    same = sa.and_(running.c.company_id == last.c.company_id, running.c.currency == last.c.currency)
    before, after = sa.func.coalesce(last.c.after, 0), sa.func.coalesce(running.c.amount, 0)
    company = sa.func.coalesce(running.c.company_id, last.c.company_id)
    currency = sa.func.coalesce(running.c.currency, last.c.currency)
    both = sa.join(running, last, same, full=True)
    return sa.select(sa.literal(today), company, currency, before, after).select_from(both).where(before != after)


def _before(span: Span, currency: str) -> tuple[int, int]:
    """What came, and from how many, when the span began."""
    change = RecurringChange
    amount = sa.func.coalesce(sa.func.sum(change.after - change.before), 0)
    companies = _count(change.before == 0) - _count(change.after == 0)
    earlier = sa.select(amount, companies).where(change.currency == currency, change.day < span.since)
    found = db.session.execute(earlier).one()
    return int(found[0]), found[1]


def _moved(span: Span, currency: str) -> sa.Select:
    change, grown = RecurringChange, RecurringChange.after - RecurringChange.before
    stays = sa.and_(change.before > 0, change.after > 0)
    begins = span.step_of_day(change.day).label("begins")
    query = sa.select(
        begins,
        _sum(grown, change.before == 0).label("new"),
        _sum(grown, sa.and_(stays, grown > 0)).label("expansion"),
        _sum(-grown, sa.and_(stays, grown < 0)).label("contraction"),
        _sum(-grown, change.after == 0).label("churned"),
        _count(change.before == 0).label("joined"),
        _count(change.after == 0).label("left"),
    )
    return query.where(change.currency == currency, change.day.between(span.since, span.until)).group_by(begins)


def _sum(amount, where) -> sa.ColumnElement:
    return sa.func.coalesce(sa.func.sum(amount).filter(where), 0)


def _count(where) -> sa.ColumnElement:
    return sa.func.count().filter(where)
