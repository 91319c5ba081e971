"""How many SMS a company sends a day."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from core.db import db
from sms.messages import Sms
from tenants.companies.company import Company


def sms_between(company: Company, bounds: Sequence[tuple[datetime, datetime]]) -> list[int]:
    """How many the gateway took in each of these stretches of time."""
    counts = [
        sa.func.count().filter(Sms.sent_at >= since, Sms.sent_at < until).label(f"stretch_{number}")
        for number, (since, until) in enumerate(bounds)
    ]
    first = min(since for since, _until in bounds)
    return list(db.session.execute(sa.select(*counts).where(Sms.company_id == company.id, Sms.sent_at >= first)).one())
