"""Styles: what a site greets its visitors with, part by part, each save a version.

The running release keeps working: it reads none of this, and what it does not write has a default.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_23_1_styles"
down_revision = "2026_11_22_window"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("site", sa.Column("style_version_id", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("site", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "style_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("settings", postgresql.JSONB(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("returned_to", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["member.id"], name=op.f("fk_style_version_author_id_member")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_style_version_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_style_version")),
        sa.UniqueConstraint("site_id", "number", name=op.f("uq_style_version_site_id")),
    )
    op.create_index(
        "uq_style_version_current",
        "style_version",
        ["site_id", "part"],
        unique=True,
        postgresql_where=sa.text("is_current"),
    )
