"""Money: accounts, the ledger, orders, vouchers, documents, operators' actions.

All tables are new.  The columns added to company and grant have defaults, so the running release keeps working.

The owner needs USAGE on plpgsql for the triggers: `database prepare` gives it.  Nobody who signs in has it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_ledger"
down_revision = "2026_11_22"

FUNCTIONS = """
    CREATE SEQUENCE platform.order_number;
    CREATE SEQUENCE platform.entitlements_version;

    CREATE FUNCTION platform.refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON platform.ledger_transaction
        FOR EACH ROW EXECUTE FUNCTION platform.refuse_rewriting();
    CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON platform.ledger_entry
        FOR EACH ROW EXECUTE FUNCTION platform.refuse_rewriting();

    CREATE FUNCTION platform.ledger_must_balance() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM platform.ledger_entry WHERE transaction_id = NEW.transaction_id GROUP BY unit HAVING sum(amount) <> 0) THEN
            RAISE EXCEPTION 'ledger transaction % does not balance', NEW.transaction_id USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.unit <> (SELECT unit FROM platform.ledger_account WHERE id = NEW.account_id) THEN
            RAISE EXCEPTION 'ledger transaction % mixes units', NEW.transaction_id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER must_balance AFTER INSERT ON platform.ledger_entry DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION platform.ledger_must_balance();

    CREATE FUNCTION platform.rights_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- From a sequence, not one more: a number that was rolled back never comes again for other rights.
        UPDATE platform.company SET entitlements_version = nextval('platform.entitlements_version'), rights_due_at = 'epoch'
        WHERE id = COALESCE(NEW.company_id, OLD.company_id);
        RETURN NULL;
    END $$;
    CREATE TRIGGER rights_changed AFTER INSERT OR UPDATE OR DELETE ON platform."grant"
        FOR EACH ROW EXECUTE FUNCTION platform.rights_changed();
    UPDATE platform.company SET rights_due_at = 'epoch';
"""
# What is sold, posted or issued stays as it is, whoever signs in.
WITHHELD = """
    REVOKE UPDATE, DELETE ON platform.ledger_transaction, platform.ledger_entry, platform.order_return FROM {platform};
    REVOKE UPDATE, DELETE ON platform.product, platform.document FROM {platform};
    GRANT UPDATE (withdrawn_at) ON platform.product TO {platform};
    GRANT UPDATE (pdf, pdf_sha256) ON platform.document TO {platform};
    REVOKE DELETE ON platform."order", platform.order_line, platform.ledger_account, platform.operator_action FROM {platform}
"""


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "document_counter",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "year", name=op.f("pk_document_counter")),
        schema="platform",
    )
    op.create_table(
        "product",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prices", postgresql.JSONB(), nullable=False),
        sa.Column("rights", postgresql.JSONB(), nullable=False),
        sa.Column("months", sa.BigInteger(), nullable=False),
        sa.Column("gives", postgresql.JSONB(), nullable=False),
        sa.Column("contents", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('subscription', 'term', 'seats', 'feature', 'package', 'style_voucher', 'sms', 'topup')",
            name=op.f("ck_product_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_product_code")),
        schema="platform",
    )
    op.create_table(
        "billing_account",
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("legal_name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("tax_id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("stripe_customer_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_billing_account_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_billing_account")),
        sa.UniqueConstraint("stripe_customer_id", name=op.f("uq_billing_account_stripe_customer_id")),
        schema="platform",
    )
    op.create_table(
        "ledger_account",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=True),
        sa.Column("held", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "company_id IS NULL OR CASE code WHEN 'debt' THEN balance <= 0 AND held = 0 ELSE balance >= held END",
            name=op.f("ck_ledger_account_never_overspent"),
        ),
        sa.CheckConstraint("(company_id IS NULL) = (balance IS NULL)", name=op.f("ck_ledger_account_balance")),
        sa.CheckConstraint("held >= 0", name=op.f("ck_ledger_account_held")),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_ledger_account_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint(
            "company_id", "code", "unit", name=op.f("uq_ledger_account_company_id"), postgresql_nulls_not_distinct=True
        ),
        schema="platform",
    )
    op.create_table(
        "ledger_transaction",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_ledger_transaction_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transaction")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_transaction_key")),
        schema="platform",
    )
    op.create_index(
        op.f("ix_platform_ledger_transaction_company_id"), "ledger_transaction", ["company_id"], unique=False, schema="platform"
    )
    op.create_index(
        op.f("ix_platform_ledger_transaction_order_no"), "ledger_transaction", ["order_no"], unique=False, schema="platform"
    )
    op.create_table(
        "operator_action",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(), nullable=False),
        sa.Column("worth", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_operator_action_reason")),
        sa.CheckConstraint("status IN ('waiting', 'done', 'declined')", name=op.f("ck_operator_action_status")),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> operator", name=op.f("ck_operator_action_second_person")),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_operator_action_company_id_company")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["platform.operator_action.id"], name=op.f("fk_operator_action_reverses_id_operator_action")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_action")),
        sa.UniqueConstraint("key", name=op.f("uq_operator_action_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_operator_action_reverses_id")),
        schema="platform",
    )
    op.create_index("ix_operator_action_company", "operator_action", ["company_id", "id"], unique=False, schema="platform")
    op.create_table(
        "order",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("payment", sa.Text(), nullable=True),
        sa.Column("tax", postgresql.JSONB(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "status IN ('open', 'waiting_for_payment', 'paid', 'failed', 'expired', 'superseded', 'refunded')",
            name=op.f("ck_order_status"),
        ),
        sa.CheckConstraint("total >= 0 AND returned BETWEEN 0 AND total", name=op.f("ck_order_total")),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_order_company_id_company")),
        sa.ForeignKeyConstraint(["superseded_by_id"], ["platform.order.id"], name=op.f("fk_order_superseded_by_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order")),
        sa.UniqueConstraint("company_id", "key", name=op.f("uq_order_company_id")),
        sa.UniqueConstraint("order_no", name=op.f("uq_order_order_no")),
        sa.UniqueConstraint("payment", name=op.f("uq_order_payment")),
        schema="platform",
    )
    op.create_index("ix_order_company", "order", ["company_id", "placed_at"], unique=False, schema="platform")
    op.create_index(
        "ix_order_one_open",
        "order",
        ["company_id", "purpose"],
        unique=True,
        schema="platform",
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "style_term",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("style_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_style_term_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_style_term")),
        sa.UniqueConstraint("company_id", "reason", name=op.f("uq_style_term_company_id")),
        schema="platform",
    )
    op.create_index("ix_style_term_style", "style_term", ["company_id", "style_id"], unique=False, schema="platform")
    op.create_table(
        "trial_claim",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('company', 'email', 'phone', 'domain', 'card')", name=op.f("ck_trial_claim_kind")),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_trial_claim_company_id_company")),
        sa.PrimaryKeyConstraint("kind", "hash", name=op.f("pk_trial_claim")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_trial_claim_company_id"), "trial_claim", ["company_id"], unique=False, schema="platform")
    op.create_table(
        "voucher_batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("gives", postgresql.JSONB(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_voucher_batch_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_batch")),
        schema="platform",
    )
    op.create_index(
        op.f("ix_platform_voucher_batch_company_id"), "voucher_batch", ["company_id"], unique=False, schema="platform"
    )
    op.create_table(
        "ledger_entry",
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("balance_after", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_ledger_entry_amount")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["platform.ledger_account.id"], name=op.f("fk_ledger_entry_account_id_ledger_account")
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["platform.ledger_transaction.id"],
            name=op.f("fk_ledger_entry_transaction_id_ledger_transaction"),
        ),
        sa.PrimaryKeyConstraint("transaction_id", "account_id", name=op.f("pk_ledger_entry")),
        schema="platform",
    )
    op.create_index(
        "ix_ledger_entry_account", "ledger_entry", ["account_id", "transaction_id"], unique=False, schema="platform"
    )
    op.create_table(
        "ledger_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('held', 'captured', 'released', 'expired')", name=op.f("ck_ledger_hold_status")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ledger_hold_amount")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["platform.ledger_account.id"], name=op.f("fk_ledger_hold_account_id_ledger_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_hold")),
        schema="platform",
    )
    op.create_index(
        "ix_ledger_hold_open",
        "ledger_hold",
        ["expires_at"],
        unique=False,
        schema="platform",
        postgresql_where=sa.text("status = 'held'"),
    )
    op.create_table(
        "order_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("package_id", sa.BigInteger(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_amount", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_line_quantity")),
        sa.CheckConstraint("returned BETWEEN 0 AND amount", name=op.f("ck_order_line_returned")),
        sa.ForeignKeyConstraint(["order_id"], ["platform.order.id"], name=op.f("fk_order_line_order_id_order")),
        sa.ForeignKeyConstraint(["package_id"], ["platform.product.id"], name=op.f("fk_order_line_package_id_product")),
        sa.ForeignKeyConstraint(["product_id"], ["platform.product.id"], name=op.f("fk_order_line_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_order_line_order_id"), "order_line", ["order_id"], unique=False, schema="platform")
    op.create_table(
        "order_return",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("line_ids", postgresql.JSONB(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_order_return_amount")),
        sa.ForeignKeyConstraint(["order_id"], ["platform.order.id"], name=op.f("fk_order_return_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_return")),
        sa.UniqueConstraint("key", name=op.f("uq_order_return_key")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_order_return_order_id"), "order_return", ["order_id"], unique=False, schema="platform")
    op.create_table(
        "document",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("return_id", sa.BigInteger(), nullable=True),
        sa.Column("corrects_id", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("seller", postgresql.JSONB(), nullable=False),
        sa.Column("buyer", postgresql.JSONB(), nullable=False),
        sa.Column("tax", postgresql.JSONB(), nullable=False),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.Column("pdf_sha256", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('invoice', 'receipt', 'credit_note')", name=op.f("ck_document_kind")),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_document_company_id_company")),
        sa.ForeignKeyConstraint(["corrects_id"], ["platform.document.id"], name=op.f("fk_document_corrects_id_document")),
        sa.ForeignKeyConstraint(["order_id"], ["platform.order.id"], name=op.f("fk_document_order_id_order")),
        sa.ForeignKeyConstraint(["return_id"], ["platform.order_return.id"], name=op.f("fk_document_return_id_order_return")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("kind", "year", "number", name=op.f("uq_document_kind")),
        sa.UniqueConstraint("return_id", name=op.f("uq_document_return_id")),
        schema="platform",
    )
    op.create_index("ix_document_company", "document", ["company_id", "id"], unique=False, schema="platform")
    op.create_index(op.f("ix_platform_document_order_id"), "document", ["order_id"], unique=False, schema="platform")
    op.create_table(
        "voucher",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("order_line_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("code_hash", sa.Text(), nullable=True),
        sa.Column("gives", postgresql.JSONB(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("redeemed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("redeemed_for_style", sa.BigInteger(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(redeemed_at IS NULL) = (redeemed_by_id IS NULL)", name=op.f("ck_voucher_redeemed")),
        sa.CheckConstraint("code_hash IS NOT NULL OR company_id IS NOT NULL", name=op.f("ck_voucher_reachable")),
        sa.CheckConstraint("redeemed_at IS NULL OR voided_at IS NULL", name=op.f("ck_voucher_state")),
        sa.ForeignKeyConstraint(["batch_id"], ["platform.voucher_batch.id"], name=op.f("fk_voucher_batch_id_voucher_batch")),
        sa.ForeignKeyConstraint(["company_id"], ["platform.company.id"], name=op.f("fk_voucher_company_id_company")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["platform.order_line.id"], name=op.f("fk_voucher_order_line_id_order_line")
        ),
        sa.ForeignKeyConstraint(["redeemed_by_id"], ["platform.company.id"], name=op.f("fk_voucher_redeemed_by_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_voucher_code_hash")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_voucher_batch_id"), "voucher", ["batch_id"], unique=False, schema="platform")
    op.create_index(op.f("ix_platform_voucher_order_line_id"), "voucher", ["order_line_id"], unique=False, schema="platform")
    op.create_index(op.f("ix_platform_voucher_redeemed_by_id"), "voucher", ["redeemed_by_id"], unique=False, schema="platform")
    op.create_index(
        "ix_voucher_drawer",
        "voucher",
        ["company_id"],
        unique=False,
        schema="platform",
        postgresql_where=sa.text("redeemed_at IS NULL AND voided_at IS NULL"),
    )
    op.add_column(
        "company", sa.Column("entitlements_version", sa.BigInteger(), server_default="0", nullable=False), schema="platform"
    )
    op.add_column("company", sa.Column("rights_due_at", sa.DateTime(timezone=True), nullable=True), schema="platform")
    op.create_index(op.f("ix_platform_company_rights_due_at"), "company", ["rights_due_at"], unique=False, schema="platform")
    op.add_column("grant", sa.Column("product", sa.Text(), server_default="", nullable=False), schema="platform")
    op.execute(FUNCTIONS)
    database = op.get_bind().scalar(sa.text("SELECT current_database()"))
    op.execute(WITHHELD.format(platform=f'"{database}_platform"'))
