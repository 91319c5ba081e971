"""Notes about companies, their closing, and long work on them.

Being suspended is the company's status and nothing else from now on: who was suspended by a grant gets the status, which
the running release already understands.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_26_3_lifecycle"
down_revision = "2026_11_26_2_standing"

BY_GRANT = """
    UPDATE platform.company SET status = 'suspended', suspended_at = now(), suspended_because = ''
    WHERE status = 'open' AND id IN (
        SELECT company_id FROM platform."grant"
        WHERE rights ->> 'suspended' = 'true' AND revoked_at IS NULL AND (valid_until IS NULL OR valid_until > now())
    );
    UPDATE platform."grant" SET revoked_at = now() WHERE rights ->> 'suspended' = 'true' AND revoked_at IS NULL
"""


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("company", sa.Column("moving_at", sa.DateTime(timezone=True), nullable=True), schema="platform")
    op.drop_constraint("ck_company_status", "company", schema="platform")
    op.create_check_constraint(
        op.f("ck_company_status"),
        "company",
        "status IN ('opening', 'open', 'suspended', 'closing', 'erasing', 'erased')",
        schema="platform",
    )
    op.execute(BY_GRANT)
    op.create_table(
        "closing",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erases_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_closing_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing")),
        schema="platform",
    )
    op.create_index(
        "ix_closing_running",
        "closing",
        ["company_id"],
        unique=True,
        schema="platform",
        postgresql_where=sa.text("cancelled_at IS NULL AND erased_at IS NULL"),
    )
    op.create_index(op.f("ix_platform_closing_company_id"), "closing", ["company_id"], schema="platform")
    op.create_table(
        "company_work",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_company_work_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_work")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_company_work_company_id"), "company_work", ["company_id"], schema="platform")
    op.create_index(
        "ix_company_work_under_way",
        "company_work",
        ["company_id"],
        unique=True,
        schema="platform",
        postgresql_where=sa.text("finished_at IS NULL AND failed_at IS NULL"),
    )
    op.create_table(
        "company_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_company_note_company_id_company")),
        sa.ForeignKeyConstraint(["operator_id"], ["platform.operator.id"], name=op.f("fk_company_note_operator_id_operator")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_note")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_company_note_company_id"), "company_note", ["company_id"], schema="platform")
