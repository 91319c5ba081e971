"""What is told above an agent's work (A-03): asked for when the console opens, and again when it hears that it has changed."""

from chat.conversations.rooms import agents_room
from console.agent import ALL_CONSOLES, Agent
from console.asked import text_in
from console.door import console_door
from core.realtime.pushes import push
from tenants.platform.announcements import dismiss, published
from tenants.platform.notices import NoticesChanged, notices_now


@console_door.on("notices")
def notices(agent: Agent, request: dict) -> dict:
    return {"notices": [notice.as_dict() for notice in notices_now(agent.member)]}


@console_door.on("dismiss_notice")
def dismiss_notice(agent: Agent, request: dict) -> dict:
    """Put it away, on all of one's devices."""
    dismiss(agent.member, text_in(request, "id"))
    return {}


def notices_changed(event: NoticesChanged) -> None:
    """First the processes forget what they knew, then their consoles ask."""
    if event.company_id is None:
        published.forget()
    room = ALL_CONSOLES if event.company_id is None else agents_room(event.company_id)
    push(room, "notices_changed", {})
