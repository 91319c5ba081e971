"""What a console asks about offline messages (L-05…L-07, L-13)."""

import uuid

from chat.conversations.drafts import client_id_from
from chat.offline.assignment import handler_for
from chat.offline.messages import OfflineMessage, offline_message_for
from console.agent import Agent
from console.asked import number_in, text_in
from console.door import console_door
from tenants.people.members import Member


@console_door.on("handle_offline_message")
def handle_offline_message(agent: Agent, request: dict) -> dict:
    member = agent.member
    message = _message(member, request)
    message.handle(by=member, note=text_in(request, "note"))
    return {"offline_message": message.as_dict()}


@console_door.on("assign_offline_message")
def assign_offline_message(agent: Agent, request: dict) -> dict:
    """To oneself or to a colleague."""
    member = agent.member
    message = _message(member, request)
    message.assign(handler_for(member, number_in(request, "member_id")))
    return {"offline_message": message.as_dict()}


@console_door.on("reply_to_offline_message")
def reply_to_offline_message(agent: Agent, request: dict) -> dict:
    """By mail; asked again with the same client_id, what failed is tried once more."""
    member = agent.member
    message = _message(member, request)
    client_id = uuid.UUID(client_id_from(request.get("client_id")))
    message.reply(by=member, client_id=client_id, text=text_in(request, "text"))
    return {"offline_message": message.as_dict()}


def _message(member: Member, request: dict) -> OfflineMessage:
    return offline_message_for(member, number_in(request, "offline_message_id"))
