"""How many mails each company sends, counted by the hour: a flood shows itself long before anybody complains.

The counts are in Redis, and may be lost: what is lost is a sign, not a mail.
"""

import logging
from datetime import datetime, timedelta

from redis.exceptions import RedisError

from core.clock import now
from core.db import NoCompany, transaction
from core.mail import MailSent
from core.redis import redis
from tenants.abuse.signals import Signal
from tenants.companies.company import current_company

log = logging.getLogger(__name__)

# So many mails in an hour are a sign, where they are so many times what is usual in the hours before.
MANY, TIMES_USUAL = 100, 5
HOURS_BEFORE = 24
_KEPT_SECONDS = (HOURS_BEFORE + 2) * 3600


def mail_sent(event: MailSent) -> None:
    """Count it for the company in force.  What the platform sends by itself counts for nobody."""
    try:
        company_id, key = current_company().id, _key(now())
        redis().zincrby(key, 1, company_id)
        redis().expire(key, _KEPT_SECONDS)
    except NoCompany:
        return
    except RedisError as error:
        log.warning("mail not counted error=%r", error)


def look_at_mail_volume() -> None:
    """By the schedule: who sends far more in this hour than usual."""
    this_hour = redis().zrangebyscore(_key(now()), MANY, "+inf", withscores=True)
    with transaction():
        for company_id, mails in this_hour:
            usual = _usual(int(company_id))
            if mails >= TIMES_USUAL * usual:
                found = {"mails": int(mails), "usual": round(usual, 1)}
                Signal.note("mail_volume", f"{now():%Y-%m-%d}", int(company_id), **found)


def _usual(company_id: int) -> float:
    hours = [now() - timedelta(hours=back) for back in range(1, HOURS_BEFORE + 1)]
    return sum(redis().zscore(_key(hour), company_id) or 0 for hour in hours) / HOURS_BEFORE


def _key(moment: datetime) -> str:
    return f"mails:{moment:%Y%m%d%H}"
