"""Where the audit logs of companies ended, hour by hour."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_audit_anchors"
down_revision = "2026_11_22_sms"


def upgrade():
    op.create_table(
        "audit_anchor",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_audit_anchor_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_anchor")),
        sa.UniqueConstraint("company_id", "seq", name=op.f("uq_audit_anchor_company_id")),
        schema="platform",
    )
