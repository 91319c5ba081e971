"""An agent invites a visitor by hand, or chats with him directly; and when he cannot (I-01…I-03, I-08, I-09, S-05, S-06)."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l

from chat.conversations.assignment import TooManyConversations, limit_of
from chat.conversations.conversations import Conversation, talking_by_member
from chat.invitations.invitations import Invitation
from chat.invitations.rules import Invitations
from chat.reception.scopes import scope_of_visit
from chat.styles.sites import Site
from chat.styles.styles import Style
from chat.visitors.presence import visitor_is_here
from chat.visitors.visitors import Visitor
from chat.visitors.visits import Visit
from core.db import db
from core.errors import Refusal
from core.events import dataclass_event
from core.text import tidy_lines
from tenants.companies.company import current_company
from tenants.companies.settings import Settings
from tenants.people.members import Member

TEXT_AT_MOST = 500


@dataclass_event
class InvitingChanged:
    """The company allows its agents more, or less."""

    company_id: int


class InvitingIsOff(Refusal):
    """The first of the three cases in which an agent cannot invite (I-09); the third is AlreadyInvited and VisitorIsTaken."""

    code = "inviting_is_off"
    message = _l("Your company has switched invitations by agents off.")


class DirectChatIsOff(Refusal):
    code = "direct_chat_is_off"
    message = _l("Your company has switched direct chat off: visitors are asked first.")


class InvitedRepeatedly(Refusal):
    """The second case."""

    code = "invited_repeatedly"
    message = _l("Visitors of this site are invited again and again automatically, so agents need not.")


class VisitorHasLeft(Refusal):
    code = "visitor_has_left"
    message = _l("This visitor has left the site.")


def inviting() -> dict:
    """`Inviting` in frontend/src/shared/events.ts: what the company allows, before anybody looks at a visitor."""
    settings = Settings.current()
    repeating = [site.id for site in Site.all() if Style(site).in_force(Invitations).is_repeating]
    return {"by_hand": settings.invites_by_hand, "direct": settings.chats_directly, "repeating_sites": repeating}


def manner_of(style: Invitations) -> str:
    """How a style's invitations come: without asking only where the company has allowed direct chat (I-07, CF-31)."""
    return style.manner if Settings.current().chats_directly else "ask"


def invite(visitor: Visitor, by: Member, text: str = "") -> Invitation:
    """Ask a visitor, with the style's words or the agent's own.

    Raises InvitingIsOff, InvitedRepeatedly, AlreadyInvited, VisitorIsTaken, VisitorWaits, VisitorHasLeft,
    TooManyConversations, StyleNotInUse.
    """
    if not Settings.current().invites_by_hand:
        raise InvitingIsOff
    return _made(visitor, by, text=tidy_lines(text, TEXT_AT_MOST))


def chat_directly(visitor: Visitor, by: Member) -> Conversation:
    """Open the chat at a visitor who was not asked.  Raises DirectChatIsOff, and the rest of what `invite` raises."""
    if not Settings.current().chats_directly:
        raise DirectChatIsOff
    invitation = _made(visitor, by, manner="direct")
    visit = db.session.get_one(Visit, invitation.visit_id)
    site, page = db.session.get_one(Site, visit.site_id), visit.last_page
    scope = scope_of_visit(site, visit.id, visit.ip, page.url if page else "", visit.scope)
    conversation = Conversation.open_for(visitor, site, visit, scope.as_dict() if scope else None)
    conversation.assign(by, "invited", by=by)
    invitation.conversation = conversation
    invitation.end("chat_began")
    return conversation


def _made(visitor: Visitor, by: Member, manner: str = "", text: str = "") -> Invitation:
    visit = Visit.last_of(visitor)
    if visit is None or not visitor_is_here(current_company(), visitor.id):
        raise VisitorHasLeft
    site = db.session.get_one(Site, visit.site_id)
    site.check_runs()
    style = Style(site).in_force(Invitations)
    if style.is_repeating:
        raise InvitedRepeatedly
    if talking_by_member().get(by.id, 0) >= limit_of(by):
        raise TooManyConversations(count=limit_of(by))
    return Invitation.make(
        visit,
        stays=timedelta(seconds=style.stays_seconds),
        by=by,
        manner=manner or manner_of(style),
        is_offline=False,
        title=style.box_title,
        text=text or style.box_text,
        picture=style.box_picture,
    )
