"""Granting rights, with the reason and the term.  The only place that writes grants."""

from datetime import datetime

import sqlalchemy as sa

from billing.plans import PROFESSIONAL_TRIAL
from core.clock import now
from core.db import db
from tenants.company import Company
from tenants.entitlements import Grant


def grant(company: Company, reason: str, rights: dict, until: datetime | None = None) -> Grant:
    """Give a company rights from now on, until a moment or for ever."""
    given = Grant(company_id=company.id, reason=reason, rights=rights, valid_until=until)
    db.session.add(given)
    company.__dict__.pop("entitlements", None)
    return given


def start_trial(company: Company) -> None:
    """The professional edition for 15 days (F-07).  A company has it once; asking again changes nothing."""
    trial = PROFESSIONAL_TRIAL
    had_it = sa.select(Grant.id).where(Grant.company_id == company.id, Grant.reason == trial.code)
    if db.session.scalar(had_it) is None:
        grant(company, trial.code, trial.rights, until=now() + trial.lasts)
