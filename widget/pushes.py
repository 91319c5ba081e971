"""What visitors hear after something has happened: each function takes one event and tells the visitor it concerns."""

from chat.conversations import (
    Conversation,
    ConversationAccepted,
    ConversationClosed,
    ConversationOpened,
    ConversationRead,
)
from chat.presence import somebody_can_answer
from chat.rooms import visitor_room
from core.db import db, transaction
from core.realtime.pushes import push
from tenants.company import current_company
from tenants.members import Member
from widget.guest import visitors_room
from widget.welcome import as_seen_by_visitor


def conversation_opened(event: ConversationOpened) -> None:
    """His other tabs open it too."""
    with transaction():
        conversation = _conversation(event)
        push(_room(conversation), "conversation_opened", {"conversation": as_seen_by_visitor(conversation)})


def conversation_accepted(event: ConversationAccepted) -> None:
    with transaction():
        member = db.session.get_one(Member, event.member_id)
        accepted = {"conversation_id": event.conversation_id, "member": {"id": member.id, "name": member.name}}
        push(_room(_conversation(event)), "conversation_accepted", accepted)


def conversation_closed(event: ConversationClosed) -> None:
    with transaction():
        conversation = _conversation(event)
        closed = {"conversation_id": conversation.id, "by": conversation.closed_by, "at": conversation.closed_at.isoformat()}
        push(_room(conversation), "conversation_closed", closed)


def conversation_read(event: ConversationRead) -> None:
    with transaction():
        read = {"conversation_id": event.conversation_id, "side": event.side, "seq": event.seq}
        push(_room(_conversation(event)), "conversation_read", read)


def availability_changed(event) -> None:
    """After anything that may have changed whether somebody can answer: a seat, a state, a member's rights."""
    with transaction():
        online = somebody_can_answer(current_company())
        push(visitors_room(event.company_id), "availability_changed", {"online": online})


def _conversation(event) -> Conversation:
    return db.session.get_one(Conversation, event.conversation_id)


def _room(conversation: Conversation) -> str:
    return visitor_room(current_company().id, conversation.visitor_id)
