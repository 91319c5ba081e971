"""How the platform runs: signs of life, readings, work that failed, switches, limits, maintenance.

All tables are new.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_26_7_operations"
down_revision = "2026_11_26_6_money"

MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("port", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeat")),
        sa.UniqueConstraint("host", "pid", "started_at", name=op.f("uq_heartbeat_host")),
        schema="platform",
    )
    op.create_table(
        "reading",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_reading")),
        schema="platform",
    )
    op.create_table(
        "failed_work",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("outbox_id", sa.BigInteger(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("failed_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('failed', 'replayed', 'discarded')", name=op.f("ck_failed_work_state")),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_failed_work_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_work")),
        sa.UniqueConstraint("company_id", "outbox_id", name=op.f("uq_failed_work_company_id")),
        schema="platform",
    )
    op.create_index(
        "ix_failed_work_failed",
        "failed_work",
        ["failed_at"],
        schema="platform",
        postgresql_where=sa.text("state = 'failed'"),
    )
    op.create_table(
        "waiting_work",
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("waiting", sa.BigInteger(), nullable=False),
        sa.Column("oldest_due_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_waiting_work_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_waiting_work")),
        schema="platform",
    )
    op.create_table(
        "switch_off",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("off_at", MOMENT, nullable=False),
        sa.Column("off_by", sa.Text(), nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("on_at", MOMENT, nullable=True),
        sa.Column("on_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_switch_off_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_switch_off")),
        schema="platform",
    )
    op.create_index(
        "uq_switch_off_in_force",
        "switch_off",
        ["name", "company_id"],
        unique=True,
        schema="platform",
        postgresql_where=sa.text("on_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "load_limit",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at_most", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("lifted_at", MOMENT, nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=False),
        sa.CheckConstraint("at_most >= 0", name=op.f("ck_load_limit_at_most")),
        sa.CheckConstraint("what IN ('requests', 'messages', 'sockets')", name=op.f("ck_load_limit_what")),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_load_limit_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_load_limit")),
        schema="platform",
    )
    op.create_index(
        "uq_load_limit_in_force",
        "load_limit",
        ["company_id", "what"],
        unique=True,
        schema="platform",
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "maintenance",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("begins_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("texts", postgresql.JSONB(), nullable=False),
        sa.Column("is_read_only", sa.Boolean(), nullable=False),
        sa.Column("announced_at", MOMENT, nullable=False),
        sa.Column("announced_by", sa.Text(), nullable=False),
        sa.Column("cancelled_at", MOMENT, nullable=True),
        sa.Column("cancelled_by", sa.Text(), nullable=False),
        sa.CheckConstraint("begins_at < ends_at", name=op.f("ck_maintenance_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance")),
        schema="platform",
    )
