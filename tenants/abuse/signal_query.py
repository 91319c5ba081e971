"""What an operator wants to see of the signals.  One query feeds the page and the files."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from core.db import db
from tenants.abuse.signals import LIVE, STATES, Score, Signal, live_points
from tenants.companies.company import Company

# What is wanted without saying so: what nobody has decided about.
UNDECIDED = "undecided"


@dataclass(frozen=True)
class SignalQuery:
    """`state` is one of STATES, UNDECIDED, or "" for all; `company` a company ID."""

    kind: str = ""
    state: str = UNDECIDED
    company: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def signals(self, before: int | None = None, at_most: int = 50) -> list[Signal]:
        """Those seen last first; after the one numbered `before`."""
        query = sa.select(Signal).where(*self._wanted).order_by(Signal.last_seen_at.desc(), Signal.id.desc()).limit(at_most)
        return list(db.session.scalars(query if before is None else query.where(_comes_after(before))))

    @property
    def _wanted(self) -> list:
        wanted = [
            Signal.kind == self.kind if self.kind else None,
            Signal.state == self.state if self.state in STATES else None,
            Signal.state.in_(LIVE) if self.state == UNDECIDED else None,
            Signal.company_id == _numbers(self.company) if self.company else None,
            Signal.last_seen_at >= self.since if self.since else None,
            Signal.last_seen_at < self.until if self.until else None,
        ]
        return [one for one in wanted if one is not None]


def highest_scores(at_most: int = 5) -> list[tuple[Company, Score]]:
    """The companies most is to be said against, the worst first."""
    points, counted = live_points()
    worst = sa.select(Signal.company_id, points).where(Signal.company_id.is_not(None), *counted)
    rows = db.session.execute(worst.group_by(Signal.company_id).order_by(points.desc(), Signal.company_id).limit(at_most)).all()
    companies = {
        company.id: company for company in db.session.scalars(sa.select(Company).where(Company.id.in_([id for id, _ in rows])))
    }
    return [(companies[id], Score(int(sum))) for id, sum in rows]


def _numbers(company_id: str) -> sa.ScalarSelect:
    return sa.select(Company.id).where(Company.company_id == company_id.lower()).scalar_subquery()


def _comes_after(id: int) -> sa.ColumnElement[bool]:
    seen = sa.select(Signal.last_seen_at).where(Signal.id == id).scalar_subquery()
    return sa.or_(Signal.last_seen_at < seen, sa.and_(Signal.last_seen_at == seen, Signal.id < id))
