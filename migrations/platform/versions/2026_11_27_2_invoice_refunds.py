"""Remember the paid invoices of subscriptions, so that they can be refunded, and what a subscription brings each month.

The running release keeps working: it writes neither.  Until a subscription is looked at again its monthly amount is
worked out of its product; paid invoices of before are taken in by the weekly comparison with the payment provider.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_2_invoice_refunds"
down_revision = "2026_11_27_1_sms_costs"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("subscription", sa.Column("monthly", sa.BigInteger(), nullable=True), schema="platform")
    op.create_table(
        "subscription_invoice",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("stripe_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("subscription_id", sa.Text(), nullable=False),
        sa.Column("payment", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("total > 0 AND returned BETWEEN 0 AND total", name=op.f("ck_subscription_invoice_total")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["platform.company.id"], name=op.f("fk_subscription_invoice_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["platform.subscription.stripe_id"],
            name=op.f("fk_subscription_invoice_subscription_id_subscription"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription_invoice")),
        sa.UniqueConstraint("payment", name=op.f("uq_subscription_invoice_payment")),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_subscription_invoice_stripe_id")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_subscription_invoice_number"), "subscription_invoice", ["number"], schema="platform")
    op.create_index("ix_subscription_invoice_company", "subscription_invoice", ["company_id", "id"], schema="platform")
    op.create_index("ix_subscription_invoice_paid_at", "subscription_invoice", ["paid_at"], schema="platform")
