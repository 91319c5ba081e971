"""What visitors report about a company: it stands among the signals, in their own words."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from core.db import db
from core.tokens import mark
from tenants.abuse.signals import Signal
from tenants.companies.company import Company, SiteKey

REASONS = {
    "fraud": _l("They want my money or my data"),
    "impostor": _l("They pretend to be somebody else"),
    "harassment": _l("They insult or threaten"),
    "spam": _l("They advertise what nobody asked for"),
    "illegal": _l("They offer what is forbidden"),
    "other": _l("Something else"),
}
LONGEST = 2000


def company_of_chat(site_key: str) -> Company | None:
    """Whose chat it is.  One that is suspended can be reported still."""
    known = sa.select(Company).join(SiteKey).where(SiteKey.key == site_key, Company.status != "erased")
    return db.session.scalar(known)


def report_abuse(company: Company, key: str, site_key: str, network: str, reason: str, text: str, email: str) -> None:
    """Note a report; the same `key` again changes nothing.  `network` is where it came from: kept as a mark, so that
    one person who reports ten times is seen to be one."""
    said = {"reason": reason, "text": text, "email": email, "site": site_key}
    Signal.note_once("report", key, company, **said, reporter=mark("reporter", network)[:8])
