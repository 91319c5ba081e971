"""Who has something to tell a company's people wherever they work, in one table (see tenants/notices.py)."""

from tenants import notices
from tenants.announcements import announced
from tenants.maintenance import maintenance_notices
from tenants.standstill_notices import standstill_notices
from tenants.support_notices import support_notices

SOURCES: tuple[notices.Source, ...] = (standstill_notices, announced, support_notices, maintenance_notices)


def install() -> None:
    notices.SOURCES[:] = SOURCES
