"""What a visitor's page says of invitations: a rule's moment has come, a box is on the screen, an answer (W-03, I-04).

Everything is checked here again: what a page says about itself opens nothing that a visitor could not open anyway.
"""

from chat.conversations.conversations import Conversation
from chat.invitations.automatic import invite_by_rule
from chat.invitations.invitations import Invitation
from chat.reception.desks import is_at_desk
from chat.registration.registration import must_register
from core.db import db
from core.errors import BadRequest, NotFound, Refusal
from core.limits import count_try
from widget.availability import scope_of
from widget.door import widget_door
from widget.events import conversation_opened_for
from widget.guest import Guest, number_in
from widget.invitation_pushes import as_seen
from widget.welcome import as_seen_by_visitor


@widget_door.on("see_invitation")
def see_invitation(guest: Guest, request: dict) -> dict:
    _invitation(guest, request).show()
    return {}


@widget_door.on("be_invited")
def be_invited(guest: Guest, request: dict) -> dict:
    """A rule's moment has come on his page.  None: not now."""
    count_try("60 per 10 minutes", "being invited", guest.rate_key)
    invitation = invite_by_rule(guest.visit, number_in(request, "rule_id"), guest.page_url)
    return {"invitation": as_seen(invitation) if invitation else None}


@widget_door.on("answer_invitation")
def answer_invitation(guest: Guest, request: dict) -> dict:
    """None where nothing has begun yet: the invitation was over, nobody is there, or he is asked who he is first."""
    count_try("60 per 10 minutes", "invitations", guest.rate_key)
    invitation, accepts = _invitation(guest, request), request.get("accepts")
    if not isinstance(accepts, bool):
        raise BadRequest
    if not accepts:
        invitation.decline()
        return {"conversation": None}
    conversation = _accepted(guest, invitation)
    return {"conversation": as_seen_by_visitor(conversation) if conversation else None}


def _invitation(guest: Guest, request: dict) -> Invitation:
    """His own.  Raises NotFound."""
    invitation = db.session.get(Invitation, number_in(request, "invitation_id"))
    if invitation is None or invitation.visitor_id != guest.id:
        raise NotFound
    return invitation


def _accepted(guest: Guest, invitation: Invitation) -> Conversation | None:
    """The conversation his answer opened, or another tab's a moment ago."""
    if invitation.accept() and invitation.conversation is None:
        conversation = _conversation(guest, invitation)
        if conversation is not None:
            invitation.begin(conversation)
    return invitation.conversation


def _conversation(guest: Guest, invitation: Invitation) -> Conversation | None:
    """With whoever invited him, though he takes no others; else as if he had opened it himself.

    What stands in the way, his registration for one, is said when he writes; then who invited him gets him still.
    """
    try:
        if invitation.by is None or not is_at_desk(invitation.by):
            return conversation_opened_for(guest)
        if must_register(guest.visitor, guest.site):
            return None
        scope = scope_of(guest)
        return Conversation.open_for(guest.visitor, guest.site, guest.visit, scope.as_dict() if scope else None)
    except Refusal:
        return None
