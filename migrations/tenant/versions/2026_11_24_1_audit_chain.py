"""The audit log as a hash chain.

The running release keeps working: what it adds has no place in the chain, and is counted as such when it is checked.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_1_audit_chain"
down_revision = "2026_11_23_8_offline_messages"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "audit_head",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.add_column("audit_entry", sa.Column("operator_id", sa.BigInteger(), nullable=True))
    op.add_column("audit_entry", sa.Column("seq", sa.BigInteger(), nullable=True))
    op.add_column("audit_entry", sa.Column("salt", sa.Text(), nullable=True))
    op.add_column("audit_entry", sa.Column("digest", sa.Text(), nullable=True))
    op.add_column("audit_entry", sa.Column("hash", sa.Text(), nullable=True))
    op.create_unique_constraint(op.f("uq_audit_entry_seq"), "audit_entry", ["seq"])
