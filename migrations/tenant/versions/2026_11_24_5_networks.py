"""From which networks a company's people may sign in; none, as before: from anywhere."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_24_5_networks"
down_revision = "2026_11_24_4_second_factors"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("settings", sa.Column("allowed_networks", postgresql.JSONB(), server_default="[]", nullable=False))
    op.add_column("settings", sa.Column("proposed_networks", postgresql.JSONB(), nullable=True))
