"""Invitations at the agent's side: asking a visitor, taking it back, chatting directly, and hearing how it ended (I-01…I-09)."""

from chat.conversations.rooms import agents_room, member_room
from chat.invitations.invitations import Invitation, InvitationEnded
from chat.invitations.inviting import chat_directly as begin_directly
from chat.invitations.inviting import invite as ask_visitor
from chat.invitations.rules import Invitations
from chat.styles.styles import StyleChanged
from chat.visitors.visitors import Visitor, visitor_for
from console.agent import Agent
from console.asked import number_in, text_in
from console.door import console_door
from console.seated import need_seat
from core.db import db, transaction
from core.errors import NotFound
from core.limits import count_try
from core.realtime.pushes import push


@console_door.on("invite")
def invite(agent: Agent, request: dict) -> dict:
    """In one click, or with a text of his own."""
    visitor = _visitor(agent, request)
    return {"invitation": ask_visitor(visitor, agent.member, text_in(request, "text")).as_dict()}


@console_door.on("withdraw_invitation")
def withdraw_invitation(agent: Agent, request: dict) -> dict:
    """One's own, or for who leads the team anybody's."""
    member = agent.member
    member.need("visitors.see")
    invitation = db.session.get(Invitation, number_in(request, "invitation_id"))
    if invitation is None:
        raise NotFound
    if invitation.by_id != member.id:
        member.need("agents.monitor")
    invitation.withdraw()
    return {}


@console_door.on("chat_directly")
def chat_directly(agent: Agent, request: dict) -> dict:
    visitor = _visitor(agent, request)
    return {"conversation": begin_directly(visitor, agent.member).as_dict()}


def invitation_ended(event: InvitationEnded) -> None:
    """Whoever invited him hears how it ended; the others see it in the list."""
    with transaction():
        invitation = db.session.get_one(Invitation, event.invitation_id)
        if invitation.by_id is not None:
            push(
                member_room(event.company_id, invitation.by_id), "invitation_ended", invitation.how_it_ended, audience="member"
            )


def inviting_changed(event) -> None:
    """After a change of what the company allows: their buttons come alive or go grey."""
    push(agents_room(event.company_id), "rights_changed", {})


def style_changed(event: StyleChanged) -> None:
    if event.part == Invitations.name:
        inviting_changed(event)


def _visitor(agent: Agent, request: dict) -> Visitor:
    member = agent.member
    count_try("120 per 10 minutes", "inviting", agent.company_id, member.id)
    visitor = visitor_for(member, number_in(request, "visitor_id"))
    need_seat(member.id)
    return visitor
