"""What was said, cut into pieces that an index finds, for Chinese as for other languages.

Words cannot be told apart in Chinese without a dictionary, so the pieces are characters and pairs of characters there,
and two or three characters in a row elsewhere.  A search looks for the pieces first and then for the words in the few
conversations that have them all.  The pieces are kept when a conversation ends: posting pays nothing, and the
conversations still open are few enough to be read.  They are kept as numbers (CRC-32), which only ever finds too much.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Mapped, mapped_column

from chat.conversations.messages import Message
from core.db import TenantModel, db

_CJK = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")


class Said(TenantModel):
    """The pieces of everything said in a conversation that has ended."""

    __tablename__ = "said"
    __table_args__ = (sa.Index("ix_said_pieces", "pieces", postgresql_using="gin"),)

    conversation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    pieces: Mapped[list[int]] = mapped_column(ARRAY(sa.Integer))

    @classmethod
    def remember(cls, conversation_id: int) -> None:
        """Make a conversation findable by what was said in it until now.  Doing so again is harmless."""
        texts = db.session.scalars(sa.select(Message.body).where(Message.conversation_id == conversation_id))
        row = insert(cls).values(conversation_id=conversation_id, pieces=pieces_of(texts))
        db.session.execute(
            row.on_conflict_do_update(index_elements=[cls.conversation_id], set_={"pieces": row.excluded.pieces})
        )

    @classmethod
    def catch_up(cls, at_most: int = 2000) -> None:
        """Remember conversations that ended without it: an earlier release, or another hand, has closed them."""
        missing = sa.text(
            "SELECT id FROM conversation WHERE closed_at IS NOT NULL"
            " AND NOT EXISTS (SELECT FROM said WHERE conversation_id = conversation.id) ORDER BY id DESC LIMIT :at_most"
        )
        for (conversation_id,) in db.session.execute(missing, {"at_most": at_most}).all():
            cls.remember(conversation_id)


def folded(text: str) -> str:
    """Full and half width, large and small letters made the same; spaces folded."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def has_cjk(text: str) -> bool:
    return bool(_CJK.search(text))


def pieces_of(texts: Iterable[str]) -> list[int]:
    """The pieces of some texts.  Those of any part of a text are among them."""
    return sorted({_number(piece) for text in texts for piece in _pieces(folded(text))})


def _pieces(text: str) -> Iterable[str]:
    for at, character in enumerate(text):
        if at + 2 <= len(text):
            yield text[at : at + 2]
        if _CJK.match(character):
            yield character
        elif at + 3 <= len(text):
            yield text[at : at + 3]


def _number(piece: str) -> int:
    return zlib.crc32(piece.encode()) - 2**31
