"""What a company's people must know wherever they work: an announcement, a maintenance, a suspension, somebody looking in.

One mechanism for all of it: a ticker at the top of the console (A-03), a band in the management centre.  Who has
something to tell adds a function to the table in saas/notices.py and, when it changes, records NoticesChanged.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from core.db import transaction
from core.events import dataclass_event
from tenants.people.members import Member

log = logging.getLogger(__name__)

# From the least to the most pressing.
LEVELS = ("info", "warning", "danger")


@dataclass(frozen=True)
class Notice:
    """One thing to tell, in the reader's language.

    `kind` says where it comes from ("announcement", "maintenance", "suspension", "support", …).  With an `id` the reader
    may put it away, and stays rid of it; without one it stands as long as it is true.  `until` is when it stops being true.
    """

    kind: str
    text: str
    level: str = "info"
    id: str = ""
    until: datetime | None = None
    link: str = ""

    def as_dict(self) -> dict:
        return self.__dict__ | {"text": str(self.text), "until": self.until.isoformat() if self.until else None}


@dataclass_event
class NoticesChanged:
    """There is something else to tell the people of this company; None: of all companies."""

    company_id: int | None = None


# Each gives the notices of the company in force for one of its members, in the language in force.
Source = Callable[[Member], Iterable[Notice]]
SOURCES: list[Source] = []


def notices_now(reader: Member) -> list[Notice]:
    """What the company in force has to tell this member now, the most pressing first."""
    found = [notice for source in SOURCES for notice in _told_by(source, reader)]
    return sorted(found, key=lambda notice: -LEVELS.index(notice.level))


def _told_by(source: Source, reader: Member) -> list[Notice]:
    try:
        with transaction():
            return list(source(reader))
    except Exception:
        # Nobody's work may stop because a band above it could not be written.
        log.exception("notices missing source=%s", source.__qualname__)
        return []
