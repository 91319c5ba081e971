"""Visitors who are invited by a rule of their site's style, and again where it says so (I-04…I-06, I-10, I-14).

The page waits for a rule's moment and asks; whether the rule means him, his page and this moment is decided here.  That
the seconds have passed is the page's word: who lies about it invites himself earlier, and no more often.
"""

from datetime import timedelta

import sqlalchemy as sa

from chat.conversations.conversations import Conversation
from chat.invitations.caps import Lately
from chat.invitations.invitations import AlreadyInvited, Invitation, InvitationEnded, VisitorIsTaken, VisitorWaits, hold
from chat.invitations.inviting import manner_of
from chat.invitations.rules import InvitationRule, Invitations
from chat.reception.receptions import reception_of
from chat.reception.rosters import roster_now
from chat.reception.scopes import scope_of_visit
from chat.styles.sites import Site
from chat.styles.styles import Style
from chat.visitors.presence import visitor_is_here
from chat.visitors.visits import Visit
from core.clock import now
from core.db import db, transaction
from core.errors import NotFound
from core.jobs import job
from tenants.companies.company import current_company


def rules_for(visit: Visit, style: Invitations, lately: Lately) -> list[InvitationRule]:
    """Those that may invite him on this visit: they mean him, and he has not been invited often enough."""
    rules = [rule for rule in style.rules_in_force if rule.holds_for(visit)]
    return rules if rules and lately.leave_room else []


def invite_by_rule(visit: Visit, rule_id: int, page_url: str) -> Invitation | None:
    """Invite who is on this visit and page now.  The one he has if he is invited already; None if nothing comes of it."""
    hold(visit.visitor_id)
    style = _style_of(visit)
    rule, lately = style.rule(rule_id), Lately(visit.visitor_id, visit.id, style)
    if rule is None or lately.open is not None:
        return lately.open
    if rule not in rules_for(visit, style, lately) or not lately.are_over or not rule.holds_on(page_url) or _has_talked(visit):
        return None
    box = _box_of(visit, style, page_url)
    return box and _made(visit, rule, style, box)


def invitation_ended(event: InvitationEnded) -> None:
    """Where the style invites again, it does after the pause, as long as he stays."""
    with transaction():
        invitation = db.session.get_one(Invitation, event.invitation_id)
        if invitation.rule_id is None or invitation.visit_id is None or invitation.ended_because not in ("declined", "expired"):
            return
        style = _style_of(db.session.get_one(Visit, invitation.visit_id))
        if style.is_repeating:
            due_at = invitation.ended_at + timedelta(seconds=style.pause_seconds)
            invite_again.later(due_at=due_at, visit_id=invitation.visit_id, rule_id=invitation.rule_id)


@job
def invite_again(visit_id: int, rule_id: int) -> None:
    """On whatever page he is now.  Not when he has left."""
    visit = db.session.get(Visit, visit_id)
    if visit is None or not visitor_is_here(current_company(), visit.visitor_id):
        return
    page = visit.last_page
    try:
        invite_by_rule(visit, rule_id, page.url if page else "")
    except NotFound:
        return


def _style_of(visit: Visit) -> Invitations:
    return Style(db.session.get_one(Site, visit.site_id)).in_force(Invitations)


def _has_talked(visit: Visit) -> bool:
    """Who has talked to us on this visit knows where we are."""
    talked = sa.exists().where(
        Conversation.visitor_id == visit.visitor_id,
        sa.or_(Conversation.closed_at.is_(None), Conversation.opened_at >= visit.began_at),
    )
    return bool(db.session.scalar(sa.select(talked)))


def _box_of(visit: Visit, style: Invitations, page_url: str) -> dict | None:
    """What the box says, by who is there for him (I-11); None when it should not come: nobody is invited into a queue."""
    told = _reception(visit, page_url)
    if told["standing"] == "online":
        return {"is_offline": False, "title": style.box_title, "text": style.box_text, "picture": style.box_picture}
    takes_messages = told["standing"] == "offline" or (told["standing"] == "closed" and told["when_closed"] == "form")
    if takes_messages and style.invites_offline:
        return {"is_offline": True, "title": style.offline_title, "text": style.offline_text, "picture": ""}
    return None


def _reception(visit: Visit, page_url: str) -> dict:
    """As he would be told if he opened the icon now."""
    site = db.session.get_one(Site, visit.site_id)
    scope = scope_of_visit(site, visit.id, visit.ip, page_url, visit.scope)
    return reception_of(site, scope, roster_now(current_company())).told


def _made(visit: Visit, rule: InvitationRule, style: Invitations, box: dict) -> Invitation | None:
    stays = timedelta(seconds=style.stays_seconds)
    try:
        invitation = Invitation.make(visit, stays, rule_id=rule.id, manner=manner_of(style), **box)
    except (AlreadyInvited, VisitorIsTaken, VisitorWaits):
        return None
    invitation.shown_at = now()
    return invitation
