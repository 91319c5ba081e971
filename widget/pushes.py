"""What visitors hear after something has happened: each function takes one event and tells the visitor it concerns."""

from chat.conversations.assignment import ConversationAccepted, ConversationReturned
from chat.conversations.confirmations import ConversationConfirmed
from chat.conversations.conversations import Conversation, ConversationClosed, ConversationOpened, ConversationRead
from chat.conversations.ratings import ConversationRated, RatingAsked
from chat.conversations.rooms import hearing_rooms, visitor_room
from chat.privacy import PrivacyChanged, VisitorErased
from chat.visitors.visitors import Visitor
from core.db import db, transaction
from core.realtime.pushes import push
from tenants.companies.company import current_company
from tenants.people.members import Member
from widget.availability import look_anew
from widget.standing import ask_anew
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


def conversation_returned(event: ConversationReturned) -> None:
    with transaction():
        conversation = _conversation(event)
        push(_room(conversation), "conversation_returned", {"conversation": as_seen_by_visitor(conversation)})


def conversation_closed(event: ConversationClosed) -> None:
    with transaction():
        conversation = _conversation(event)
        closed = {"conversation_id": conversation.id, "by": conversation.closed_by, "at": conversation.closed_at.isoformat()}
        push(_room(conversation), "conversation_closed", closed)


def conversation_read(event: ConversationRead) -> None:
    with transaction():
        read = {"conversation_id": event.conversation_id, "side": event.side, "seq": event.seq}
        push(_room(_conversation(event)), "conversation_read", read)


def conversation_confirmed(event: ConversationConfirmed) -> None:
    with transaction():
        confirmed = {"conversation_id": event.conversation_id, "side": event.side, "seq": event.seq}
        push(_room(_conversation(event)), "conversation_confirmed", confirmed)


def conversation_rated(event: ConversationRated) -> None:
    """His other tabs show it too."""
    with transaction():
        conversation = _conversation(event)
        push(_room(conversation), "conversation_rated", {"conversation_id": conversation.id, "rating": conversation.rating})


def rating_asked(event: RatingAsked) -> None:
    with transaction():
        push(_room(_conversation(event)), "rating_asked", {"conversation_id": event.conversation_id})


def privacy_changed(event: PrivacyChanged) -> None:
    """All his tabs know, the processes that hold their lines, and whose screen shows what he was typing."""
    push(visitor_room(event.company_id, event.visitor_id), "privacy_changed", {"shows_typing": event.shows_typing})
    ask_anew(event.company_id, event.visitor_id)
    if not event.shows_typing:
        _end_preview(event)


def visitor_erased(event: VisitorErased) -> None:
    """His lines end."""
    ask_anew(event.company_id, event.visitor_id)


def availability_changed(event) -> None:
    """After anything that may have changed who is there: a seat, a state, a member's or the company's rights, a style."""
    look_anew(event.company_id)


def _end_preview(event: PrivacyChanged) -> None:
    with transaction():
        conversation = Conversation.of_visitor(db.session.get_one(Visitor, event.visitor_id))
        if conversation is None:
            return
        rooms = hearing_rooms(event.company_id, conversation.id, event.visitor_id, conversation.assigned_to_id)
        author = {"kind": "visitor", "id": event.visitor_id, "name": ""}
        nothing = {"conversation_id": conversation.id, "side": "visitor", "author": author, "text": ""}
        push(rooms, "typing_changed", nothing, audience="member")


def _conversation(event) -> Conversation:
    return db.session.get_one(Conversation, event.conversation_id)


def _room(conversation: Conversation) -> str:
    return visitor_room(current_company().id, conversation.visitor_id)
