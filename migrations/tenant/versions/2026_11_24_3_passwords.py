"""After how many days a password must be changed; 0, as before: never."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_3_passwords"
down_revision = "2026_11_24_2_sign_ins"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("settings", sa.Column("password_days", sa.BigInteger(), server_default="0", nullable=False))
