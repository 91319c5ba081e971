"""What a visitor's window asks, over its socket or over plain HTTP.  `post_message` and `typing` are the chat's own hot events."""

import uuid

from flask_babel import lazy_gettext as _l

from chat.access import conversation_of
from chat.conversations import Conversation
from chat.offline_messages import OfflineMessage
from chat.presence import somebody_can_answer
from core.errors import BadRequest, NotFound, Refusal
from core.limits import count_try
from tenants.company import current_company
from widget.door import widget_door
from widget.guest import Guest, text_in
from widget.welcome import as_seen_by_visitor, welcome_of


class NobodyIsHere(Refusal):
    code = "nobody_is_here"
    message = _l("Nobody is here right now. Leave a message, and we will answer.")


@widget_door.on("state")
def state(guest: Guest, request: dict) -> dict:
    return welcome_of(guest)


@widget_door.on("open_conversation")
def open_conversation(guest: Guest, request: dict) -> dict:
    return {"conversation": as_seen_by_visitor(conversation_opened_for(guest))}


@widget_door.on("sync")
def sync(guest: Guest, request: dict) -> dict:
    return _conversation(guest, request).sync(_number(request, "after"))


@widget_door.on("read")
def read(guest: Guest, request: dict) -> dict:
    _conversation(guest, request).read("visitor", _number(request, "seq"))
    return {}


@widget_door.on("end_conversation")
def end_conversation(guest: Guest, request: dict) -> dict:
    _conversation(guest, request).close(by=guest.visitor)
    return {}


@widget_door.on("view_page")
def view_page(guest: Guest, request: dict) -> dict:
    page = guest.visit.view(text_in(request, "url"), text_in(request, "title"))
    if page is not None:
        guest.page_url = page.url
    return {}


@widget_door.on("leave_offline_message")
def leave_offline_message(guest: Guest, request: dict) -> dict:
    count_try("10 per 10 minutes", "offline messages", guest.rate_key)
    message = OfflineMessage.leave(
        guest.visitor,
        guest.site,
        _uuid(request, "client_id"),
        text_in(request, "text"),
        text_in(request, "name"),
        text_in(request, "email"),
        text_in(request, "phone"),
        guest.page_url,
        guest.ip,
    )
    return {"id": message.id}


def conversation_opened_for(guest: Guest) -> Conversation:
    """The visitor's conversation, or a new one if somebody is there to answer.  Raises NobodyIsHere."""
    visitor = guest.visitor
    going_on = Conversation.of_visitor(visitor)
    if going_on is not None:
        return going_on
    if not somebody_can_answer(current_company()):
        raise NobodyIsHere
    count_try("20 per 10 minutes", "conversations", guest.rate_key)
    return Conversation.open_for(visitor, guest.site, guest.visit)


def _conversation(guest: Guest, request: dict) -> Conversation:
    return conversation_of(guest.visitor, _number(request, "conversation_id"))


def _number(request: dict, name: str) -> int:
    """A number we gave out.  What is none of ours is as unknown as somebody else's.  Raises NotFound."""
    value = request.get(name)
    if type(value) is not int or not 0 <= value < 2**63:
        raise NotFound
    return value


def _uuid(request: dict, name: str) -> uuid.UUID:
    try:
        return uuid.UUID(text_in(request, name))
    except ValueError:
        raise BadRequest from None
