"""Remember who may receive a visitor: from the beginning of his visit, in his conversation, and why it went to whom.

The running release keeps working: the columns are nullable and nothing reads them yet.  Earlier visits have no scope;
everybody receives them, as before.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_23_6_routing"
down_revision = "2026_11_23_5_registration"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    for table in ("visit", "conversation", "assignment"):
        op.add_column(table, sa.Column("scope", postgresql.JSONB(), nullable=True))
