"""Mobile numbers of members, bound by codes; whether offline messages are told by SMS.

Numbers are typed anew: those on members' cards were never verified.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_sms"
down_revision = "2026_11_22_integrity"


def upgrade():
    op.create_table(
        "mobile",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alerts", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_mobile_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_mobile")),
    )
    op.create_index(
        "uq_mobile_verified", "mobile", ["number"], unique=True, postgresql_where=sa.text("verified_at IS NOT NULL")
    )
    op.create_table(
        "mobile_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("guesses", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["mobile.member_id"], name=op.f("fk_mobile_code_member_id_mobile"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mobile_code")),
    )
    op.create_index(op.f("ix_mobile_code_member_id"), "mobile_code", ["member_id"], unique=False)
    op.add_column("settings", sa.Column("sms_offline_messages", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("settings", sa.Column("sms_passwords", sa.Boolean(), server_default="false", nullable=False))
