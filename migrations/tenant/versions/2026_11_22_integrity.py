"""Remember how far both ends hold everything, what was missing, and what each night's check found.

The running release keeps working: the columns have a default and nothing reads them yet.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_integrity"
down_revision = "2026_11_22_colleagues"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("conversation", sa.Column("visitor_confirmed_seq", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("conversation", sa.Column("team_confirmed_seq", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "gap",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("found_by", sa.Text(), nullable=False),
        sa.Column("after_seq", sa.BigInteger(), nullable=False),
        sa.Column("before_seq", sa.BigInteger(), nullable=False),
        sa.Column("missing", sa.BigInteger(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("found_by IN ('visitor', 'team', 'check')", name=op.f("ck_gap_found_by")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_gap_conversation_id_conversation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap")),
        sa.UniqueConstraint("conversation_id", "found_by", "after_seq", "before_seq", name=op.f("uq_gap_conversation_id")),
    )
    op.create_index(op.f("ix_gap_found_at"), "gap", ["found_at"], unique=False)
    op.create_table(
        "integrity_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("conversations", sa.BigInteger(), nullable=False),
        sa.Column("messages", sa.BigInteger(), nullable=False),
        sa.Column("confirmed", sa.BigInteger(), nullable=False),
        sa.Column("is_contiguous", sa.Boolean(), nullable=False),
        sa.Column("gaps", sa.BigInteger(), nullable=False),
        sa.Column("holes", sa.BigInteger(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_integrity_day")),
    )
