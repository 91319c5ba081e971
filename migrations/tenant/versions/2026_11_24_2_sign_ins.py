"""The login log, and the devices members have signed in on."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_2_sign_ins"
down_revision = "2026_11_24_1_audit_chain"


def upgrade():
    op.create_table(
        "sign_in_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_sign_in_entry_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_entry")),
    )
    op.create_index(op.f("ix_sign_in_entry_at"), "sign_in_entry", ["at"], unique=False)
    op.create_index(op.f("ix_sign_in_entry_member_id"), "sign_in_entry", ["member_id"], unique=False)
    op.create_table(
        "known_device",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trusted_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_known_device_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_device")),
        sa.UniqueConstraint("member_id", "token_hash", name=op.f("uq_known_device_member_id")),
    )
