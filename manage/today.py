"""What waits for somebody at a company today."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil

import sqlalchemy as sa

from chat.conversations import Conversation
from chat.offline_messages import OfflineMessage
from chat.visits import Visit
from core.clock import now
from core.db import db
from tenants.company import Company
from tenants.members import Member
from tenants.seats import SeatsUnknown


@dataclass(frozen=True)
class Today:
    """Asked once for each page."""

    company: Company

    @cached_property
    def offline_messages(self) -> int:
        return OfflineMessage.unhandled_count()

    @cached_property
    def waiting(self) -> int:
        """Visitors whom nobody has accepted yet."""
        waiting = Conversation.closed_at.is_(None) & Conversation.accepted_at.is_(None)
        return db.session.scalar(sa.select(sa.func.count()).select_from(Conversation).where(waiting))

    @cached_property
    def seated(self) -> list[Member] | None:
        """Who is online; None while nobody can tell."""
        try:
            return Member.with_ids(self.company.seated)
        except SeatsUnknown:
            return None

    @cached_property
    def invited(self) -> list[Member]:
        """Colleagues who have not accepted yet."""
        return [member for member in Member.all() if not member.has_joined]

    @cached_property
    def trial_ends_at(self) -> datetime | None:
        return self.company.trial_ends_at

    @property
    def trial_days_left(self) -> int:
        """The day that has begun counts."""
        return ceil((self.trial_ends_at - now()) / timedelta(days=1)) if self.trial_ends_at else 0

    @cached_property
    def is_embedded(self) -> bool:
        """Whether any visitor has ever come."""
        return db.session.scalar(sa.select(sa.exists().select_from(Visit)))

    @property
    def is_quiet(self) -> bool:
        return not (self.offline_messages or self.waiting or self.invited)
