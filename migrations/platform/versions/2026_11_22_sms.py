"""SMS as they are written, sent and charged, and the numbers that want none.

Credits are in the ledger; an SMS's reference is the id of what is held for it.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_sms"
down_revision = "2026_11_22_payments"

STATES = "('written', 'sending', 'unclear', 'sent', 'delivered', 'lost', 'refused', 'expired')"


def upgrade():
    op.create_table(
        "sms",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("shown_text", sa.Text(), nullable=False),
        sa.Column("sealed_text", sa.Text(), nullable=True),
        sa.Column("segments", sa.BigInteger(), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gateway_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f("ck_sms_state")),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_sms_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms")),
        sa.UniqueConstraint("company_id", "key", name=op.f("uq_sms_company_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_sms_reference")),
        schema="platform",
    )
    op.create_index(
        "ix_sms_due",
        "sms",
        ["due_at"],
        unique=False,
        schema="platform",
        postgresql_where=sa.text("state IN ('written', 'sending', 'unclear')"),
    )
    op.create_index("ix_sms_of_company", "sms", ["company_id", "id"], unique=False, schema="platform")
    op.create_table(
        "sms_opt_out",
        sa.Column("number_hash", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number_hash", name=op.f("pk_sms_opt_out")),
        schema="platform",
    )
