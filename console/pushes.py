"""What consoles hear after something has happened: each function takes one event and tells the rooms it concerns.

A waiting visitor concerns all agents, a conversation the agent who has it and who looks at it.  That it was taken, or
ended, concerns all again: it must leave their lists.
"""

import sqlalchemy as sa

from chat.conversations.assignment import ConversationAccepted, ConversationReturned
from chat.conversations.confirmations import ConversationConfirmed
from chat.conversations.conversations import Conversation, ConversationClosed, ConversationOpened, ConversationRead
from chat.conversations.ratings import ConversationRated
from chat.conversations.rooms import agents_room, conversation_room, member_room, message_takers_room, watchers_room
from chat.conversations.talks import Talk, TalkMessage, TalkMessagePosted, TalkOpened, TalkRead, talks_as_dicts
from chat.offline.messages import OfflineMessage, OfflineMessageChanged, OfflineMessageHandled, OfflineMessageLeft
from chat.privacy import VisitorErased
from chat.visitors.presence import PresenceChanged
from chat.visitors.visitors import CardSaved, Visitor
from console.state import seats_of
from core.db import db, transaction
from core.realtime.pushes import push
from tenants.companies.company import current_company
from tenants.people.members import Member, MemberChanged
from tenants.people.seats import SeatReleased, SeatTaken
from tenants.rights.entitlements import EntitlementsChanged


def conversation_opened(event: ConversationOpened) -> None:
    with transaction():
        conversation = db.session.get_one(Conversation, event.conversation_id)
        push(_team(conversation), "conversation_opened", {"conversation": conversation.as_dict()}, audience="member")


def conversation_accepted(event: ConversationAccepted) -> None:
    with transaction():
        member = db.session.get_one(Member, event.member_id)
        accepted = {"conversation_id": event.conversation_id, "member": {"id": member.id, "name": member.name}}
        push(agents_room(event.company_id), "conversation_accepted", accepted)


def conversation_returned(event: ConversationReturned) -> None:
    """All may take it now; who had it hears that he has not, also when he may not answer any more."""
    with transaction():
        conversation = db.session.get_one(Conversation, event.conversation_id)
        rooms = *_team(conversation), member_room(event.company_id, event.member_id)
        push(rooms, "conversation_returned", {"conversation": conversation.as_dict()}, audience="member")


def conversation_closed(event: ConversationClosed) -> None:
    with transaction():
        conversation = db.session.get_one(Conversation, event.conversation_id)
        closed = {"conversation_id": conversation.id, "by": conversation.closed_by, "at": conversation.closed_at.isoformat()}
        push(agents_room(event.company_id), "conversation_closed", closed)


def conversation_confirmed(event: ConversationConfirmed) -> None:
    with transaction():
        conversation = db.session.get_one(Conversation, event.conversation_id)
        confirmed = {"conversation_id": conversation.id, "side": event.side, "seq": event.seq}
        push(_team(conversation), "conversation_confirmed", confirmed, audience="member")


def conversation_read(event: ConversationRead) -> None:
    with transaction():
        conversation = db.session.get_one(Conversation, event.conversation_id)
        read = {"conversation_id": conversation.id, "side": event.side, "seq": event.seq}
        push(_team(conversation), "conversation_read", read, audience="member")


def conversation_rated(event: ConversationRated) -> None:
    with transaction():
        conversation = db.session.get_one(Conversation, event.conversation_id)
        rated = {"conversation_id": conversation.id, "rating": conversation.rating}
        push(_team(conversation), "conversation_rated", rated, audience="member")


def visitor_erased(event: VisitorErased) -> None:
    """Everybody who may have anything of him on the screen takes it away."""
    rooms = agents_room(event.company_id), watchers_room(event.company_id), message_takers_room(event.company_id)
    push(rooms, "visitor_erased", {"visitor_id": event.visitor_id})


def card_saved(event: CardSaved) -> None:
    with transaction():
        visitor = db.session.get_one(Visitor, event.visitor_id).as_dict()
        push(_followers(event.visitor_id), "card_saved", {"visitor": visitor})


def offline_message_left(event: OfflineMessageLeft) -> None:
    with transaction():
        left = {"offline_message": _told(event.offline_message_id)}
        push(message_takers_room(event.company_id), "offline_message_left", left)


def offline_message_handled(event: OfflineMessageHandled) -> None:
    with transaction():
        message = _told(event.offline_message_id)
        handled = {"offline_message_id": message["id"], "by": message["handled_by"], "offline_message": message}
        push(message_takers_room(event.company_id), "offline_message_handled", handled)


def offline_message_changed(event: OfflineMessageChanged) -> None:
    with transaction():
        changed = {"offline_message": _told(event.offline_message_id)}
        push(message_takers_room(event.company_id), "offline_message_changed", changed)


def talk_opened(event: TalkOpened) -> None:
    with transaction():
        talk = db.session.get_one(Talk, event.talk_id)
        push(_in_talk(talk), "talk_opened", {"talk": talks_as_dicts([talk])[0]})


def talk_message_posted(event: TalkMessagePosted) -> None:
    with transaction():
        message = db.session.get_one(TalkMessage, event.talk_message_id)
        push(_in_talk(db.session.get_one(Talk, message.talk_id)), "talk_message_posted", message.as_dict())


def talk_read(event: TalkRead) -> None:
    with transaction():
        read = {"talk_id": event.talk_id, "member_id": event.member_id, "seq": event.seq}
        push(_in_talk(db.session.get_one(Talk, event.talk_id)), "talk_read", read)


def presence_changed(event: PresenceChanged) -> None:
    """To colleagues an invisible agent is offline; his own tabs hear the truth, and hear it last."""
    seen = "offline" if event.presence == "invisible" else event.presence
    push(agents_room(event.company_id), "presence_changed", {"member_id": event.member_id, "presence": seen})
    if seen != event.presence:
        own = {"member_id": event.member_id, "presence": event.presence}
        push(member_room(event.company_id, event.member_id), "presence_changed", own)


def seat_taken(event: SeatTaken) -> None:
    with transaction():
        member = db.session.get_one(Member, event.member_id)
        presence_changed(PresenceChanged(event.company_id, member.id, member.presence))
        push(agents_room(event.company_id), "seats_changed", {"seats": seats_of(current_company())})


def seat_released(event: SeatReleased) -> None:
    push(agents_room(event.company_id), "seat_released", {"member_id": event.member_id})
    with transaction():
        push(agents_room(event.company_id), "seats_changed", {"seats": seats_of(current_company())})


def entitlements_changed(event: EntitlementsChanged) -> None:
    """All consoles of the company look anew at what they may do, and at how many seats there are."""
    push(agents_room(event.company_id), "rights_changed", {})


def member_changed(event: MemberChanged) -> None:
    """His consoles connect again, with the rooms his rights now open."""
    push(member_room(event.company_id, event.member_id), "rights_changed", {})


def _told(offline_message_id: int) -> dict:
    """A message for all who take messages, in the company's language: one push reaches them all."""
    return db.session.get_one(OfflineMessage, offline_message_id).as_dict(current_company().language)


def _in_talk(talk: Talk) -> list[str]:
    """The consoles of everybody in a talk who still works here."""
    return [member_room(current_company().id, member.id) for member in talk.present]


def _team(conversation: Conversation) -> tuple[str, str]:
    """The team's share of `chat.conversations.rooms.hearing_rooms`."""
    company_id, assigned_to_id = current_company().id, conversation.assigned_to_id
    team = agents_room(company_id) if assigned_to_id is None else member_room(company_id, assigned_to_id)
    return team, conversation_room(company_id, conversation.id)


def _followers(visitor_id: int) -> tuple[str, ...]:
    """Who knows a visitor: those who may see the whole site, and the team in a conversation with him."""
    open_now = sa.select(Conversation).where(Conversation.visitor_id == visitor_id, Conversation.closed_at.is_(None))
    conversation = db.session.scalar(open_now)
    return watchers_room(current_company().id), *(_team(conversation) if conversation else ())
