"""The queue as a waiting visitor sees it: his place, and how long others like him waited lately."""

from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa
from redis.exceptions import RedisError

from chat.conversations.assignment import Assignment
from chat.conversations.conversations import Conversation
from core.clock import now
from core.db import db
from core.redis import redis
from tenants.companies.company import Company

LATELY = timedelta(hours=2)
AT_MOST = 40
# Fewer say nothing: then nobody is told a time.
AT_LEAST = 5
# Whoever was given an agent at once never stood in the line.
WAITED = timedelta(seconds=3)
KEPT_FOR = timedelta(days=1)


class Pace(NamedTuple):
    """Between how many seconds a place took lately: the middle half of those who waited."""

    quick: float
    slow: float

    @classmethod
    def now(cls) -> "Pace | None":
        """None when too few have waited lately to say."""
        waited = Assignment.at - Assignment.queued_at
        seconds = (sa.extract("epoch", waited) / Assignment.place).label("seconds")
        recent = (
            sa.select(seconds)
            .where(Assignment.at > now() - LATELY, Assignment.place.is_not(None), waited >= WAITED)
            .order_by(Assignment.at.desc())
            .limit(AT_MOST)
            .subquery()
        )
        quarters = [sa.func.percentile_cont(part).within_group(recent.c.seconds) for part in (0.25, 0.75)]
        count, quick, slow = db.session.execute(sa.select(sa.func.count(), *quarters).select_from(recent)).one()
        return cls(quick, slow) if count >= AT_LEAST else None

    def at(self, place: int) -> dict[str, int]:
        return {"from": int(self.quick * place), "to": int(self.slow * place) + 1}


class Waiting(NamedTuple):
    """A visitor in the queue."""

    conversation_id: int
    visitor_id: int
    place: int


def queue_of(conversation: Conversation) -> dict | None:
    """A waiting visitor's {"place", "wait"}, as browsers hear of it.  None for who does not wait."""
    if not conversation.is_waiting:
        return None
    ahead = sa.tuple_(Conversation.opened_at, Conversation.id) < sa.tuple_(conversation.opened_at, conversation.id)
    place = 1 + db.session.scalar(sa.select(sa.func.count()).where(Conversation.waits(), ahead))
    return described(place, Pace.now())


def described(place: int, pace: Pace | None) -> dict:
    return {"place": place, "wait": pace.at(place) if pace else None}


def queue() -> list[Waiting]:
    """Everybody who waits, next one first.  Who was put back is ahead of all who came after him."""
    order = Conversation.opened_at, Conversation.id
    places = sa.func.row_number().over(order_by=order)
    rows = sa.select(Conversation.id, Conversation.visitor_id, places).where(Conversation.waits()).order_by(*order)
    return [Waiting(*row) for row in db.session.execute(rows)]


def moved(company: Company) -> list[Waiting]:
    """Who waits in another place than he was last told.  Nobody while Redis is away: then we cannot know.

    Far back in a long queue a step is not worth telling: there it takes a tenth of the way to the front.
    """
    key, waiting = f"queue:{company.id}", queue()
    try:
        told = {int(id): int(place) for id, place in redis().hgetall(key).items()}
        news = [one for one in waiting if _is_news(told.get(one.conversation_id), one.place)]
        _keep(key, gone=told.keys() - {one.conversation_id for one in waiting}, news=news)
    except RedisError:
        return []
    return news


def _is_news(told: int | None, place: int) -> bool:
    return told is None or abs(told - place) >= max(1, place // 10)


def _keep(key: str, gone: set[int], news: list[Waiting]) -> None:
    pipeline = redis().pipeline()
    if gone:
        pipeline.hdel(key, *gone)
    if news:
        pipeline.hset(key, mapping={one.conversation_id: one.place for one in news})
        pipeline.expire(key, KEPT_FOR)
    pipeline.execute()
