"""What a visitor's window begins with, and what it may hear of a conversation."""

from datetime import timedelta

import sqlalchemy as sa

from chat.conversations import Conversation
from chat.presence import somebody_can_answer
from chat.visitors import Visitor
from core.clock import now
from core.db import db
from tenants.company import current_company
from widget.guest import Guest

# So long an ended conversation stays on the screen of who comes back; unread answers stay until they are read.
SHOWN_AFTER_END = timedelta(hours=2)


def welcome_of(guest: Guest) -> dict:
    """The `welcome` push, and the answer to `state`."""
    visitor, company = guest.visitor, current_company()
    conversation = conversation_shown_to(visitor)
    return {
        "visitor_token": visitor.token(guest.site),
        "visitor": unnamed(visitor.as_dict()),
        "conversation": as_seen_by_visitor(conversation) if conversation else None,
        "online": somebody_can_answer(company),
        "company": {"name": company.name},
    }


def conversation_shown_to(visitor: Visitor) -> Conversation | None:
    """The visitor's open conversation, or the last one while it is fresh or has answers he has not read."""
    newest = sa.select(Conversation).where(Conversation.visitor_id == visitor.id).order_by(Conversation.id.desc()).limit(1)
    conversation = db.session.scalar(newest)
    if conversation is None or conversation.is_open:
        return conversation
    is_fresh = now() - conversation.closed_at < SHOWN_AFTER_END
    return conversation if is_fresh or conversation.visitor_read_seq < conversation.last_seq else None


def as_seen_by_visitor(conversation: Conversation) -> dict:
    """The conversation as the visitor hears of it: without the name agents gave him."""
    seen = conversation.as_dict()
    return seen | {"visitor": unnamed(seen["visitor"])}


def unnamed(visitor: dict) -> dict:
    return visitor | {"name": ""}
