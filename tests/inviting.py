"""Visitors who have a page open, and styles that invite them."""

from dataclasses import replace
from datetime import timedelta

from chat.invitations.invitations import Invitation
from chat.invitations.inviting import invite
from chat.invitations.rules import InvitationRule, Invitations
from chat.styles.sites import Site
from chat.styles.styles import Style
from chat.visitors.presence import keep_visitors
from chat.visitors.visitors import Visitor
from chat.visitors.visits import Visit
from core.clock import now
from core.db import db, transaction
from tenants.companies.company import current_company
from tenants.companies.settings import Settings
from tenants.people.members import Member

EVERYBODY = InvitationRule(id=1, name="Everybody", after_seconds=2)


def come(site: Site, url: str = "https://shop.example/", visitor: Visitor | None = None, **visit) -> Visit:
    """Somebody is on the site, a new visitor unless he is known."""
    with transaction():
        visitor = visitor or Visitor.recognise(None, site)
        came = Visit.of(visitor, site, **visit)
        came.view(url, "")
    keep_visitors(current_company().id, [visitor.id])
    return came


def set_style(site: Site, **changes) -> None:
    """Rules hold for everybody unless `rules` says otherwise."""
    with transaction():
        style = Style(site)
        usual = {"is_automatic": True, "rules": (EVERYBODY,), "pause_seconds": 0}
        style.save(replace(style[Invitations], **usual | changes), None)


def set_company(**changes) -> None:
    with transaction():
        for name, value in changes.items():
            setattr(Settings.current(), name, value)


def invited_by(member: Member, visit: Visit, text: str = "") -> Invitation:
    with transaction():
        return invite(visit.visitor, member, text)


def again(invitation: Invitation) -> Invitation:
    """As it is now."""
    db.session.commit()
    db.session.refresh(invitation)
    return invitation


def let_time_pass(invitation: Invitation, **since) -> None:
    """Its moments were earlier by as much."""
    with transaction():
        for name in ("made_at", "expires_at", "shown_at", "answered_at", "ended_at"):
            moment = getattr(invitation, name)
            if moment is not None:
                setattr(invitation, name, moment - timedelta(**since))


def overdue(invitation: Invitation) -> None:
    with transaction():
        invitation.expires_at = now()
