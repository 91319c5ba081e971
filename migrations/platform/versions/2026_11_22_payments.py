"""What the payment provider told us, and what we asked of it.

All tables are new: the inbox of events, visits to the payment page, copies of subscriptions, refunds and disputes, and
what nightly comparisons found.  The running release keeps working.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_payments"
down_revision = "2026_11_22_ledger"


def upgrade():
    op.create_table(
        "stripe_event",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deliveries", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint("status IN ('new', 'done', 'ignored', 'failed', 'dead')", name=op.f("ck_stripe_event_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_event")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_stripe_event_object_id"), "stripe_event", ["object_id"], unique=False, schema="platform")
    op.create_index(
        "ix_stripe_event_due",
        "stripe_event",
        ["due_at"],
        unique=False,
        schema="platform",
        postgresql_where=sa.text("status IN ('new', 'failed')"),
    )
    op.create_table(
        "checkout",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("stripe_session_id", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("payment", sa.Text(), nullable=True),
        sa.Column("stripe_subscription_id", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("mode IN ('payment', 'subscription')", name=op.f("ck_checkout_mode")),
        sa.CheckConstraint(
            "status IN ('open', 'waiting', 'paid', 'failed', 'expired', 'returned')", name=op.f("ck_checkout_status")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_checkout_company_id_company")),
        sa.ForeignKeyConstraint(["order_id"], ["platform.order.id"], name=op.f("fk_checkout_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout")),
        sa.UniqueConstraint("order_id", "attempt", name=op.f("uq_checkout_order_id")),
        sa.UniqueConstraint("stripe_session_id", name=op.f("uq_checkout_stripe_session_id")),
        schema="platform",
    )
    op.create_index(
        "ix_checkout_one_open",
        "checkout",
        ["order_id"],
        unique=True,
        schema="platform",
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(op.f("ix_platform_checkout_company_id"), "checkout", ["company_id"], unique=False, schema="platform")
    op.create_index(op.f("ix_platform_checkout_payment"), "checkout", ["payment"], unique=False, schema="platform")
    op.create_index(
        op.f("ix_platform_checkout_stripe_subscription_id"),
        "checkout",
        ["stripe_subscription_id"],
        unique=False,
        schema="platform",
    )
    op.create_table(
        "subscription",
        sa.Column("stripe_id", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("price_id", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("period_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("past_due_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invoice_id", sa.Text(), nullable=True),
        sa.Column("invoice_url", sa.Text(), nullable=True),
        sa.Column("invoice_due", sa.BigInteger(), nullable=True),
        sa.Column("asks_person", sa.Boolean(), nullable=False),
        sa.Column("pending_quantity", sa.BigInteger(), nullable=True),
        sa.Column("pending_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pending_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_quantity", sa.BigInteger(), nullable=True),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('incomplete', 'incomplete_expired', 'trialing', 'active', 'past_due', 'canceled', 'unpaid', 'paused')",
            name=op.f("ck_subscription_status"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_subscription_company_id_company")),
        sa.ForeignKeyConstraint(["product_id"], ["platform.product.id"], name=op.f("fk_subscription_product_id_product")),
        sa.PrimaryKeyConstraint("stripe_id", name=op.f("pk_subscription")),
        schema="platform",
    )
    op.create_index(
        op.f("ix_platform_subscription_company_id"), "subscription", ["company_id"], unique=False, schema="platform"
    )
    op.create_index(
        "ix_subscription_one_running",
        "subscription",
        ["company_id"],
        unique=True,
        schema="platform",
        postgresql_where=sa.text("status NOT IN ('canceled', 'incomplete_expired')"),
    )
    op.create_table(
        "refund",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("stripe_id", sa.Text(), nullable=True),
        sa.Column("action_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("payment", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('wanted', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled', 'refused')",
            name=op.f("ck_refund_status"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refund_amount")),
        sa.ForeignKeyConstraint(
            ["action_id"], ["platform.operator_action.id"], name=op.f("fk_refund_action_id_operator_action")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_refund_company_id_company")),
        sa.ForeignKeyConstraint(["order_id"], ["platform.order.id"], name=op.f("fk_refund_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("action_id", name=op.f("uq_refund_action_id")),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_refund_stripe_id")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_refund_company_id"), "refund", ["company_id"], unique=False, schema="platform")
    op.create_index(op.f("ix_platform_refund_order_id"), "refund", ["order_id"], unique=False, schema="platform")
    op.create_index(op.f("ix_platform_refund_payment"), "refund", ["payment"], unique=False, schema="platform")
    op.create_table(
        "dispute",
        sa.Column("stripe_id", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("payment", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_dispute_company_id_company")),
        sa.ForeignKeyConstraint(["order_id"], ["platform.order.id"], name=op.f("fk_dispute_order_id_order")),
        sa.PrimaryKeyConstraint("stripe_id", name=op.f("pk_dispute")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_dispute_company_id"), "dispute", ["company_id"], unique=False, schema="platform")
    op.create_index(op.f("ix_platform_dispute_order_id"), "dispute", ["order_id"], unique=False, schema="platform")
    op.create_index(op.f("ix_platform_dispute_payment"), "dispute", ["payment"], unique=False, schema="platform")
    op.create_table(
        "reconcile_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("is_full", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.BigInteger(), nullable=False),
        sa.Column("different", sa.BigInteger(), nullable=False),
        sa.Column("repaired", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconcile_run")),
        schema="platform",
    )
    op.create_table(
        "reconcile_diff",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("ours", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("theirs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_because", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('missing', 'stale', 'amount', 'orphan', 'double_subscription', 'unknown_price', 'paid_twice', 'refund_failed', 'fraud_warning', 'dead_event')",
            name=op.f("ck_reconcile_diff_kind"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_reconcile_diff_company_id_company")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["platform.reconcile_run.id"], name=op.f("fk_reconcile_diff_run_id_reconcile_run"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconcile_diff")),
        schema="platform",
    )
    op.create_index(
        op.f("ix_platform_reconcile_diff_company_id"), "reconcile_diff", ["company_id"], unique=False, schema="platform"
    )
    op.create_index(op.f("ix_platform_reconcile_diff_run_id"), "reconcile_diff", ["run_id"], unique=False, schema="platform")
    op.create_index(
        "ix_reconcile_diff_open",
        "reconcile_diff",
        ["kind", "object_id"],
        unique=True,
        schema="platform",
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
