"""The second factor of members, their recovery codes and passkeys, and who must have one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_24_4_second_factors"
down_revision = "2026_11_24_3_passwords"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "second_factor",
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_second_factor_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_recovery_code_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_member_id"), "recovery_code", ["member_id"], unique=False)
    op.create_table(
        "passkey",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_backed_up", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_passkey_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_member_id"), "passkey", ["member_id"], unique=False)
    op.add_column("session", sa.Column("method", sa.Text(), server_default="password", nullable=False))
    op.add_column("session", sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("settings", sa.Column("second_factor", sa.Text(), server_default="optional", nullable=False))
    op.add_column(
        "settings", sa.Column("second_factor_roles", postgresql.ARRAY(sa.BigInteger()), server_default="{}", nullable=False)
    )
    op.add_column("settings", sa.Column("second_factor_from", sa.DateTime(timezone=True), nullable=True))
