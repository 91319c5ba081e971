"""How each company stands, for lists of thousands.

The schedule fills the tables by itself, company by company: nothing has to be copied.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_26_2_standing"
down_revision = "2026_11_26_1_operators"


def upgrade():
    op.create_table(
        "company_standing",
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("day_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conversations", sa.BigInteger(), nullable=False),
        sa.Column("agents_online", sa.BigInteger(), nullable=False),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("trial_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting", sa.BigInteger(), nullable=False),
        sa.Column("unanswered", sa.BigInteger(), nullable=False),
        sa.Column("last_activity_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mrr", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("troubles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("burden", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_company_standing_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_company_standing")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_company_standing_due_at"), "company_standing", ["due_at"], schema="platform")
    op.create_table(
        "company_usage",
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("conversations", sa.BigInteger(), nullable=False),
        sa.Column("messages", sa.BigInteger(), nullable=False),
        sa.Column("visitors", sa.BigInteger(), nullable=False),
        sa.Column("offline_messages", sa.BigInteger(), nullable=False),
        sa.Column("sms", sa.BigInteger(), nullable=False),
        sa.Column("most_agents", sa.BigInteger(), nullable=False),
        sa.Column("stored_bytes", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_company_usage_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "day", name=op.f("pk_company_usage")),
        schema="platform",
    )
    op.create_table(
        "site_domain",
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_site_domain_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "site_id", "domain", name=op.f("pk_site_domain")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_site_domain_domain"), "site_domain", ["domain"], schema="platform")
