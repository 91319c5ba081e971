"""Offline messages are assigned, answered by mail, and forwarded to where the company keeps such things.

The running release keeps working: it reads none of this, and what it does not write is empty or has a default.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_8_offline_messages"
down_revision = "2026_11_23_7_invitations"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("settings", sa.Column("mails_assignee_only", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("offline_message", sa.Column("referrer", sa.Text(), server_default="", nullable=False))
    op.add_column("offline_message", sa.Column("assigned_to_id", sa.BigInteger(), nullable=True))
    op.add_column("offline_message", sa.Column("assigned_by", sa.Text(), nullable=True))
    op.add_column("offline_message", sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(
        op.f("fk_offline_message_assigned_to_id_member"), "offline_message", "member", ["assigned_to_id"], ["id"]
    )
    op.create_table(
        "offline_reply",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("offline_message_id", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("mail_id", sa.Text(), nullable=True),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["member.id"], name=op.f("fk_offline_reply_author_id_member")),
        sa.ForeignKeyConstraint(
            ["offline_message_id"],
            ["offline_message.id"],
            name=op.f("fk_offline_reply_offline_message_id_offline_message"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offline_reply")),
        sa.UniqueConstraint("client_id", name=op.f("uq_offline_reply_client_id")),
        sa.UniqueConstraint("offline_message_id", "mail_id", name=op.f("uq_offline_reply_offline_message_id")),
    )
    op.create_table(
        "forwarding_address",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["member.id"], name=op.f("fk_forwarding_address_confirmed_by_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forwarding_address")),
        sa.UniqueConstraint("address", name=op.f("uq_forwarding_address_address")),
    )
