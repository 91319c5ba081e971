"""Switches, limits and signs of life of the platform."""

revision = "2026_11_26_7_operations"
down_revision = "2026_11_26_6_money"


def upgrade():
    pass
