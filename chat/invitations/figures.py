"""How often visitors of a site were invited, by whom, and what they said (I-04): counted per day."""

from collections import defaultdict
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from chat.invitations.invitations import Invitation
from chat.styles.sites import Site
from core.db import db
from tenants.people.members import Member


class Figures(NamedTuple):
    """Of all made, how many his page has shown, and what he answered; who said nothing is in neither."""

    made: int = 0
    shown: int = 0
    accepted: int = 0
    declined: int = 0

    def plus(self, other: "Figures") -> "Figures":
        return Figures(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Inviter(NamedTuple):
    """An agent, or a rule."""

    member: str | None
    rule_id: int | None


class Counted(NamedTuple):
    day: date
    by: Inviter
    figures: Figures


def counted(site: Site, since: datetime, until: datetime, zone: str) -> list[Counted]:
    """By day in this time zone and by inviter, the newest day first.  One query."""
    day = sa.cast(sa.func.timezone(zone, Invitation.made_at), sa.Date).label("day")
    ended = Invitation.ended_because
    query = (
        sa.select(
            day,
            Member.name,
            Invitation.rule_id,
            sa.func.count(),
            sa.func.count(Invitation.shown_at),
            sa.func.count().filter(ended == "accepted"),
            sa.func.count().filter(ended == "declined"),
        )
        .select_from(Invitation)
        .outerjoin(Member, Member.id == Invitation.by_id)
        .where(Invitation.site_id == site.id, Invitation.made_at >= since, Invitation.made_at < until)
        .group_by(day, Invitation.by_id, Member.name, Invitation.rule_id)
        .order_by(day.desc(), Member.name, Invitation.rule_id)
    )
    return [Counted(on, Inviter(name, rule_id), Figures(*counts)) for on, name, rule_id, *counts in db.session.execute(query)]


def by_day(rows: list[Counted]) -> dict[date, Figures]:
    return _summed((row.day, row.figures) for row in rows)


def by_inviter(rows: list[Counted]) -> dict[Inviter, Figures]:
    return _summed((row.by, row.figures) for row in rows)


def _summed(pairs) -> dict:
    sums: dict = defaultdict(Figures)
    for key, figures in pairs:
        sums[key] = sums[key].plus(figures)
    return dict(sums)
