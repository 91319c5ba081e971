"""What a visitor may still read of conversations that have ended (W-27, S-02)."""

from datetime import timedelta

import sqlalchemy as sa

from chat.conversations.access import conversation_of
from chat.conversations.conversations import Conversation, as_dicts
from chat.visitors.visitors import Visitor
from core.clock import now
from core.db import db
from core.errors import NotFound
from tenants.companies.settings import Settings

# So long an ended conversation stays on the screen of who comes back; unread answers stay until they are read.
SHOWN_AFTER_END = timedelta(hours=2)
PAGE = 10


def conversation_shown_to(visitor: Visitor) -> Conversation | None:
    """The visitor's open conversation, or the last one while it has answers he has not read, or, if the company wants it

    shown to who comes back, while it is fresh.
    """
    newest = sa.select(Conversation).where(Conversation.visitor_id == visitor.id).order_by(Conversation.id.desc()).limit(1)
    conversation = db.session.scalar(newest)
    if conversation is None or conversation.is_open or _is_unread(conversation):
        return conversation
    return conversation if _is_fresh(conversation) and Settings.current().show_last_conversation else None


def readable_conversation_of(visitor: Visitor, id: int) -> Conversation:
    """The conversation, if it is this visitor's and may be on his screen now.  Raises NotFound.

    Also where former chats are not shown, the end of one that he was just in reaches a page that lost its line.
    """
    conversation = conversation_of(visitor, id)
    is_current = conversation.is_open or _is_fresh(conversation) or _is_unread(conversation)
    if not is_current and not Settings.current().show_last_conversation:
        raise NotFound
    return conversation


def earlier_conversations_of(visitor: Visitor, before: int | None = None) -> dict:
    """His ended conversations with a number below `before`, newest first: {"conversations", "more"}."""
    if not Settings.current().show_last_conversation:
        return {"conversations": [], "more": False}
    ended = sa.select(Conversation).where(Conversation.visitor_id == visitor.id, Conversation.closed_at.is_not(None))
    if before is not None:
        ended = ended.where(Conversation.id < before)
    found = list(db.session.scalars(ended.order_by(Conversation.id.desc()).limit(PAGE + 1)))
    return {"conversations": as_dicts(found[:PAGE]), "more": len(found) > PAGE}


def _is_fresh(conversation: Conversation) -> bool:
    return now() - conversation.closed_at < SHOWN_AFTER_END


def _is_unread(conversation: Conversation) -> bool:
    return conversation.visitor_read_seq < conversation.last_seq
