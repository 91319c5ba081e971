"""Messages: what was said, by whom, in which order."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chat.conversations.files import File
from core.clock import now
from core.db import TenantModel, identity, in_order_of

AT_MOST = 4000


class Message(TenantModel):
    """One message.  `seq` counts within the conversation without holes; `client_id` makes sending it again harmless.

    Rows are written by the one statement in chat/conversations/posting.sql.
    """

    __tablename__ = "message"
    __table_args__ = (
        sa.UniqueConstraint("conversation_id", "seq"),
        sa.UniqueConstraint("conversation_id", "client_id", name="uq_message_client_id"),
        sa.CheckConstraint("author_kind IN ('visitor', 'member', 'system')", name="author_kind"),
        in_order_of("message", "created_at"),
    )

    id: Mapped[int] = identity()
    conversation_id: Mapped[int] = mapped_column(sa.ForeignKey("conversation.id", ondelete="CASCADE"))
    seq: Mapped[int]
    client_id: Mapped[uuid.UUID]
    author_kind: Mapped[str]
    author_id: Mapped[int | None]
    author_name: Mapped[str] = mapped_column(default="", server_default="")
    body: Mapped[str] = mapped_column(default="", server_default="")
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"))
    created_at: Mapped[datetime] = mapped_column(default=now, server_default=sa.func.now())

    file: Mapped[File | None] = relationship(lazy="joined")

    def as_dict(self) -> dict:
        return {
            "conversation_id": self.conversation_id,
            "seq": self.seq,
            "message_id": self.id,
            "client_id": str(self.client_id),
            "author": {"kind": self.author_kind, "id": self.author_id, "name": self.author_name},
            "text": self.body,
            "file": self.file.as_dict() if self.file else None,
            "at": self.created_at.isoformat(),
        }
