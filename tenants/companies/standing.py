"""How each company stands, published as small rows of the platform, so that thousands can be listed without looking inside.

Whoever changes what is counted marks the company: one command to Redis, however often it happens.  The schedule measures
those that are marked, each in a transaction of its own (saas/standing.py); and everybody at the company's midnight, each
LOOKED_AT_EVERY, and when Redis has lost the marks.  So a mark that gets lost costs freshness and nothing else.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from redis.exceptions import RedisError
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import PlatformModel, db
from core.redis import redis
from tenants.companies.company import LETS_IN, Company
from tenants.people.seats import SeatsUnknown, seated_in

LOOKED_AT_EVERY = timedelta(hours=6)
# A company that cannot be looked at is tried again after this.
AGAIN_AFTER = timedelta(minutes=10)
_MARKED, _KEPT = "standing:marked", "standing:kept"


class Trouble(NamedTuple):
    """What may be wrong with a company, for those who look after it.  The heavier, the further up in the list."""

    weight: int
    title: str
    text: str


TROUBLES = {
    "unreachable": Trouble(32, _l("Data out of reach"), _l("Its schema could not be looked at the last time. The numbers are older.")),
    "messages_missing": Trouble(16, _l("Messages missing"), _l("The check of its conversations found numbers without a message.")),
    "failed_payment": Trouble(8, _l("Failed payment"), _l("An invoice of its subscription is open, or its card was refused.")),
    "behind": Trouble(8, _l("Old schema"), _l("Its tables are not at the newest revision.")),
    "visitors_waiting": Trouble(4, _l("Visitors wait"), _l("Somebody has been waiting for an answer for more than ten minutes.")),
    "unanswered_messages": Trouble(2, _l("Unanswered messages"), _l("An offline message has been left for more than two days.")),
    "not_embedded": Trouble(1, _l("Not embedded yet"), _l("A day after it was opened no visitor has come through its widget.")),
}  # fmt: skip


class CompanyStanding(PlatformModel):
    """What was measured of a company the last time."""

    __tablename__ = "company_standing"

    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), primary_key=True)
    # None: not measured yet.
    measured_at: Mapped[datetime | None]
    due_at: Mapped[datetime] = mapped_column(default=now, index=True)
    # In the company's zone: what is said of "today" is said of this day.
    day: Mapped[date | None] = mapped_column(sa.Date)
    day_ends_at: Mapped[datetime | None]
    conversations: Mapped[int] = mapped_column(default=0)
    agents_online: Mapped[int] = mapped_column(default=0)
    seats: Mapped[int] = mapped_column(default=0)
    plan: Mapped[str] = mapped_column(default="free")
    trial_ends_at: Mapped[datetime | None]
    waiting: Mapped[int] = mapped_column(default=0)
    unanswered: Mapped[int] = mapped_column(default=0)
    last_activity_at: Mapped[datetime | None]
    mrr: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(default="")
    troubles: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), default=list)
    # The weights of the troubles together: 0 is well.
    burden: Mapped[int] = mapped_column(default=0)

    @classmethod
    def locked(cls, company: Company) -> "CompanyStanding":
        """The company's row, made if there is none.  Whoever measures it too waits until the transaction ends."""
        db.session.execute(insert(cls).values(company_id=company.id).on_conflict_do_nothing())
        mine = sa.select(cls).where(cls.company_id == company.id).with_for_update()
        return db.session.scalars(mine.execution_options(populate_existing=True)).one()

    @classmethod
    def of(cls, company: Company) -> "CompanyStanding | None":
        return db.session.get(cls, company.id)

    @classmethod
    def conversations_today(cls) -> sa.ColumnElement:
        """In SQL: those of the day on which the question is asked.  Of a day that is over none count any more."""
        return sa.case((cls.day_ends_at > now(), cls.conversations), (cls.day_ends_at.is_not(None), 0))

    def find(self, troubles: list[str]) -> None:
        """These are the company's troubles now."""
        self.troubles, self.burden = troubles, sum(TROUBLES[name].weight for name in troubles)

    def count_for(self, day: date, until: datetime) -> None:
        """It has just been measured, on a day that lasts until then."""
        self.measured_at, self.day, self.day_ends_at = now(), day, until
        self.due_at = min(until, now() + LOOKED_AT_EVERY)

    def missed(self) -> None:
        """It could not be measured.  What was known stays."""
        self.find(["unreachable", *(name for name in self.troubles if name != "unreachable")])
        self.due_at = now() + AGAIN_AFTER


class CompanyUsage(PlatformModel):
    """What a company did on one day in its zone.  Days nobody did anything on may have no row."""

    __tablename__ = "company_usage"

    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), primary_key=True)
    day: Mapped[date] = mapped_column(sa.Date, primary_key=True)
    conversations: Mapped[int] = mapped_column(default=0)
    messages: Mapped[int] = mapped_column(default=0)
    visitors: Mapped[int] = mapped_column(default=0)
    offline_messages: Mapped[int] = mapped_column(default=0)
    sms: Mapped[int] = mapped_column(default=0)
    # The most that were online whenever somebody looked.
    most_agents: Mapped[int] = mapped_column(default=0)
    # What people's files took when the day began; None: nobody has looked.
    stored_bytes: Mapped[int | None]

    @classmethod
    def publish(cls, company: Company, rows: list[dict]) -> None:
        """Write days with what they counted.  Saying it again, or better, is harmless: the most agents stay the most."""
        said = insert(cls)
        new = {name: said.excluded[name] for name in rows[0] if name != "day"}
        new["most_agents"] = sa.func.greatest(cls.most_agents, said.excluded.most_agents)
        new["stored_bytes"] = sa.func.coalesce(said.excluded.stored_bytes, cls.stored_bytes)
        upsert = said.on_conflict_do_update(index_elements=[cls.company_id, cls.day], set_=new)
        db.session.execute(upsert, [{"company_id": company.id} | row for row in rows])

    @classmethod
    def between(cls, company: Company, first: date, last: date) -> "list[CompanyUsage]":
        """A company's days, both included, the earliest first."""
        mine = sa.select(cls).where(cls.company_id == company.id, cls.day.between(first, last))
        return list(db.session.scalars(mine.order_by(cls.day)))


def newest_revision() -> str:
    """Where the tables of every company should be."""
    from tenants.companies.migrations import TENANT  # Alembic comes with it, which most processes never need.

    return TENANT.head


def mark(event) -> None:
    """Something that counts has happened in a company (`event.company_id`)."""
    try:
        redis().sadd(_MARKED, event.company_id)
    except RedisError:
        # It is measured by the clock too.
        return


def next_marked() -> int | None:
    """A company to measure because somebody marked it.  Asked just before it is measured: it may be marked again meanwhile."""
    try:
        id = redis().spop(_MARKED)
    except RedisError:
        return None
    return None if id is None else int(id)


def due(at_most: int) -> list[int]:
    """Companies to measure by the clock, those never measured first."""
    is_due = sa.or_(CompanyStanding.due_at.is_(None), CompanyStanding.due_at <= now())
    asked = sa.select(Company.id).outerjoin(CompanyStanding).where(Company.status.in_(LETS_IN), is_due)
    return list(db.session.scalars(asked.order_by(CompanyStanding.due_at.nulls_first(), Company.id).limit(at_most)))


def mark_what_nobody_marked() -> None:
    """Everybody, when Redis began anew and has lost the marks; and where a seat has ended because its holder's process died."""
    try:
        if redis().set(_KEPT, 1, nx=True):
            db.session.execute(sa.update(CompanyStanding).values(due_at=now()))
        changed = _with_other_seats()
        if changed:
            redis().sadd(_MARKED, *changed)
    except (RedisError, SeatsUnknown):
        return


def _with_other_seats() -> list[int]:
    told = sa.select(CompanyStanding.company_id, CompanyStanding.agents_online).where(CompanyStanding.agents_online > 0)
    published = dict(db.session.execute(told).all())
    return [id for id, seated in seated_in(published).items() if len(seated) != published[id]] if published else []
