"""Reports and signals of abuse, and what is blocked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_26_8_abuse"
down_revision = "2026_11_26_7_operations"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "signal",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("settled_by", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('new', 'looked_at', 'dismissed', 'acted')", name=op.f("ck_signal_state")),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_signal_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_signal_kind")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_signal_company_id"), "signal", ["company_id"], schema="platform")
    op.create_index(op.f("ix_platform_signal_last_seen_at"), "signal", ["last_seen_at"], schema="platform")
    op.create_index(
        "ix_signal_live",
        "signal",
        ["company_id"],
        schema="platform",
        postgresql_where=sa.text("state IN ('new', 'looked_at')"),
    )
    op.create_table(
        "sign_up",
        sa.Column("company_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_sign_up_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_sign_up")),
        schema="platform",
    )
    for column in ("at", "network", "domain", "person"):
        op.create_index(op.f(f"ix_platform_sign_up_{column}"), "sign_up", [column], schema="platform")
    op.create_table(
        "sign_up_limit",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at_most", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sign_up_limit")),
        schema="platform",
    )
    op.create_table(
        "block",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("covers", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('network', 'mail_domain', 'mail_address', 'sms_prefix')", name=op.f("ck_block_kind")),
        sa.CheckConstraint("covers IN ('sign_up', 'everything')", name=op.f("ck_block_covers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block")),
        schema="platform",
    )
    op.create_index(
        "uq_block_standing",
        "block",
        ["kind", "value"],
        unique=True,
        schema="platform",
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_index("ix_sms_created_at", "sms", ["created_at"], schema="platform")
