"""Measures how companies stand and publishes it: chat counts, billing says what they pay, the seats who is there.

One transaction for each company, so that what is published of it was true together; two who measure the same company wait
for each other, so that the newer numbers stay.
"""

import logging
import time
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from billing.recurring import monthly_recurring
from billing.subscriptions import Subscription
from chat import usage
from chat.styles.sites import Site
from core.clock import now
from core.db import transaction
from sms.usage import sms_between
from tenants.companies.company import Company
from tenants.companies.standing import CompanyStanding, CompanyUsage, due, mark_what_nobody_marked, next_marked
from tenants.people.seats import SeatsUnknown

log = logging.getLogger(__name__)

# Of either sort in one turn; what is left has its turn in the next one.
AT_MOST, SECONDS = 500, 10.0
# A company never measured before: so many days are counted.
LOOK_BACK = timedelta(days=90)
WAITS_TOO_LONG, LEFT_TOO_LONG, TIME_TO_EMBED = timedelta(minutes=10), timedelta(days=2), timedelta(days=1)


def publish() -> None:
    """Measure the companies in which something has happened, and those whose time has come.  Doing so again is harmless."""
    until = time.monotonic() + SECONDS
    with transaction():
        mark_what_nobody_marked()
    for id in _next_ones():
        measure(id)
        if time.monotonic() > until:
            return


def measure(id: int) -> None:
    """Publish how a company stands now; of one that cannot be looked at, that it cannot."""
    with transaction():
        company = Company.numbered(id)
    if company is None or not company.lets_in:
        return
    try:
        with company.entered() as entered, transaction():
            _measure(entered)
    except Exception:
        # One company's trouble must not keep the others from being measured.
        log.exception("company not measured company=%s", id)
        with transaction():
            CompanyStanding.locked(company).missed()


def _next_ones() -> Iterator[int]:
    """In turn one that was marked and one that is due: neither waits for all of the others."""
    with transaction():
        by_the_clock = iter(due(AT_MOST))
    for _ in range(AT_MOST):
        both = [id for id in (next_marked(), next(by_the_clock, None)) if id is not None]
        if not both:
            return
        yield from both


def _measure(company: Company) -> None:
    standing = CompanyStanding.locked(company)
    zone = ZoneInfo(company.time_zone)
    today = now().astimezone(zone).date()
    is_new_day = standing.day != today
    if is_new_day:
        for site in Site.all():
            site.publish_domains()
    _count_seats(standing, company)
    days = _days(standing.day or max(company.created_at.astimezone(zone).date(), today - LOOK_BACK), today)
    counted = _publish_days(company, days, zone, standing.agents_online, with_files=is_new_day)
    standing.conversations = counted[-1].conversations
    _look_at_rights(standing, company)
    _look_for_trouble(standing, company)
    standing.count_for(today, until=usage.bounds(today, zone)[1])


def _days(first: date, last: date) -> list[date]:
    """From the day that was measured last, which may have gone on since, to this one."""
    # Who moves to an earlier zone may be on the day before again.
    first = min(max(first, last - LOOK_BACK), last)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _count_seats(standing: CompanyStanding, company: Company) -> None:
    try:
        standing.agents_online = company.seats_taken
    except SeatsUnknown:
        # Redis is away.  What was published last is better than nothing.
        return


def _publish_days(company: Company, days: list[date], zone: ZoneInfo, agents: int, with_files: bool) -> list[usage.Day]:
    counted = usage.days_of(days, zone)
    sms = sms_between(company, [usage.bounds(day, zone) for day in days])
    rows = [
        day._asdict() | {"sms": count, "most_agents": 0, "stored_bytes": None} for day, count in zip(counted, sms, strict=True)
    ]
    rows[-1] |= {"most_agents": agents, "stored_bytes": usage.stored_bytes() if with_files else None}
    CompanyUsage.publish(company, rows)
    return counted


def _look_at_rights(standing: CompanyStanding, company: Company) -> None:
    rights = company.entitlements
    standing.seats, standing.plan, standing.trial_ends_at = rights.seats, rights.plan, company.trial_ends_at
    standing.mrr, standing.currency = monthly_recurring(company.id)


def _look_for_trouble(standing: CompanyStanding, company: Company) -> None:
    waiting = usage.waiting_now()
    standing.waiting, standing.unanswered = waiting.visitors, waiting.messages
    standing.last_activity_at = usage.last_sign_of_life()
    standing.find([name for name, is_so in _troubles(company, waiting) if is_so])


def _troubles(company: Company, waiting: usage.Waiting) -> Iterable[tuple[str, bool]]:
    subscription = Subscription.running_of(company.id)
    yield "messages_missing", usage.has_holes()
    yield "failed_payment", subscription is not None and bool(subscription.invoice_id or subscription.past_due_since)
    yield "visitors_waiting", bool(waiting.visitors) and now() - waiting.visitors_since > WAITS_TOO_LONG
    yield "unanswered_messages", bool(waiting.messages) and now() - waiting.messages_since > LEFT_TOO_LONG
    yield "not_embedded", now() - company.created_at > TIME_TO_EMBED and not usage.is_embedded()
