"""Count one day without reading all days.

Rows lie in the order in which they came, so that a few bytes for each stretch of the table (BRIN) say where a day is.  A
b-tree would make every message dearer.
"""

from alembic import op

revision = "2026_11_26_2_usage"
down_revision = "2026_11_26_1_support"

TIMES = {"message": "created_at", "conversation": "opened_at", "visit": "began_at"}


def upgrade():
    for table, column in TIMES.items():
        op.create_index(
            f"ix_{table}_{column}",
            table,
            [column],
            postgresql_using="brin",
            postgresql_with={"pages_per_range": 32, "autosummarize": "on"},
        )
