"""Help with a company's consent, and breaking the glass without it."""

revision = "2026_11_26_4_help"
down_revision = "2026_11_26_3_lifecycle"


def upgrade():
    pass
