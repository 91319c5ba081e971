"""What waiting visitors hear of their place in the queue."""

from chat.conversations.rooms import visitor_room
from chat.reception.queue import Pace, described, moved
from core.db import transaction
from core.realtime.push import Push
from core.realtime.pushes import push_all
from tenants.companies.company import current_company


def queue_changed(event) -> None:
    """After anything that may have moved the queue: everybody whose place is another one hears it."""
    with transaction():
        company = current_company()
        waiting = moved(company)
        pace = Pace.now() if waiting else None
    push_all([_told(company.id, one, pace) for one in waiting])


def _told(company_id: int, one, pace: Pace | None) -> Push:
    said = {"conversation_id": one.conversation_id} | described(one.place, pace)
    return Push.of(visitor_room(company_id, one.visitor_id), "queue_changed", said)
