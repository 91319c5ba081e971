"""How often one visitor may be invited: what he had lately against what the style allows (I-10)."""

from datetime import timedelta
from functools import cached_property

import sqlalchemy as sa

from chat.invitations.invitations import Invitation
from chat.invitations.rules import Invitations
from core.clock import now
from core.db import db

DAY = timedelta(days=1)


class Lately:
    """A visitor's invitations of the last days, read at once.  Those by agents count, and are held back by nothing here."""

    def __init__(self, visitor_id: int, visit_id: int, style: Invitations):
        self._visitor_id, self._visit_id, self._style = visitor_id, visit_id, style

    @property
    def open(self) -> Invitation | None:
        """The one he has not answered, unless its time is over."""
        return next((one for one in self._all if one.is_open and one.expires_at > now()), None)

    @property
    def leave_room(self) -> bool:
        """Whether he may be invited once more on this visit, perhaps after a pause."""
        style = self._style
        today = [one for one in self._all if one.made_at > now() - DAY]
        return len(self._of_visit) < style.per_visit and len(today) < style.per_day and not self._wants_quiet

    @property
    def are_over(self) -> bool:
        """Whether the pause after the last one has passed."""
        pause = timedelta(seconds=self._style.pause_seconds)
        return all(one.ended_at is not None and one.ended_at <= now() - pause for one in self._all)

    @property
    def _wants_quiet(self) -> bool:
        """He has declined.  In the repeated mode, that counts from his next visit on."""
        quiet = timedelta(days=self._style.quiet_days)
        declined = [one for one in self._all if one.ended_because == "declined" and one.ended_at > now() - quiet]
        if self._style.is_repeating:
            declined = [one for one in declined if one.visit_id != self._visit_id]
        return bool(declined)

    @property
    def _of_visit(self) -> list[Invitation]:
        return [one for one in self._all if one.visit_id == self._visit_id]

    @cached_property
    def _all(self) -> list[Invitation]:
        since = now() - max(DAY, timedelta(days=self._style.quiet_days))
        mine = sa.select(Invitation).where(Invitation.visitor_id == self._visitor_id, Invitation.made_at > since)
        return list(db.session.scalars(mine.execution_options(populate_existing=True)))
