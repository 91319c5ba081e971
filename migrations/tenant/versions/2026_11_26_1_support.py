"""Operators who look inside with the company's consent.

The running release keeps working: what is added has defaults, and nothing reads it yet.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_26_1_support"
down_revision = "2026_11_24_7_provisioning"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "support_grant",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator_id", sa.BigInteger(), nullable=True),
        sa.Column("operator_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column("writes", sa.Boolean(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("hours BETWEEN 1 AND 168", name=op.f("ck_support_grant_hours")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_support_grant_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_grant")),
        sa.UniqueConstraint("key", name=op.f("uq_support_grant_key")),
    )
    op.add_column("outbox", sa.Column("mails", postgresql.JSONB(), server_default="[]", nullable=False))
    op.add_column("style_version", sa.Column("operator_name", sa.Text(), server_default="", nullable=False))
