"""What the visitor's window offers: ratings, its form, consent, signed identities.

The running release keeps working: what it does not write has a default.  Columns that stay empty mean what was before:
the platform's upload limit, the usual form, a visitor nobody vouches for.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_window"
down_revision = "2026_11_22_visits"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "identity_secret",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_identity_secret_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_secret")),
    )
    op.create_index(op.f("ix_identity_secret_site_id"), "identity_secret", ["site_id"], unique=False)
    op.add_column("site", sa.Column("requires_identity", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    for name, default in (
        ("masks_numbers", "false"),
        ("asks_typing_consent", "true"),
        ("visitors_may_erase", "true"),
        ("takes_ratings", "true"),
    ):
        op.add_column("settings", sa.Column(name, sa.Boolean(), server_default=sa.text(default), nullable=False))
    op.add_column("settings", sa.Column("max_upload_mb", sa.BigInteger(), nullable=True))
    op.add_column("settings", sa.Column("offline_intro", sa.Text(), server_default="", nullable=False))
    op.add_column("settings", sa.Column("offline_fields", postgresql.JSONB(), nullable=True))
    op.add_column("visitor", sa.Column("sub", sa.Text(), nullable=True))
    op.add_column("visitor", sa.Column("shows_typing", sa.Boolean(), nullable=True))
    op.create_index("uq_visitor_sub", "visitor", ["sub"], unique=True, postgresql_where=sa.text("sub IS NOT NULL"))
    op.add_column("conversation", sa.Column("rating_score", sa.BigInteger(), nullable=True))
    op.add_column("conversation", sa.Column("rating_comment", sa.Text(), nullable=True))
    op.add_column("conversation", sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("conversation", sa.Column("rating_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f("ck_conversation_rating_score"), "conversation", "rating_score BETWEEN 1 AND 5")
    op.add_column("offline_message", sa.Column("answers", postgresql.JSONB(), server_default="[]", nullable=False))
