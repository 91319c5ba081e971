"""What visitors say of themselves in forms stays with them, and what they agreed to is kept as evidence.

The running release keeps working: it reads none of this, and what it does not write has a default.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_23_5_registration"
down_revision = "2026_11_23_3_prompts"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("visitor", sa.Column("answers", postgresql.JSONB(), server_default="[]", nullable=False))
    op.add_column("visitor", sa.Column("registered_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("visitor_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("page_url", sa.Text(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_consent_site_id_site")),
        sa.ForeignKeyConstraint(["visitor_id"], ["visitor.id"], name=op.f("fk_consent_visitor_id_visitor"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_visitor_id"), "consent", ["visitor_id"], unique=False)
