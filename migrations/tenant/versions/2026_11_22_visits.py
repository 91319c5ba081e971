"""Remember with each visit the zone the visitor lives in and the size of his screen.

The running release keeps working: both columns have a default and nothing reads them yet.  Earlier visits stay without.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_visits"
down_revision = "2026_11_22_sms"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("visit", sa.Column("zone", sa.Text(), server_default="", nullable=False))
    op.add_column("visit", sa.Column("screen", sa.Text(), server_default="", nullable=False))
