"""What visitors and agents do around the queue."""

from chat.conversations.assignment import Assignment
from chat.conversations.conversations import Conversation
from chat.visitors.presence import set_presence
from chat.visitors.visitors import Visitor
from core.db import db, transaction


def come_online(*members) -> None:
    for member in members:
        with transaction():
            set_presence(member, "online")


def ask(cast, visitor: Visitor | None = None) -> Conversation:
    """A visitor writes."""
    with transaction():
        return Conversation.open_for(visitor or Visitor.recognise(None, cast.site), cast.site)


def end(conversation: Conversation) -> None:
    with transaction():
        conversation.close(conversation.visitor)


def agent_of(conversation: Conversation) -> str | None:
    db.session.refresh(conversation)
    return conversation.assigned_to.name if conversation.assigned_to else None


def why(conversation: Conversation) -> Assignment:
    return Assignment.last_of(conversation.id)
