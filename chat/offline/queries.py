"""Asking for offline messages: of which days, in which state, whose, of which site (L-08)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from chat.offline.messages import OfflineMessage
from core.db import db
from core.text import literal

STATES = {"open": _l("To handle"), "handled": _l("Handled")}
# Whose: a member's number, or nobody's.
NOBODY = "nobody"
HEADS = (
    _l("Time"),
    _l("Customer"),
    _l("E-mail"),
    _l("Phone"),
    _l("Message"),
    _l("Answers"),
    _l("State"),
    _l("Assigned to"),
    _l("Handled by"),
    _l("Handled at"),
    _l("Note"),
    _l("Site"),
    _l("Page"),
    _l("Source"),
    _l("IP address"),
    _l("Place"),
)
EXPORTED_AT_MOST = 50_000
AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class OfflineQuery:
    """What somebody wants to see.  `assigned_to` is a member's id, or 0 for messages that are nobody's."""

    since: datetime | None = None
    until: datetime | None = None
    state: str = ""
    assigned_to: int | None = None
    site_id: int | None = None
    text: str = ""

    def found(self, before: int | None = None, at_most: int = 50) -> list[OfflineMessage]:
        """The newest first; those before the one numbered `before`."""
        query = self._select().order_by(OfflineMessage.id.desc()).limit(at_most)
        return list(db.session.scalars(query if before is None else query.where(OfflineMessage.id < before)))

    @property
    def count(self) -> int:
        return db.session.scalar(sa.select(sa.func.count()).select_from(self._select().subquery()))

    def rows(self) -> Iterator[list]:
        """As a spreadsheet has them, beneath HEADS."""
        language, before, left = str(get_locale()), None, EXPORTED_AT_MOST
        while left > 0 and (found := self.found(before, min(AT_ONCE, left))):
            for message in found:
                yield _row(message, language)
            before, left = found[-1].id, left - len(found)

    def _select(self) -> sa.Select:
        wanted = [
            OfflineMessage.created_at >= self.since if self.since else None,
            OfflineMessage.created_at < self.until if self.until else None,
            (OfflineMessage.handled_at.is_(None) == (self.state == "open")) if self.state else None,
            self._whose() if self.assigned_to is not None else None,
            OfflineMessage.site_id == self.site_id if self.site_id is not None else None,
            self._says() if self.text else None,
        ]
        return sa.select(OfflineMessage).where(*(condition for condition in wanted if condition is not None))

    def _whose(self) -> sa.ColumnElement[bool]:
        whose = OfflineMessage.assigned_to_id
        return whose.is_(None) if self.assigned_to == 0 else whose == self.assigned_to

    def _says(self) -> sa.ColumnElement[bool]:
        pattern = f"%{literal(self.text)}%"
        columns = OfflineMessage.text, OfflineMessage.name, OfflineMessage.email, OfflineMessage.phone
        return sa.or_(*(column.ilike(pattern, escape="\\") for column in columns))


def _row(message: OfflineMessage, language: str) -> list:
    person = message.assigned_person
    return [
        message.created_at,
        message.customer,
        message.email,
        message.phone,
        message.text,
        "; ".join(f"{answer['label']}: {answer['value']}" for answer in message.answers),
        str(STATES["handled" if message.handled_at else "open"]),
        person["name"] if person else "",
        message.handled_by.name if message.handled_by else "",
        message.handled_at,
        message.handling_note,
        message.site.name,
        message.page_url,
        message.source,
        message.ip,
        message.place_in(language),
    ]
