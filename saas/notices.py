"""Who has something to tell a company's people wherever they work, in one table (see tenants/platform/notices.py)."""

from tenants.platform import notices
from tenants.platform.announcements import announced
from tenants.platform.maintenance import maintenance_notices
from tenants.platform.standstill_notices import standstill_notices
from tenants.support.support_notices import support_notices

SOURCES: tuple[notices.Source, ...] = (standstill_notices, announced, support_notices, maintenance_notices)


def install() -> None:
    notices.SOURCES[:] = SOURCES
