"""How a style came to be what it is: its versions, filtered, and what each of them was made from (Y-07)."""

import operator
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from chat.styles.sites import Site
from chat.styles.styles import PARTS, Part, StyleVersion
from core.db import db


class Wanted(NamedTuple):
    """Which versions somebody wants to see: of a part, by a member, from a moment on, before another; None: all."""

    part: str | None = None
    author_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def conditions(self) -> list:
        asked = [
            (operator.eq, StyleVersion.part, self.part),
            (operator.eq, StyleVersion.author_id, self.author_id),
            (operator.ge, StyleVersion.created_at, self.since),
            (operator.lt, StyleVersion.created_at, self.until),
        ]
        return [compare(column, value) for compare, column, value in asked if value is not None]


def versions_of(site: Site, wanted: Wanted, before: int | None = None, at_most: int = 20) -> list[StyleVersion]:
    """The newest first; those before the one numbered `before`."""
    mine = sa.select(StyleVersion).where(StyleVersion.site_id == site.id, StyleVersion.part.in_(PARTS), *wanted.conditions)
    if before is not None:
        mine = mine.where(StyleVersion.number < before)
    return list(db.session.scalars(mine.order_by(StyleVersion.number.desc()).limit(at_most)))


def part_before(version: StyleVersion) -> Part:
    """The same part as it was until this version."""
    mine = sa.select(StyleVersion).where(StyleVersion.site_id == version.site_id, StyleVersion.part == version.part)
    last = db.session.scalar(mine.where(StyleVersion.number < version.number).order_by(StyleVersion.number.desc()).limit(1))
    return last.value if last else version.kind.at_first()


def latest_versions() -> dict[int, StyleVersion]:
    """The newest version of each site's style, by site; its number says how many there are."""
    newest = sa.select(StyleVersion).ext(distinct_on(StyleVersion.site_id))
    newest = newest.order_by(StyleVersion.site_id, StyleVersion.number.desc())
    return {version.site_id: version for version in db.session.scalars(newest)}
