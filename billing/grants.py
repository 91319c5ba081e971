"""Granting rights, with the reason and the term.  The only place that writes grants."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from billing.plans import PROFESSIONAL_TRIAL
from billing.terms import months_later
from core.clock import now
from core.db import db
from tenants.companies.company import Company
from tenants.platform.settings import limits
from tenants.rights.entitlements import Grant

# A renewal that is told a day late must not cut anybody off.
SLACK = timedelta(days=2)
# Full service after a card failed, while mails ask for another one.
GRACE = timedelta(days=7)


class SubscriptionState(NamedTuple):
    """What the provider says of a subscription, as far as rights go."""

    id: str
    status: str
    rights: dict
    product: str
    started_at: datetime
    period_end: datetime
    past_due_since: datetime | None = None


def grant(
    company: Company, reason: str, rights: dict, until: datetime | None = None, since: datetime | None = None, product: str = ""
) -> Grant:
    """Give a company rights from now on (or `since`), until a moment or for ever."""
    given = Grant(
        company_id=company.id, reason=reason, rights=rights, product=product, valid_from=since or now(), valid_until=until
    )
    db.session.add(given)
    company.rights_were_changed()
    return given


def extend(company: Company, reason: str, rights: dict, months: int, product: str, after: Iterable[Grant] = ()) -> Grant:
    """Give rights for some months, beginning when the grants in `after` have ended."""
    begins = max([now(), *(each.valid_until for each in after if each.valid_until)])
    return grant(company, reason, rights, until=months_later(begins, months), since=begins, product=product)


def revoke(company: Company, reason: str) -> int:
    """Take back what was granted for a reason.  Returns how many grants that were."""
    given = list(db.session.scalars(_kept(company).where(Grant.reason == reason)))
    for each in given:
        each.revoked_at = now()
    if given:
        company.rights_were_changed()
    return len(given)


def grants_of(company: Company, product: str | None = None, reasons: str | None = None) -> list[Grant]:
    """What has not been taken back and is not over, of one product or of reasons that begin so; earliest first."""
    query = _kept(company).where(sa.or_(Grant.valid_until.is_(None), Grant.valid_until > now()))
    if product is not None:
        query = query.where(Grant.product == product)
    if reasons is not None:
        query = query.where(Grant.reason.startswith(reasons, autoescape=True))
    return list(db.session.scalars(query.order_by(Grant.valid_from)))


def all_grants_of(company: Company, at_most: int = 200) -> list[Grant]:
    """All there ever were, the newest first: what is over and what was taken back too."""
    newest = sa.select(Grant).where(Grant.company_id == company.id).order_by(Grant.id.desc())
    return list(db.session.scalars(newest.limit(at_most)))


def grant_from_subscription(company: Company, state: SubscriptionState) -> Grant | None:
    """Bring the one grant of a subscription to what the provider's state means.  Saying it twice changes nothing.

    trialing, active: until the period's end and SLACK.  past_due: GRACE from the first failure.  All else: nothing.
    """
    reason = f"subscription:{state.id}"
    found = db.session.scalar(sa.select(Grant).where(Grant.company_id == company.id, Grant.reason == reason).with_for_update())
    meant = _meant_by(state)
    if meant is None:
        revoke(company, reason)
        return None
    rights, until = meant
    if found is None:
        return grant(company, reason, rights, until=until, since=state.started_at, product=state.product)
    if (found.rights, found.valid_until, found.revoked_at, found.product) != (rights, until, None, state.product):
        found.rights, found.valid_until, found.revoked_at, found.product = rights, until, None, state.product
        company.rights_were_changed()
    return found


def start_trial(company: Company, email: str = "", phone: str = "") -> bool:
    """The professional edition for some days (F-07), once for a company and a person.  False when it was had before."""
    from billing.trials import claim_trial

    trial = PROFESSIONAL_TRIAL
    had_it = sa.select(Grant.id).where(Grant.company_id == company.id, Grant.reason == trial.code)
    if db.session.scalar(had_it) is not None or not claim_trial(company, email=email, phone=phone):
        return False
    grant(company, trial.code, trial.rights, until=now() + timedelta(days=limits()["trial_days"]))
    return True


def _meant_by(state: SubscriptionState) -> tuple[dict, datetime] | None:
    if state.status in ("trialing", "active"):
        return state.rights, state.period_end + SLACK
    if state.status == "past_due":
        return state.rights | {"in_grace": True}, (state.past_due_since or now()) + GRACE
    return None


def _kept(company: Company) -> sa.Select:
    return sa.select(Grant).where(Grant.company_id == company.id, Grant.revoked_at.is_(None))
