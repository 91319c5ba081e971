"""How each company stands, for lists of thousands."""

revision = "2026_11_26_2_standing"
down_revision = "2026_11_26_1_operators"


def upgrade():
    pass
