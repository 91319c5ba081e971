"""Single sign-on: the company's identity provider, and who its people are there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_24_6_single_sign_on"
down_revision = "2026_11_24_5_networks"


def upgrade():
    op.create_table(
        "single_sign_on",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("domains", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("creates_members", sa.Boolean(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=True),
        sa.Column("department_id", sa.BigInteger(), nullable=True),
        sa.Column("group_claim", sa.Text(), nullable=False),
        sa.Column("group_roles", postgresql.JSONB(), nullable=False),
        sa.Column("is_only_way", sa.Boolean(), nullable=False),
        sa.Column("break_glass_id", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_single_sign_on_role_id_role"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_single_sign_on_department_id_department"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["break_glass_id"], ["member.id"], name=op.f("fk_single_sign_on_break_glass_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_single_sign_on")),
    )
    op.create_table(
        "member_identity",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_member_identity_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_member_identity_issuer")),
    )
    op.create_index(op.f("ix_member_identity_member_id"), "member_identity", ["member_id"], unique=False)
