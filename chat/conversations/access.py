"""The doors to conversations: who may see which.  Another company's number is simply not found."""

from datetime import timedelta

import sqlalchemy as sa

from chat.conversations.conversations import Conversation
from chat.visitors.visitors import Visitor
from core.clock import now
from core.db import db
from core.errors import NotFound
from tenants.people.members import Member

LATELY = timedelta(hours=2)


def conversation_for(member: Member, id: int) -> Conversation:
    """The conversation, if the member may see it: waiting, his own, or anybody's with the right.  Raises NotFound."""
    conversation = db.session.get(Conversation, id) if isinstance(id, int) else None
    if conversation is None or not _may_see(member, conversation):
        raise NotFound
    return conversation


def conversation_of(visitor: Visitor, id: int) -> Conversation:
    """The conversation, if it is this visitor's.  Raises NotFound."""
    conversation = db.session.get(Conversation, id) if isinstance(id, int) else None
    if conversation is None or conversation.visitor_id != visitor.id:
        raise NotFound
    return conversation


def open_conversations_for(member: Member) -> list[Conversation]:
    """All that is waiting or going on and that the member may see, oldest first."""
    if not member.may("conversations.answer"):
        return []
    query = sa.select(Conversation).where(Conversation.closed_at.is_(None), visible_to(member)).order_by(Conversation.opened_at)
    return list(db.session.scalars(query))


def visible_to(member: Member) -> sa.ColumnElement[bool]:
    """Which conversations he may see, for queries: what `conversation_for` lets through."""
    if not member.may("conversations.answer"):
        return sa.false()
    if member.may("conversations.see_all"):
        return sa.true()
    return sa.or_(Conversation.assigned_to_id.is_(None), Conversation.assigned_to_id == member.id)


def lately_closed_for(member: Member) -> list[Conversation]:
    """The member's own that ended a short while ago, and not by his hand: their grey tabs stay until he has seen them (A-06)."""
    mine = sa.and_(Conversation.assigned_to_id == member.id, Conversation.closed_by_kind != "member")
    query = sa.select(Conversation).where(mine, Conversation.closed_at > now() - LATELY).order_by(Conversation.closed_at)
    return list(db.session.scalars(query.limit(50)))


def earlier_conversations_for(member: Member, visitor: Visitor) -> list[Conversation]:
    """What this visitor and the team said before, as far as the member may see it, newest first (A-33)."""
    query = sa.select(Conversation).where(Conversation.visitor_id == visitor.id, Conversation.closed_at.is_not(None))
    if not member.may("conversations.see_all"):
        query = query.where(Conversation.assigned_to_id == member.id)
    return list(db.session.scalars(query.order_by(Conversation.id.desc()).limit(50)))


def visitor_known_to(member: Member, id: int) -> Visitor:
    """The visitor, for who may see who is on the site, or a conversation with him.  Raises NotFound."""
    visitor = db.session.get(Visitor, id)
    if visitor is None or not (member.may("visitors.see") or _has_met(member, visitor)):
        raise NotFound
    return visitor


def _has_met(member: Member, visitor: Visitor) -> bool:
    conversations = db.session.scalars(sa.select(Conversation).where(Conversation.visitor_id == visitor.id))
    return any(_may_see(member, conversation) for conversation in conversations)


def _may_see(member: Member, conversation: Conversation) -> bool:
    if not member.may("conversations.answer"):
        return False
    return conversation.assigned_to_id in (None, member.id) or member.may("conversations.see_all")
