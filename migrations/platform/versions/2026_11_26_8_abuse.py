"""Reports and signals of abuse, and what is blocked."""

revision = "2026_11_26_8_abuse"
down_revision = "2026_11_26_7_operations"


def upgrade():
    pass
