"""Announcements, and what the platform allows at most."""

revision = "2026_11_26_5_sales"
down_revision = "2026_11_26_4_help"


def upgrade():
    pass
