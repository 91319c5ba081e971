"""What must happen when a grant begins or ends by itself.

Rights are right without it: they are worked out from the clock.  This only tells whoever has a page or console open.
"""

import sqlalchemy as sa

from core.clock import now
from core.db import db, record, transaction
from tenants.companies.company import Company
from tenants.rights.entitlements import EntitlementsChanged

AT_ONCE = 200


def tell_changed_rights() -> None:
    """Tell of every company whose rights are different since the last look, and note when the next look is due."""
    while _tell_some() == AT_ONCE:
        pass


def _tell_some() -> int:
    due = sa.select(Company).where(Company.rights_due_at <= now(), Company.status != "erased").order_by(Company.rights_due_at)
    due = due.limit(AT_ONCE).with_for_update(skip_locked=True, key_share=True, of=Company)
    with transaction():
        # The database itself writes when a look is due, so what a session remembers of it means nothing.
        companies = list(db.session.scalars(due.execution_options(populate_existing=True)))
        for company in companies:
            company.tell_rights_later()
            record(EntitlementsChanged(company.id))
        return len(companies)
