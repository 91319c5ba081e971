"""Notes about companies, and their closing."""

revision = "2026_11_26_3_lifecycle"
down_revision = "2026_11_26_2_standing"


def upgrade():
    pass
