"""Let colleagues talk to each other, and find what was said.

The running release keeps working: a file belongs to a conversation or to a talk, and the release knows the first kind only.
What it closes is made findable by the next night's round.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_colleagues"
down_revision = "2026_11_22_assignment"

IS_KNOWN = "name <> '' OR email <> '' OR phone <> '' OR company <> ''"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "talk",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("pair", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["opened_by_id"], ["member.id"], name=op.f("fk_talk_opened_by_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk")),
        sa.UniqueConstraint("pair", name=op.f("uq_talk_pair")),
    )
    op.create_table(
        "talk_member",
        sa.Column("talk_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("read_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_talk_member_member_id_member")),
        sa.ForeignKeyConstraint(["talk_id"], ["talk.id"], name=op.f("fk_talk_member_talk_id_talk"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("talk_id", "member_id", name=op.f("pk_talk_member")),
    )
    op.create_index(op.f("ix_talk_member_member_id"), "talk_member", ["member_id"], unique=False)
    op.alter_column("file", "conversation_id", nullable=True)
    op.add_column("file", sa.Column("talk_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_file_talk_id_talk"), "file", "talk", ["talk_id"], ["id"], ondelete="CASCADE")
    op.create_check_constraint(op.f("ck_file_one_place"), "file", "num_nonnulls(conversation_id, talk_id) = 1")
    op.create_index(op.f("ix_file_talk_id"), "file", ["talk_id"], unique=False)
    op.create_table(
        "talk_message",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("talk_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["member.id"], name=op.f("fk_talk_message_author_id_member")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_talk_message_file_id_file")),
        sa.ForeignKeyConstraint(["talk_id"], ["talk.id"], name=op.f("fk_talk_message_talk_id_talk"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_message")),
        sa.UniqueConstraint("talk_id", "client_id", name="uq_talk_message_client_id"),
        sa.UniqueConstraint("talk_id", "seq", name=op.f("uq_talk_message_talk_id")),
    )
    op.create_table(
        "said",
        sa.Column("conversation_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pieces", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_said_conversation_id_conversation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_said")),
    )
    op.create_index("ix_said_pieces", "said", ["pieces"], unique=False, postgresql_using="gin")
    op.create_index("ix_visitor_known", "visitor", ["id"], unique=False, postgresql_where=sa.text(IS_KNOWN))
