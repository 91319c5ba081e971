"""The people who run the platform, how they come in, and what they did.

What they did is only added to: neither the platform's login nor anybody else changes or deletes it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_26_1_operators"
down_revision = "2026_11_24_audit_anchors"

ONLY_ADDED_TO = """
    CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON platform.operator_entry
        FOR EACH ROW EXECUTE FUNCTION platform.refuse_rewriting();
    CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON platform.operator_anchor
        FOR EACH ROW EXECUTE FUNCTION platform.refuse_rewriting();
    REVOKE UPDATE, DELETE ON platform.operator_entry, platform.operator_anchor FROM {platform};
    REVOKE DELETE ON platform.operator, platform.operator_head FROM {platform}
"""


def upgrade():
    _people()
    _second_factors()
    _log()
    database = op.get_bind().scalar(sa.text("SELECT current_database()"))
    op.execute(ONLY_ADDED_TO.format(platform=f'"{database}_platform"'))


def _moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _id() -> sa.Column:
    return sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False)


def _of_operator(table: str) -> list:
    return [
        sa.Column("operator_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["platform.operator.id"], name=op.f(f"fk_{table}_operator_id_operator")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _people() -> None:
    op.create_table(
        "operator",
        _id(),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        _moment("password_changed_at", nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        _moment("created_at"),
        _moment("joined_at", nullable=True),
        _moment("disabled_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator")),
        sa.UniqueConstraint("email", name=op.f("uq_operator_email")),
        schema="platform",
    )
    op.create_table(
        "operator_session",
        _id(),
        sa.Column("token_hash", sa.Text(), nullable=False),
        _moment("created_at"),
        _moment("last_used_at"),
        _moment("ended_at", nullable=True),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("browser_hash", sa.Text(), nullable=True),
        _moment("proved_at"),
        *_of_operator("operator_session"),
        sa.UniqueConstraint("token_hash", name=op.f("uq_operator_session_token_hash")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_operator_session_operator_id"), "operator_session", ["operator_id"], schema="platform")
    op.create_table(
        "operator_link",
        _id(),
        sa.Column("token_hash", sa.Text(), nullable=False),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        *_of_operator("operator_link"),
        sa.UniqueConstraint("token_hash", name=op.f("uq_operator_link_token_hash")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_operator_link_operator_id"), "operator_link", ["operator_id"], schema="platform")
    op.create_table(
        "operator_mail",
        _id(),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        _moment("created_at"),
        _moment("due_at"),
        _moment("sent_at", nullable=True),
        _moment("given_up_at", nullable=True),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        *_of_operator("operator_mail"),
        schema="platform",
    )
    still = sa.text("sent_at IS NULL AND given_up_at IS NULL")
    op.create_index("ix_operator_mail_due", "operator_mail", ["due_at"], schema="platform", postgresql_where=still)


def _second_factors() -> None:
    op.create_table(
        "operator_app",
        _id(),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        _moment("created_at"),
        _moment("confirmed_at", nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        *_of_operator("operator_app"),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_operator_app_operator_id"), "operator_app", ["operator_id"], schema="platform")
    op.create_index(
        "uq_operator_app_confirmed",
        "operator_app",
        ["operator_id"],
        unique=True,
        schema="platform",
        postgresql_where=sa.text("confirmed_at IS NOT NULL"),
    )
    op.create_table(
        "operator_recovery_code",
        _id(),
        sa.Column("code_hash", sa.Text(), nullable=False),
        _moment("used_at", nullable=True),
        *_of_operator("operator_recovery_code"),
        schema="platform",
    )
    op.create_index(
        op.f("ix_platform_operator_recovery_code_operator_id"), "operator_recovery_code", ["operator_id"], schema="platform"
    )
    op.create_table(
        "operator_passkey",
        _id(),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_backed_up", sa.Boolean(), nullable=False),
        _moment("created_at"),
        _moment("last_used_at", nullable=True),
        *_of_operator("operator_passkey"),
        sa.UniqueConstraint("credential_id", name=op.f("uq_operator_passkey_credential_id")),
        schema="platform",
    )
    op.create_index(op.f("ix_platform_operator_passkey_operator_id"), "operator_passkey", ["operator_id"], schema="platform")


def _log() -> None:
    op.create_table(
        "operator_entry",
        _id(),
        _moment("at"),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_entry")),
        sa.UniqueConstraint("seq", name=op.f("uq_operator_entry_seq")),
        schema="platform",
    )
    for column in ("at", "operator_id", "company_id"):
        op.create_index(op.f(f"ix_platform_operator_entry_{column}"), "operator_entry", [column], schema="platform")
    op.create_table(
        "operator_head",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_head")),
        schema="platform",
    )
    op.create_table(
        "operator_anchor",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        _moment("at"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_operator_anchor")),
        schema="platform",
    )
