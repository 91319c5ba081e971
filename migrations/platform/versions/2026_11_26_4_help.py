"""Help with a company's consent, and breaking the glass without it.

All tables are new.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_4_help"
down_revision = "2026_11_26_3_lifecycle"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "operator_form",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_operator_form")),
        schema="platform",
    )
    op.create_table(
        "support_access",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("operator_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("writes", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_support_access_company_id_company")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_support_access")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_support_access_company_id"), "support_access", ["company_id"], schema="platform")
    op.create_table(
        "support_visit",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.BigInteger(), nullable=False),
        sa.Column("operator_name", sa.Text(), nullable=False),
        sa.Column("operator_session_id", sa.BigInteger(), nullable=False),
        sa.Column("grant_key", sa.Text(), nullable=True),
        sa.Column("break_glass_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(grant_key IS NULL) <> (break_glass_id IS NULL)", name=op.f("ck_support_visit_leave")),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_support_visit_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_visit")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_support_visit_token_hash")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_support_visit_company_id"), "support_visit", ["company_id"], schema="platform")
    op.create_index(op.f("ix_platform_support_visit_started_at"), "support_visit", ["started_at"], schema="platform")
    op.create_table(
        "break_glass",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_break_glass_reason")),
        sa.CheckConstraint("approved_at IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_break_glass_two_operators")),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_break_glass_company_id_company")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["platform.operator.id"], name=op.f("fk_break_glass_asked_by_id_operator")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["platform.operator.id"], name=op.f("fk_break_glass_decided_by_id_operator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_break_glass_company_id"), "break_glass", ["company_id"], schema="platform")
