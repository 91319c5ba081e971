"""What a console asks, over its socket or over plain HTTP.  `post_message` and `typing` are the chat's own hot events."""

import console.invitations
import console.notices
import console.offline_messages
import console.talking
import console.whys  # noqa: F401  Invitations, offline messages, talks and reasons are asked for at the same door.
from chat.conversations.access import conversation_for, earlier_conversations_for, visitor_known_to
from chat.conversations.conversations import as_dicts
from chat.conversations.integrity import Gap
from chat.conversations.rooms import conversation_room
from chat.visitors.presence import set_presence as choose_presence
from chat.visitors.presence import visitors_here
from chat.visitors.visitors import Visitor
from chat.visitors.visits import Visit, visits_of
from console.agent import Agent
from console.asked import number_in, text_in
from console.door import console_door
from console.finding import found_by
from console.hearing import follow_rights, look_at
from console.seated import need_seat
from console.state import ConsoleState, seats_of
from core.errors import NotFound
from core.limits import count_try
from tenants.companies.company import current_company

CARD = ("name", "email", "phone", "company", "note")


@console_door.on("console_state")
def console_state(agent: Agent, request: dict) -> dict:
    member = agent.member
    if agent.line is not None:
        follow_rights(agent.line, member)
    return ConsoleState(current_company(), member).as_dict()


@console_door.on("accept_conversation")
def accept_conversation(agent: Agent, request: dict) -> dict:
    member = agent.member
    conversation = conversation_for(member, number_in(request, "conversation_id"))
    need_seat(member.id)
    conversation.accept(by=member)
    return {"conversation": conversation.as_dict()}


@console_door.on("close_conversation")
def close_conversation(agent: Agent, request: dict) -> dict:
    """One's own, one nobody has taken, or, for who leads the team, anybody's."""
    member = agent.member
    conversation = conversation_for(member, number_in(request, "conversation_id"))
    if conversation.assigned_to_id not in (None, member.id):
        member.need("agents.monitor")
    conversation.close(by=member)
    return {}


@console_door.on("find_conversation")
def find_conversation(agent: Agent, request: dict) -> dict:
    """One that is on no list any more, an earlier one for example."""
    return {"conversation": conversation_for(agent.member, number_in(request, "conversation_id")).as_dict()}


@console_door.on("sync")
def sync(agent: Agent, request: dict) -> dict:
    conversation = conversation_for(agent.member, number_in(request, "conversation_id"))
    return conversation.sync(number_in(request, "after", least=0))


@console_door.on("read")
def read(agent: Agent, request: dict) -> dict:
    """The team has read when the agent who answers has: a colleague who looks in tells the visitor nothing."""
    member = agent.member
    conversation = conversation_for(member, number_in(request, "conversation_id"))
    if conversation.assigned_to_id == member.id:
        conversation.read("team", number_in(request, "seq", least=0))
    return {}


@console_door.on("confirm_head")
def confirm_head(agent: Agent, request: dict) -> dict:
    """The team holds everything when the agent who answers does."""
    member = agent.member
    conversation = conversation_for(member, number_in(request, "conversation_id"))
    if conversation.assigned_to_id == member.id:
        conversation.confirm("team", number_in(request, "seq", least=0))
    return {"last_seq": conversation.last_seq}


@console_door.on("report_gap")
def report_gap(agent: Agent, request: dict) -> dict:
    conversation = conversation_for(agent.member, number_in(request, "conversation_id"))
    Gap.report(conversation, "team", number_in(request, "after", least=0), number_in(request, "before"))
    return {}


@console_door.on("look_at")
def look_at_conversation(agent: Agent, request: dict) -> dict:
    """Hear a colleague's conversation while it is on the screen.  Without a number: no longer."""
    member, room = agent.member, None
    if request.get("conversation_id") is not None:
        conversation = conversation_for(member, number_in(request, "conversation_id"))
        room = conversation_room(agent.company_id, conversation.id)
    look_at(agent, room)
    return {}


@console_door.on("set_presence")
def set_presence(agent: Agent, request: dict) -> dict:
    choose_presence(agent.member, request.get("presence"))
    return {"seats": seats_of(current_company())}


@console_door.on("ask_rating")
def ask_rating(agent: Agent, request: dict) -> dict:
    """Ask the visitor how he was served (W-10): whoever serves him may."""
    member = agent.member
    conversation = conversation_for(member, number_in(request, "conversation_id"))
    if conversation.assigned_to_id != member.id:
        raise NotFound
    conversation.ask_rating()
    return {}


@console_door.on("renew")
def renew(agent: Agent, request: dict) -> dict:
    """Keep the seat of a console that has no socket.  Sockets are renewed by the process that holds them."""
    current_company().keep_seat(agent.member)
    return {}


@console_door.on("search")
def search(agent: Agent, request: dict) -> dict:
    """Everything one may see that has these words in it, each kind by itself."""
    member = agent.member
    count_try("120 per minute", "searches", agent.company_id, member.id)
    return found_by(member, text_in(request, "text"))


@console_door.on("visitor_card")
def visitor_card(agent: Agent, request: dict) -> dict:
    """What we know of a visitor: his card, the visit going on with its pages, and what was said before (A-33…A-35)."""
    visitor = _visitor(agent, request)
    visit = Visit.last_of(visitor)
    return {
        "card": visitor.as_card(),
        "is_here": visitor.id in visitors_here(current_company()),
        "visit": visit.as_dict() if visit else None,
        "pages": [page.as_dict() for page in visit.pages] if visit else [],
        "earlier": as_dicts(earlier_conversations_for(agent.member, visitor)),
        "visits": visits_of(visitor),
    }


@console_door.on("save_card")
def save_card(agent: Agent, request: dict) -> dict:
    visitor = _visitor(agent, request)
    visitor.save_card(**{name: text_in(request, name) for name in CARD})
    return {"card": visitor.as_card()}


def _visitor(agent: Agent, request: dict) -> Visitor:
    return visitor_known_to(agent.member, number_in(request, "visitor_id"))
