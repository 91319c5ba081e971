"""What operators see and decide about money."""

revision = "2026_11_26_6_money"
down_revision = "2026_11_26_5_sales"


def upgrade():
    pass
