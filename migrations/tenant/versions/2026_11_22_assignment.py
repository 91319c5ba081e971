"""How waiting visitors reach agents, and why each went where it went.

The running release keeps working: it assigns by hand, which is the default, and what it accepts has no assignment row.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_assignment"
down_revision = "2026_11_22"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("settings", sa.Column("assignment", sa.Text(), server_default="by_hand", nullable=False))
    op.add_column("settings", sa.Column("prefers_last_agent", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("settings", sa.Column("return_after_minutes", sa.BigInteger(), server_default="3", nullable=False))
    op.add_column("settings", sa.Column("answer_within_seconds", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("conversation", sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("conversation", sa.Column("queued_place", sa.BigInteger(), nullable=True))
    op.add_column("conversation", sa.Column("assigned_by", sa.Text(), nullable=True))
    op.create_table(
        "assignment",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.Column("candidates", postgresql.JSONB(), nullable=False),
        sa.Column("exclusions", postgresql.JSONB(), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["member.id"], name=op.f("fk_assignment_by_id_member")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_assignment_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_assignment_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index(op.f("ix_assignment_at"), "assignment", ["at"], unique=False)
    op.create_index(op.f("ix_assignment_conversation_id"), "assignment", ["conversation_id"], unique=False)
    op.add_column("settings", sa.Column("idle_presence", sa.Text(), server_default="away", nullable=False))
    op.create_table(
        "absence",
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_absence_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_absence")),
    )
