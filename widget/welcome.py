"""What a visitor's window begins with, and what it may hear of a conversation."""

from chat.conversations import Conversation
from chat.earlier import conversation_shown_to
from chat.queue import queue_of
from chat.windows import window_settings
from tenants.company import current_company
from widget.availability import is_online
from widget.guest import Guest


def welcome_of(guest: Guest) -> dict:
    """The `welcome` push, and the answer to `state`.  From here on the guest's line knows what he consents to."""
    visitor, company, window = guest.visitor, current_company(), window_settings()
    conversation = conversation_shown_to(visitor) if guest.may_have_spoken else None
    guest.shows_typing = visitor.may_be_previewed(window["asks_consent"])
    return {
        "visitor_token": guest.token,
        "visitor": unnamed(visitor.as_dict()),
        "conversation": as_seen_by_visitor(conversation) if conversation else None,
        "online": is_online(company),
        "company": {"name": company.name},
        "queue": queue_of(conversation) if conversation else None,
        "window": window,
        "shows_typing": visitor.shows_typing,
        "identity_refused": guest.identity_refused,
    }


def as_seen_by_visitor(conversation: Conversation) -> dict:
    """The conversation as the visitor hears of it: without the name agents gave him."""
    return without_name(conversation.as_dict())


def without_name(conversation: dict) -> dict:
    return conversation | {"visitor": unnamed(conversation["visitor"])}


def unnamed(visitor: dict) -> dict:
    return visitor | {"name": ""}
