"""Operators who look inside with the company's consent."""

revision = "2026_11_26_1_support"
down_revision = "2026_11_24_7_provisioning"


def upgrade():
    pass
