"""Why a conversation is with whom it is with."""

from chat.conversations.access import conversation_for
from chat.reception.whys import whys_of
from console.agent import Agent
from console.asked import number_in
from console.door import console_door


@console_door.on("why")
def why(agent: Agent, request: dict) -> dict:
    return {"assignments": whys_of(conversation_for(agent.member, number_in(request, "conversation_id")))}
