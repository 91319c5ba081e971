"""What gateways charge us for a segment, and how many segments they took, by day, company and country.

The running release keeps working: nothing of its own is changed.  What was sent before is not counted: the countries of
those numbers are nowhere written down.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_1_sms_costs"
down_revision = "2026_11_26_8_abuse"

WITHHELD = """
    CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON platform.sms_cost
        FOR EACH ROW EXECUTE FUNCTION platform.refuse_rewriting();
    REVOKE UPDATE, DELETE ON platform.sms_cost FROM {platform};
    REVOKE DELETE ON platform.sms_count FROM {platform};
"""


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "sms_cost",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("micros BETWEEN 0 AND 1000000000", name=op.f("ck_sms_cost_micros")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_cost")),
        schema="platform",
    )
    op.create_table(
        "sms_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("segments", sa.BigInteger(), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("segments > 0 AND credits >= 0", name=op.f("ck_sms_count_amounts")),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_sms_count_company_id_company")),
        sa.PrimaryKeyConstraint("day", "company_id", "country", "gateway", name=op.f("pk_sms_count")),
        schema="platform",
    )
    database = op.get_bind().scalar(sa.text("SELECT current_database()"))
    op.execute(WITHHELD.format(platform=f'"{database}_platform"'))
