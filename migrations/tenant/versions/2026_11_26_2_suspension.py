"""What a suspended or closing company still does."""

revision = "2026_11_26_2_suspension"
down_revision = "2026_11_26_1_support"


def upgrade():
    pass
