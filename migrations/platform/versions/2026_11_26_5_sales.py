"""What operators sell and say: announcements, limits of the platform, versions of products, voucher batches, SMS rates.

Products there are stay on sale: the payment provider has known their prices since they were first bought.  Batches there
are have no codes left to print.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_26_5_sales"
down_revision = "2026_11_26_4_help"

MOMENT = sa.DateTime(timezone=True)
KINDS = "('subscription', 'term', 'seats', 'feature', 'package', 'bundle', 'style_voucher', 'sms', 'topup')"
WITHHELD = """
    CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON platform.platform_settings
        FOR EACH ROW EXECUTE FUNCTION platform.refuse_rewriting();
    CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON platform.sms_rate
        FOR EACH ROW EXECUTE FUNCTION platform.refuse_rewriting();
    REVOKE UPDATE, DELETE ON platform.platform_settings, platform.sms_rate FROM {platform};
    GRANT UPDATE (ready_at) ON platform.product TO {platform};
"""
COUNTED = """
    UPDATE platform.voucher_batch SET count = codes.coded
    FROM (SELECT batch_id, count(*) AS coded FROM platform.voucher WHERE code_hash IS NOT NULL GROUP BY batch_id) AS codes
    WHERE codes.batch_id = voucher_batch.id
"""


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    _announcements()
    _limits()
    _products()
    _voucher_batches()
    database = op.get_bind().scalar(sa.text("SELECT current_database()"))
    op.execute(WITHHELD.format(platform=f'"{database}_platform"'))


def _announcements():
    op.create_table(
        "announcement",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("texts", postgresql.JSONB(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("may_be_dismissed", sa.Boolean(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("company_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("administrators_only", sa.Boolean(), nullable=False),
        sa.Column("begins_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.CheckConstraint("level IN ('info', 'warning', 'danger')", name=op.f("ck_announcement_level")),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > begins_at", name=op.f("ck_announcement_schedule")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
        sa.UniqueConstraint("key", name=op.f("uq_announcement_key")),
        schema="platform",
    )
    op.create_table(
        "announcement_dismissal",
        sa.Column("announcement_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["platform.announcement.id"],
            name=op.f("fk_announcement_dismissal_announcement_id_announcement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["platform.company.id"], name=op.f("fk_announcement_dismissal_company_id_company")
        ),
        sa.PrimaryKeyConstraint("announcement_id", "company_id", "member_id", name=op.f("pk_announcement_dismissal")),
        schema="platform",
    )
    op.create_index(
        op.f("ix_platform_announcement_dismissal_company_id"), "announcement_dismissal", ["company_id"], schema="platform"
    )


def _limits():
    op.create_table(
        "platform_settings",
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chosen", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_platform_settings")),
        schema="platform",
    )
    op.create_table(
        "sms_rate",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", MOMENT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint("credits BETWEEN 1 AND 1000", name=op.f("ck_sms_rate_credits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_rate")),
        schema="platform",
    )
    op.create_index("ix_sms_rate_country", "sms_rate", ["country", "valid_from"], schema="platform")


def _products():
    op.add_column("product", sa.Column("names", postgresql.JSONB(), server_default="{}", nullable=False), schema="platform")
    op.add_column("product", sa.Column("made_by", sa.Text(), server_default="", nullable=False), schema="platform")
    op.add_column("product", sa.Column("reason", sa.Text(), server_default="", nullable=False), schema="platform")
    op.add_column("product", sa.Column("ready_at", MOMENT, nullable=True), schema="platform")
    op.execute("UPDATE platform.product SET ready_at = created_at")
    op.drop_constraint(op.f("ck_product_kind"), "product", schema="platform")
    op.create_check_constraint(op.f("ck_product_kind"), "product", f"kind IN {KINDS}", schema="platform")


def _voucher_batches():
    op.add_column("voucher", sa.Column("taken_back_at", MOMENT, nullable=True), schema="platform")
    for column in (
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("price", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("currency", sa.Text(), server_default="", nullable=False),
        sa.Column("sealed_codes", sa.Text(), nullable=True),
        sa.Column("printed_at", MOMENT, nullable=True),
        sa.Column("printed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("print_key", sa.Text(), nullable=True),
    ):
        op.add_column("voucher_batch", column, schema="platform")
    op.create_unique_constraint(op.f("uq_voucher_batch_key"), "voucher_batch", ["key"], schema="platform")
    op.create_check_constraint(op.f("ck_voucher_batch_count"), "voucher_batch", "count BETWEEN 0 AND 10000", schema="platform")
    op.execute(COUNTED)
