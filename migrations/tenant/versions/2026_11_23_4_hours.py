"""To be filled in."""

revision = "2026_11_23_4_hours"
down_revision = "2026_11_23_3_prompts"


def upgrade():
    pass
