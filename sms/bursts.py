"""What SMS look like when somebody abuses them: all at once, to one range of numbers, to strangers, in vain.

Ranges of numbers that belong together are how fraudsters earn on SMS that others pay for ("SMS pumping").
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa

from core.clock import now
from core.db import db, transaction
from sms.messages import Sms
from tenants.abuse.signals import Signal

# Seen in the last hour, or for what became of them in the last day.
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
# So many in an hour, where they are so many times a usual hour of the week before.
MANY, TIMES_USUAL = 40, 4
DIFFERENT_NUMBERS = 25
# So many different numbers that are the same but for the last four digits.
IN_ONE_RANGE, LAST_DIGITS = 8, 4
# So many that did not arrive, and they are this part of all.
IN_VAIN, PART_IN_VAIN = 10, 0.5


class Hour(NamedTuple):
    """What a company sent in the last hour."""

    company_id: int
    sms: int
    numbers: int


def look_at_sms() -> None:
    """By the schedule: note what looks like abuse.  The same on the same day adds up."""
    with transaction():
        for hour in _last_hour():
            _note_volume(hour)
            if hour.numbers >= DIFFERENT_NUMBERS:
                _note("sms_numbers", hour.company_id, numbers=hour.numbers, sms=hour.sms)
        for company_id, prefix, numbers in _ranges():
            _note("sms_prefix", company_id, prefix=prefix, numbers=numbers)
        for company_id, failed, sms in _in_vain():
            _note("sms_refused", company_id, failed=failed, sms=sms)


def _last_hour() -> list[Hour]:
    numbers = sa.func.count(Sms.number.distinct())
    query = sa.select(Sms.company_id, sa.func.count(), numbers).where(Sms.created_at > now() - HOUR)
    return [Hour(*row) for row in db.session.execute(query.group_by(Sms.company_id))]


def _note_volume(hour: Hour) -> None:
    if hour.sms < MANY:
        return
    week = sa.select(sa.func.count()).where(Sms.company_id == hour.company_id, Sms.created_at > now() - WEEK - HOUR)
    usual = db.session.scalar(week.where(Sms.created_at <= now() - HOUR)) / (WEEK / HOUR)
    if hour.sms >= TIMES_USUAL * usual:
        _note("sms_volume", hour.company_id, sms=hour.sms, usual=round(usual, 1))


def _ranges() -> Sequence[sa.Row]:
    """(company, prefix, different numbers) of those that beset one range."""
    prefix = sa.func.left(Sms.number, -LAST_DIGITS)
    numbers = sa.func.count(Sms.number.distinct())
    query = sa.select(Sms.company_id, prefix, numbers).where(Sms.created_at > now() - HOUR)
    return db.session.execute(query.group_by(Sms.company_id, prefix).having(numbers >= IN_ONE_RANGE)).all()


def _in_vain() -> Sequence[sa.Row]:
    """(company, SMS that did not arrive, all that came to an end) of those for whom that is much."""
    failed = sa.func.count().filter(Sms.state.in_(("lost", "refused", "expired")))
    settled = sa.func.count().filter(Sms.state.not_in(("written", "sending", "unclear")))
    query = sa.select(Sms.company_id, failed, settled).where(Sms.created_at > now() - DAY).group_by(Sms.company_id)
    return db.session.execute(query.having(failed >= IN_VAIN, failed >= settled * PART_IN_VAIN)).all()


def _note(kind: str, company_id: int, **evidence) -> None:
    Signal.note(kind, f"{now():%Y-%m-%d}", company_id, **evidence)
