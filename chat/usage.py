"""How much a company's chat is used: each day's numbers, and what waits now.  Published for the platform by saas/standing.py."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from chat.conversations.conversations import Conversation
from chat.conversations.files import File
from chat.conversations.integrity import LATELY, Gap
from chat.conversations.messages import Message
from chat.offline.messages import OfflineMessage
from chat.visitors.visits import Visit
from core.clock import now
from core.db import db


class Day(NamedTuple):
    """What was done on one day.  Messages are those that people wrote; visitors are counted once a day."""

    day: date
    conversations: int
    messages: int
    visitors: int
    offline_messages: int


class Waiting(NamedTuple):
    """Visitors nobody has accepted yet and offline messages nobody has handled: how many, and since when the first."""

    visitors: int
    visitors_since: datetime | None
    messages: int
    messages_since: datetime | None


def days_of(days: Sequence[date], zone: ZoneInfo) -> list[Day]:
    """The numbers of some days of the company in force, as its zone cuts them, in one query."""
    since, until = zip(*(bounds(day, zone) for day in days), strict=True)
    asked = {"days": list(days), "since": list(since), "until": list(until)}
    return [Day(*row) for row in db.session.execute(_COUNTING, asked)]


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When a day begins and ends there.  Not all have 24 hours."""
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


def waiting_now() -> Waiting:
    """What waits in the company in force."""
    since = sa.func.coalesce(Conversation.returned_at, Conversation.opened_at)
    visitors = sa.select(sa.func.count(), sa.func.min(since)).where(Conversation.waits())
    messages = sa.select(sa.func.count(), sa.func.min(OfflineMessage.created_at)).where(OfflineMessage.handled_at.is_(None))
    return Waiting(*db.session.execute(visitors).one(), *db.session.execute(messages).one())


def last_sign_of_life() -> datetime | None:
    """When the last visitor came or the last message was written."""
    # By the primary key: these tables have no other order that costs nothing.
    newest = (
        sa.select(column).order_by(id.desc()).limit(1).scalar_subquery()
        for column, id in (
            (Message.created_at, Message.id),
            (Visit.last_seen_at, Visit.id),
            (OfflineMessage.created_at, OfflineMessage.id),
        )
    )
    return db.session.scalar(sa.select(sa.func.greatest(*newest)))


def is_embedded() -> bool:
    """Whether any visitor has ever come."""
    return db.session.scalar(sa.select(sa.exists().select_from(Visit)))


def has_holes() -> bool:
    """Whether messages were found missing lately.  There should never be any."""
    return bool(Gap.holes(since=now() - LATELY, at_most=1))


def stored_bytes() -> int:
    """What the files that people sent each other take.  It reads them all: ask once a day."""
    return db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(File.size), 0)))


def _counting() -> sa.Select:
    """For each of the `days`, what lies between its `since` and its `until`."""
    moments, day = ARRAY(sa.DateTime(timezone=True)), ARRAY(sa.Date)
    asked = (
        sa.func.unnest(
            sa.bindparam("days", type_=day), sa.bindparam("since", type_=moments), sa.bindparam("until", type_=moments)
        )
        .table_valued("day", "since", "until")
        .render_derived("asked")
    )

    def within(column, what=None) -> sa.Select:
        counted = sa.select(sa.func.count() if what is None else what)
        return counted.where(column >= asked.c.since, column < asked.c.until).correlate(asked)

    return sa.select(
        asked.c.day,
        within(Conversation.opened_at).scalar_subquery(),
        within(Message.created_at).where(Message.author_kind != "system").scalar_subquery(),
        within(Visit.began_at, sa.func.count(Visit.visitor_id.distinct())).scalar_subquery(),
        within(OfflineMessage.created_at).scalar_subquery(),
    ).order_by(asked.c.day)


# Made once: it is asked for each company, over and over.
_COUNTING = _counting()
