"""Remember what was said by itself, and what people wrote last.

The running release keeps working: it writes none of it.  A conversation whose last word nobody has counted goes by its
last message: until now people wrote them all.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_3_prompts"
down_revision = "2026_11_23_2_appearance"

TEXTS = "greeting", "after_connect", "unanswered", "repeated", "no_reaction"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("conversation", sa.Column("last_word_seq", sa.BigInteger(), nullable=True))
    op.add_column("conversation", sa.Column("answered_seq", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "automatic_message",
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("stretch", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_automatic_message_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "kind", "stretch", "count", name=op.f("pk_automatic_message")),
    )
    op.create_table(
        "own_prompts",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_own_prompts_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_own_prompts")),
    )
