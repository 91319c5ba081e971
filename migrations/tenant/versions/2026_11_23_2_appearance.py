"""Remember the pictures a company gave its styles.

The running release keeps working: the table is new and nothing of it reads it.  Pictures are never taken away while the
company is there, because earlier versions of a style may come back with them.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_2_appearance"
down_revision = "2026_11_23_1_styles"


def upgrade():
    op.create_table(
        "picture",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_picture_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
        sa.UniqueConstraint("key", name=op.f("uq_picture_key")),
    )
    op.create_index(op.f("ix_picture_site_id"), "picture", ["site_id"], unique=False)
