"""Who is here now: agents who hold a seat, visitors whose page is open.  Kept in Redis, rebuilt by those who are here."""

import time
from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l
from redis.exceptions import RedisError

from core.db import record
from core.errors import Refusal
from core.events import dataclass_event
from core.redis import redis
from tenants.companies.company import Company, current_company
from tenants.people.members import Member

# The five states of CF-02, with the word people read.
PRESENCES = {
    "online": _l("Online"),
    "busy": _l("Busy"),
    "away": _l("Away"),
    "invisible": _l("Invisible"),
    "offline": _l("Offline"),
}
GONE_AFTER = 45


@dataclass_event
class PresenceChanged:
    company_id: int
    member_id: int
    presence: str


class NoSuchPresence(Refusal):
    code = "no_such_presence"
    message = _l("Choose one of: online, busy, away, invisible, offline.")
    status = 400


def set_presence(member: Member, presence: str) -> None:
    """Choose a state (A-12).  Offline gives the seat back; any other takes one.  Raises NoSeatLeft, NotAllowed."""
    if presence not in PRESENCES:
        raise NoSuchPresence
    if presence == "invisible":
        member.need("presence.invisible")
    company = current_company()
    if presence == "offline":
        company.release_seat(member.id)
    else:
        company.take_seat(member)
        member.presence = presence
    record(PresenceChanged(company.id, member.id, presence))


def visitors_here(company: Company) -> list[int]:
    """Ids of the visitors whose page is open.  Empty while Redis is away."""
    try:
        return [int(id) for id in redis().zrangebyscore(_visitors_key(company.id), time.time() - GONE_AFTER, "+inf")]
    except RedisError:
        return []


def visitor_is_here(company: Company, visitor_id: int) -> bool:
    """Whether he has a page open.  While Redis is away it is believed."""
    try:
        kept_at = redis().zscore(_visitors_key(company.id), visitor_id)
    except RedisError:
        return True
    return kept_at is not None and kept_at > time.time() - GONE_AFTER


def visitors_here_in(company_ids: Iterable[int]) -> dict[int, set[int]]:
    """The same for many companies in one round trip, forgetting on the way whose process died.  Raises RedisError."""
    company_ids, pipeline = list(company_ids), redis().pipeline(transaction=False)
    for company_id in company_ids:
        pipeline.zremrangebyscore(_visitors_key(company_id), "-inf", time.time() - GONE_AFTER)
        pipeline.zrange(_visitors_key(company_id), 0, -1)
    answers = pipeline.execute()[1::2] if company_ids else []
    return {company_id: {int(id) for id in ids} for company_id, ids in zip(company_ids, answers, strict=True)}


def keep_visitors(company_id: int, visitor_ids: Iterable[int]) -> None:
    """Say again that these visitors are here: one command for all of a process's visitors of a company."""
    here = {str(id): time.time() for id in visitor_ids}
    if here:
        redis().zadd(_visitors_key(company_id), here)


def keep_everywhere(visitors: Mapping[int, Iterable[int]]) -> None:
    """The same for the visitors of many companies, by company id, in one round trip.  Raises RedisError."""
    pipeline, moment = redis().pipeline(transaction=False), time.time()
    for company_id, visitor_ids in visitors.items():
        here = {str(id): moment for id in visitor_ids}
        if here:
            pipeline.zadd(_visitors_key(company_id), here)
    pipeline.execute()


def lose_visitor(company_id: int, visitor_id: int) -> None:
    redis().zrem(_visitors_key(company_id), visitor_id)


def _visitors_key(company_id: int) -> str:
    return f"visitors:{company_id}"
