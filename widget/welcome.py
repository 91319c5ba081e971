"""What a visitor's window begins with, and what it may hear of a conversation."""

from chat.conversations.conversations import Conversation
from chat.conversations.earlier import conversation_shown_to
from chat.dress import dress_of
from chat.reception.queue import queue_of
from chat.registration.registration import must_register
from chat.windows import window_settings
from tenants.companies.company import current_company
from widget.availability import reception_for
from widget.guest import Guest
from widget.invitation_pushes import welcomed_with


def welcome_of(guest: Guest) -> dict:
    """The `welcome` push, and the answer to `state`.  From here on the guest's line knows what he consents to."""
    visitor, company, window = guest.visitor, current_company(), window_settings()
    conversation = conversation_shown_to(visitor) if guest.may_have_spoken else None
    reception = reception_for(guest)
    guest.told = reception.told, reception.takes
    guest.shows_typing = visitor.may_be_previewed(window["asks_consent"])
    return {
        "visitor_token": guest.token,
        "visitor": unnamed(visitor.as_dict()),
        "conversation": as_seen_by_visitor(conversation) if conversation else None,
        "online": reception.takes,
        "company": {"name": company.name},
        "queue": queue_of(conversation) if conversation else None,
        "window": window,
        "shows_typing": visitor.shows_typing,
        "identity_refused": guest.identity_refused,
        "style": dress_of(guest.site),
        "reception": reception.told,
        "must_register": must_register(visitor, guest.site),
    } | welcomed_with(guest)


def as_seen_by_visitor(conversation: Conversation) -> dict:
    """The conversation as the visitor hears of it: without the name agents gave him."""
    return without_name(conversation.as_dict())


def without_name(conversation: dict) -> dict:
    return conversation | {"visitor": unnamed(conversation["visitor"])}


def unnamed(visitor: dict) -> dict:
    return visitor | {"name": ""}
