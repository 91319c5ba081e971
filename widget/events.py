"""What a visitor's window asks, over its socket or over plain HTTP.  `post_message` and `typing` are the chat's own hot events."""

import uuid
from collections.abc import Mapping
from types import MappingProxyType

from flask import has_request_context
from flask_babel import lazy_gettext as _l

import widget.registration  # noqa: F401  Filling in the form is asked for at the same door.
from chat import privacy
from chat.conversations.access import conversation_of
from chat.conversations.conversations import Conversation
from chat.conversations.earlier import earlier_conversations_of, readable_conversation_of
from chat.conversations.integrity import Gap
from chat.offline.messages import OfflineMessage
from chat.reception.receptions import chosen_scope, reception_of
from chat.reception.rosters import roster_now
from chat.registration.registration import RegistrationNeeded, must_register
from core.errors import BadRequest, Refusal
from core.limits import count_try
from core.realtime.push import encoded
from tenants.companies.company import current_company
from widget.availability import scope_of
from widget.door import widget_door
from widget.guest import Guest, number_in, text_in
from widget.welcome import as_seen_by_visitor, welcome_of, without_name

# A line with more than a megabyte to write is cut off.  Plain HTTP carries any size.
LARGEST_ANSWER = 900_000


class TooMuchForTheLine(Refusal):
    code = "too_much_for_the_line"
    message = _l("There is more about you than this window can show. Write to the team, and they will send it to you.")
    status = 413


class NobodyIsHere(Refusal):
    code = "nobody_is_here"
    message = _l("Nobody is here right now. Leave a message, and we will answer.")


@widget_door.on("state")
def state(guest: Guest, request: dict) -> dict:
    return welcome_of(guest)


@widget_door.on("open_conversation")
def open_conversation(guest: Guest, request: dict) -> dict:
    return {"conversation": as_seen_by_visitor(conversation_opened_for(guest, choice=request))}


@widget_door.on("sync")
def sync(guest: Guest, request: dict) -> dict:
    return _readable_conversation(guest, request).sync(number_in(request, "after"))


@widget_door.on("read")
def read(guest: Guest, request: dict) -> dict:
    _conversation(guest, request).read("visitor", number_in(request, "seq"))
    return {}


@widget_door.on("confirm_head")
def confirm_head(guest: Guest, request: dict) -> dict:
    """His window holds everything up to `seq`."""
    conversation = _conversation(guest, request)
    conversation.confirm("visitor", number_in(request, "seq"))
    return {"last_seq": conversation.last_seq}


@widget_door.on("report_gap")
def report_gap(guest: Guest, request: dict) -> dict:
    Gap.report(_conversation(guest, request), "visitor", number_in(request, "after"), number_in(request, "before"))
    return {}


@widget_door.on("end_conversation")
def end_conversation(guest: Guest, request: dict) -> dict:
    _conversation(guest, request).close(by=guest.visitor)
    return {}


@widget_door.on("view_page")
def view_page(guest: Guest, request: dict) -> dict:
    guest.view(text_in(request, "url"), text_in(request, "title"))
    return {}


@widget_door.on("rate")
def rate(guest: Guest, request: dict) -> dict:
    count_try("30 per 10 minutes", "ratings", guest.rate_key)
    conversation = _readable_conversation(guest, request)
    conversation.rate(request.get("score"), text_in(request, "comment"))
    return {"rating": conversation.rating}


@widget_door.on("earlier_conversations")
def earlier_conversations(guest: Guest, request: dict) -> dict:
    """His ended conversations, newest first; those before the one numbered `before`."""
    before = None if request.get("before") is None else number_in(request, "before")
    earlier = earlier_conversations_of(guest.visitor, before)
    return earlier | {"conversations": [without_name(one) for one in earlier["conversations"]]}


@widget_door.on("set_privacy")
def set_privacy(guest: Guest, request: dict) -> dict:
    count_try("60 per 10 minutes", "consents", guest.rate_key)
    shows_typing = request.get("shows_typing")
    if not isinstance(shows_typing, bool):
        raise BadRequest
    # Nothing is shown until what he said is written down.
    guest.shows_typing = False
    privacy.set_privacy(guest.visitor, shows_typing)
    return {}


@widget_door.on("my_data")
def my_data(guest: Guest, request: dict) -> dict:
    count_try("10 per hour", "own data", guest.rate_key)
    data = privacy.data_of(guest.visitor)
    if len(encoded(data)) > LARGEST_ANSWER and not has_request_context():
        raise TooMuchForTheLine
    return {"data": data}


@widget_door.on("erase_me")
def erase_me(guest: Guest, request: dict) -> dict:
    count_try("10 per hour", "erasures", guest.rate_key)
    guest.shows_typing = False
    privacy.erase(guest.visitor)
    return {}


@widget_door.on("leave_offline_message")
def leave_offline_message(guest: Guest, request: dict) -> dict:
    """A message with what the company's form asks: {"client_id", "text", "answers": {key: value}}."""
    count_try("10 per 10 minutes", "offline messages", guest.rate_key)
    answers = request.get("answers")
    message = OfflineMessage.leave(
        guest.visitor,
        guest.site,
        _uuid(request, "client_id"),
        text_in(request, "text"),
        answers if isinstance(answers, dict) else {},
        guest.page_url,
        guest.ip,
    )
    return {"id": message.id}


def conversation_opened_for(guest: Guest, choice: Mapping = MappingProxyType({})) -> Conversation:
    """The visitor's conversation, or a new one if somebody is there for him, or whom he chose from the list (W-29, W-30).

    Raises NobodyIsHere, RegistrationNeeded, NotFound for a choice that was not his.
    """
    visitor = guest.visitor
    going_on = Conversation.of_visitor(visitor)
    if going_on is not None:
        return going_on
    # What was seen a moment ago will not do for what is about to begin.
    roster = roster_now(current_company())
    scope, takes = chosen_scope(scope_of(guest), choice, reception_of(guest.site, scope_of(guest), roster), roster)
    if not takes:
        raise NobodyIsHere
    if must_register(visitor, guest.site):
        raise RegistrationNeeded
    count_try("20 per 10 minutes", "conversations", guest.rate_key)
    return Conversation.open_for(visitor, guest.site, guest.visit, scope.as_dict() if scope else None)


def _conversation(guest: Guest, request: dict) -> Conversation:
    return conversation_of(guest.visitor, number_in(request, "conversation_id"))


def _readable_conversation(guest: Guest, request: dict) -> Conversation:
    return readable_conversation_of(guest.visitor, number_in(request, "conversation_id"))


def _uuid(request: dict, name: str) -> uuid.UUID:
    try:
        return uuid.UUID(text_in(request, name))
    except ValueError:
        raise BadRequest from None
