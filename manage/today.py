"""What waits for somebody at a company today."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil

import sqlalchemy as sa

from billing.subscriptions import Subscription
from chat.conversations.conversations import Conversation
from chat.conversations.integrity import LATELY, Gap
from chat.offline.messages import OfflineMessage
from chat.styles.sites import Site
from chat.usage import is_embedded
from core.clock import now
from core.db import db
from manage.styles.terms import StyleState, style_states
from sms.credits import THRESHOLDS, credits_left
from tenants.companies.company import Company
from tenants.companies.settings import Settings
from tenants.people.members import Member
from tenants.people.seats import SeatsUnknown


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
    def ending_styles(self) -> list[StyleState]:
        """Those that visitors do not see, and those that end soon."""
        return [state for state in style_states(self.company, Site.all()) if not state.runs or state.ends_soon]

    @cached_property
    def unpaid(self) -> Subscription | None:
        """The subscription, if one of its invoices is open."""
        running = Subscription.running_of(self.company.id)
        return running if running is not None and running.invoice_id else None

    @cached_property
    def few_credits(self) -> int | None:
        """How many SMS credits are left, if SMS are used and that is few."""
        settings = Settings.current()
        left = credits_left(self.company) if settings.sms_offline_messages or settings.sms_passwords else None
        return left if left is not None and left <= THRESHOLDS[1] else None

    @cached_property
    def holes(self) -> list[Gap]:
        """Where messages were found missing lately.  There should never be any."""
        return Gap.holes(since=now() - LATELY)

    @cached_property
    def is_embedded(self) -> bool:
        return is_embedded()

    @property
    def is_quiet(self) -> bool:
        waits = (
            self.offline_messages,
            self.waiting,
            self.invited,
            self.holes,
            self.unpaid,
            self.ending_styles,
            self.few_credits is not None,
        )
        return not any(waits)
