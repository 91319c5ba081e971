"""What a company may use, why, and until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask_babel import gettext as _
from flask_babel import ngettext

from billing.grants import grants_of
from billing.plans import BY_CODE, FLAG_NAMES, FLAG_TEXTS, PLAN_NAMES
from billing.reasons import in_words
from billing.subscriptions import Subscription
from core.clock import now
from tenants.companies.company import Company
from tenants.rights.entitlements import Entitlements, Grant, free

COUNTS = {
    "seats": lambda count: ngettext("%(num)s agent at a time", "%(num)s agents at a time", count),
    "styles": lambda count: ngettext("%(num)s style", "%(num)s styles", count),
    "history_days": lambda count: ngettext("%(num)s day of history", "%(num)s days of history", count),
}


@dataclass(frozen=True)
class Right:
    """One thing a company may use or not, with the reasons in words.  `until` None: it does not end by itself."""

    code: str
    title: str
    text: str
    is_on: bool
    until: datetime | None
    renews: bool
    is_bought: bool
    reasons: tuple[str, ...]

    @property
    def product(self) -> str | None:
        """What to buy to have it, or have it longer, by itself."""
        code = f"feature:{self.code}"
        return code if code in BY_CODE else None


@dataclass(frozen=True)
class Rights:
    """All of a company's rights, asked once for each page."""

    company: Company

    @cached_property
    def entitlements(self) -> Entitlements:
        return self.company.entitlements

    @property
    def plan_name(self) -> str:
        return str(PLAN_NAMES.get(self.entitlements.plan, self.entitlements.plan))

    @cached_property
    def grants(self) -> list[Grant]:
        """Those that hold now or later."""
        return grants_of(self.company)

    @cached_property
    def subscription(self) -> Subscription | None:
        return Subscription.running_of(self.company.id)

    @cached_property
    def counts(self) -> list[Right]:
        """Seats, styles, days of history."""
        return [self._right(code, say(getattr(self.entitlements, code)), "", True) for code, say in COUNTS.items()]

    @cached_property
    def features(self) -> list[Right]:
        """Everything that is there or not."""
        return [
            self._right(flag, str(name), str(FLAG_TEXTS[flag]), flag in self.entitlements.flags)
            for flag, name in FLAG_NAMES.items()
        ]

    def _right(self, code: str, title: str, text: str, is_on: bool) -> Right:
        giving = [grant for grant in self.grants if _gives(grant, code)]
        reasons = [in_words(reason) for reason in self.entitlements.because.get(code, ())]
        if code in COUNTS and not any(code in grant.rights for grant in giving):
            reasons.insert(0, _("Every company has %(some)s, free", some=free()[code]))
        return Right(
            code=code,
            title=title,
            text=text,
            is_on=is_on,
            until=self._until(giving) if code in FLAG_NAMES else None,
            renews=any(grant.reason == self._renewing for grant in giving),
            is_bought=any(grant.product == f"feature:{code}" for grant in giving),
            reasons=tuple(dict.fromkeys(reasons)),
        )

    def _until(self, grants: Iterable[Grant]) -> datetime | None:
        """The end of what follows one after another from now on."""
        until = now()
        for grant in grants:
            if grant.valid_from <= until:
                end = self._end_of(grant)
                if end is None:
                    return None
                until = max(until, end)
        return until

    def _end_of(self, grant: Grant) -> datetime | None:
        # Its grant lasts two days longer, so that a renewal told late cuts nobody off.
        subscription = self.subscription
        is_paid = (
            subscription is not None and subscription.is_paid_up and grant.reason == f"subscription:{subscription.stripe_id}"
        )
        return subscription.period_end if is_paid else grant.valid_until

    @property
    def _renewing(self) -> str:
        """The reason that renews itself."""
        subscription = self.subscription
        goes_on = subscription is not None and subscription.is_paid_up and subscription.ends_at is None
        return f"subscription:{subscription.stripe_id}" if goes_on else ""


def _gives(grant: Grant, code: str) -> bool:
    return code in grant.rights or f"more_{code}" in grant.rights or code in grant.rights.get("flags", ())
