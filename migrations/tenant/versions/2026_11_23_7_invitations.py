"""Invitations: whom agents and rules asked to chat, and how it ended; and whether a company lets agents do it.

The running release keeps working: it invites nobody, and what it does not write has a default.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_7_invitations"
down_revision = "2026_11_23_6_routing"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("settings", sa.Column("invites_by_hand", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.add_column("settings", sa.Column("chats_directly", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_table(
        "invitation",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("visitor_id", sa.BigInteger(), nullable=False),
        sa.Column("visit_id", sa.BigInteger(), nullable=True),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("manner", sa.Text(), nullable=False),
        sa.Column("is_offline", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("picture", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.Column("conversation_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["member.id"], name=op.f("fk_invitation_by_id_member")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_invitation_conversation_id_conversation"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_invitation_site_id_site")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_invitation_visit_id_visit"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["visitor.id"], name=op.f("fk_invitation_visitor_id_visitor"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_visitor_id"), "invitation", ["visitor_id"], unique=False)
    op.create_index("ix_invitation_site", "invitation", ["site_id", "made_at"], unique=False)
    op.create_index(
        "uq_invitation_open_visitor",
        "invitation",
        ["visitor_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
