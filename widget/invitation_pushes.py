"""What a visitor's pages hear of invitations: with their welcome, when one is made, and when it has ended (W-34, I-15)."""

from flask_babel import force_locale

from chat.conversations.rooms import visitor_room
from chat.invitations.automatic import rules_for
from chat.invitations.caps import Lately
from chat.invitations.invitations import Invitation, InvitationEnded, InvitationMade
from chat.invitations.rules import Invitations
from chat.styles.styles import Style
from chat.visitors.visits import Visit
from core.db import db, transaction
from core.pages import language_of
from core.realtime.pushes import push
from tenants.companies.company import current_company
from widget.guest import Guest


def invited(event: InvitationMade) -> None:
    """All his pages show it, whether their window is open or not."""
    with transaction():
        invitation = db.session.get_one(Invitation, event.invitation_id)
        push(visitor_room(event.company_id, event.visitor_id), "invited", {"invitation": as_seen(invitation)})


def invitation_ended(event: InvitationEnded) -> None:
    """All his pages put it away, but for a window that was opened without asking: it says why it is there."""
    with transaction():
        invitation = db.session.get_one(Invitation, event.invitation_id)
        if invitation.manner != "direct" or invitation.conversation_id is None:
            push(
                visitor_room(event.company_id, event.visitor_id),
                "invitation_ended",
                invitation.how_it_ended,
                audience="visitor",
            )


def welcomed_with(guest: Guest) -> dict:
    """The part of the welcome that is about invitations.  Who has just come has none: then only rules are looked at."""
    if not current_company().is_open:
        return {"invitation_rules": [], "invitation": None}
    style = Style(guest.site).in_force(Invitations)
    has_just_come = guest.arrived is not None and guest.arrived.has_come
    if has_just_come and not style.rules_in_force:
        return {"invitation_rules": [], "invitation": None}
    lately = Lately(guest.id, guest.visit_id, style)
    rules = rules_for(guest.visit, style, lately) if style.rules_in_force else []
    return {
        "invitation_rules": [rule.as_seen() for rule in rules],
        "invitation": as_seen(lately.open) if lately.open else None,
    }


def as_seen(invitation: Invitation) -> dict:
    """In the visitor's language, whoever asks."""
    visit = db.session.get(Visit, invitation.visit_id) if invitation.visit_id else None
    with force_locale(language_of(visit.language if visit else "")):
        return invitation.as_dict()
