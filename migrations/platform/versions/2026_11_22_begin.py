"""Begin with the platform's tables: schemas, companies, the sign-in directory, grants.

Nothing is there before it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22"
down_revision = None


def upgrade():
    op.create_table(
        "schema",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), sa.Computed("'t_'::text || id::text", persisted=True), nullable=False),
        sa.Column("database", sa.Text(), server_default="main", nullable=False),
        sa.Column("revision", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="making", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('making', 'ready', 'taken', 'erased')", name=op.f("ck_schema_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schema")),
        sa.UniqueConstraint("name", name=op.f("uq_schema_name")),
        schema="platform",
    )
    op.create_index(
        "ix_schema_ready", "schema", ["id"], unique=False, schema="platform", postgresql_where=sa.text("state = 'ready'")
    )
    op.create_table(
        "company",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("company_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("schema_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_because", sa.Text(), nullable=True),
        sa.CheckConstraint("status IN ('opening', 'open', 'suspended', 'closing', 'erased')", name=op.f("ck_company_status")),
        sa.ForeignKeyConstraint(["schema_id"], ["platform.schema.id"], name=op.f("fk_company_schema_id_schema")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
        sa.UniqueConstraint("company_id", name=op.f("uq_company_company_id")),
        sa.UniqueConstraint("schema_id", name=op.f("uq_company_schema_id")),
        schema="platform",
    )
    op.create_table(
        "address",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_address_company_id_company")),
        sa.PrimaryKeyConstraint("email", "company_id", name=op.f("pk_address")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_address_company_id"), "address", ["company_id"], unique=False, schema="platform")
    op.create_table(
        "grant",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rights", postgresql.JSONB(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_grant_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_grant_company_id"), "grant", ["company_id"], unique=False, schema="platform")
    op.create_table(
        "site_key",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_site_key_company_id_company")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_site_key")),
        schema="platform",
    )
    op.create_index(
        op.f("ix_platform_site_key_company_id"),
        "site_key",
        ["company_id"],
        unique=False,
        schema="platform",
    )
