"""Deleting a site and its style for ever, with visitors still talking there (Y-05)."""

import sqlalchemy as sa

from chat.conversations.conversations import Conversation
from chat.styles.sites import Site
from core.db import db
from tenants.people.members import Member


def remove_site(site: Site, by: Member) -> None:
    """End its conversations, as whoever deletes it would, and let nobody in any more.  Raises LastStyle, NotFound."""
    site.remove()
    for conversation in going_on_at(site):
        conversation.close(by)


def going_on_at(site: Site) -> list[Conversation]:
    """The conversations that have not ended."""
    mine = sa.select(Conversation).where(Conversation.site_id == site.id, Conversation.closed_at.is_(None))
    return list(db.session.scalars(mine.order_by(Conversation.id)))
