"""What operators see and decide about money: why a colleague agreed, what the company was told, how recurring income moved.

Columns are added with defaults or nullable, so the running release keeps working.  How recurring income moved before this
day was never written down: the history begins with the first look of the schedule.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_6_money"
down_revision = "2026_11_26_5_sales"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    text, moment = sa.Text(), sa.DateTime(timezone=True)
    op.add_column("operator_action", sa.Column("told", text, server_default="", nullable=False), schema="platform")
    op.add_column("operator_action", sa.Column("decided_because", text, server_default="", nullable=False), schema="platform")
    op.add_column("operator_action", sa.Column("decided_at", moment, nullable=True), schema="platform")
    op.add_column("reconcile_run", sa.Column("stopped_at", moment, nullable=True), schema="platform")
    op.add_column("reconcile_diff", sa.Column("resolved_by", text, nullable=True), schema="platform")
    waiting = {"postgresql_where": sa.text("status = 'waiting'")}
    op.create_index("ix_operator_action_waiting", "operator_action", ["id"], schema="platform", **waiting)
    op.create_index("ix_operator_action_done_at", "operator_action", ["done_at"], schema="platform")
    op.create_index("ix_reconcile_diff_object", "reconcile_diff", ["object_id", "kind", "id"], schema="platform")
    op.create_index("ix_order_status", "order", ["status", "id"], schema="platform")
    op.create_index("ix_order_placed_at", "order", ["placed_at"], schema="platform")
    op.create_index("ix_ledger_transaction_created_at", "ledger_transaction", ["created_at"], schema="platform")
    op.create_table(
        "recurring_change",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("before >= 0 AND after >= 0 AND before <> after", name=op.f("ck_recurring_change_amounts")),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_recurring_change_company_id_company")),
        sa.PrimaryKeyConstraint("day", "company_id", "currency", name=op.f("pk_recurring_change")),
        schema="platform",
    )
    op.create_index("ix_recurring_change_last", "recurring_change", ["company_id", "currency", "day"], schema="platform")
