"""Search anything (Ctrl+K): visitors, what was said, offline messages, talks; each as far as the member may see it.

Nothing is found that the guarded doors would not open.  See chat/conversations/said.py for how words are found in conversations.
"""

from typing import NamedTuple

import sqlalchemy as sa

from chat.conversations.access import visible_to
from chat.conversations.conversations import Conversation
from chat.conversations.messages import Message
from chat.conversations.said import Said, folded, has_cjk, pieces_of
from chat.conversations.talks import Talk, TalkMember, TalkMessage
from chat.offline.messages import OfflineMessage
from chat.visitors.visitors import IS_KNOWN, Visitor
from core.db import db
from core.text import literal, tidy
from tenants.people.members import Member

AT_MOST = 20
LONGEST = 100
NEWEST = 300
AROUND = 40
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


class Hit(NamedTuple):
    """Where a text was found: the conversation or talk, the number of the message, and what stands around it."""

    where: Conversation | Talk
    seq: int
    excerpt: str


class Search:
    """What one member finds for some words.  Each kind is asked for by itself, the newest first, at most twenty."""

    def __init__(self, member: Member, text: str):
        # Half of a surrogate pair can be neither kept nor found.
        self._member, self._text = member, tidy(text.encode(errors="ignore").decode(), LONGEST)
        self._patterns = [f"%{literal(spelling)}%" for spelling in _spellings(self._text)]

    @property
    def is_enough(self) -> bool:
        """One Chinese character says something, one letter does not."""
        return len(self._text) > 1 or has_cjk(self._text)

    @property
    def visitors(self) -> list[Visitor]:
        """By name, mail, phone, company or customer number."""
        named = sa.and_(
            sa.text(f"({IS_KNOWN})"),
            sa.or_(*map(self._in, (Visitor.name, Visitor.email, Visitor.phone, Visitor.company))),
        )
        found = self._newest_visitors(named)
        numbered = self._newest_visitors(Visitor.id == self._number) if self._number else []
        return list(dict.fromkeys(numbered + found))[:AT_MOST]

    @property
    def conversations(self) -> list[Hit]:
        """By what was said in them; the newest place in each."""
        visible = sa.select(Conversation.id).where(visible_to(self._member)).order_by(Conversation.id.desc())
        # A common word is among the newest.  Only for a rare one the index is quicker than reading.
        found = self._said_in(visible.limit(NEWEST))
        return found if len(found) == AT_MOST else self._said_in(visible.where(Conversation.id.in_(self._candidates())))

    @property
    def offline_messages(self) -> list[OfflineMessage]:
        if not self._member.may("offline_messages.handle"):
            return []
        columns = OfflineMessage.text, OfflineMessage.name, OfflineMessage.email, OfflineMessage.phone
        found = sa.select(OfflineMessage).where(sa.or_(*map(self._in, columns)))
        return list(db.session.scalars(found.order_by(OfflineMessage.id.desc()).limit(AT_MOST)))

    @property
    def talks(self) -> list[Hit]:
        """His own, by title or by what was said in them."""
        newest = (
            sa.select(TalkMessage.seq, TalkMessage.body)
            .where(TalkMessage.talk_id == Talk.id, self._in(TalkMessage.body))
            .order_by(TalkMessage.seq.desc())
            .limit(1)
            .lateral()
        )
        query = (
            sa.select(Talk, sa.func.coalesce(newest.c.seq, Talk.last_seq), sa.func.coalesce(newest.c.body, ""))
            .join(TalkMember, sa.and_(TalkMember.talk_id == Talk.id, TalkMember.member_id == self._member.id))
            .outerjoin(newest, sa.true())
            .where(sa.or_(newest.c.seq.is_not(None), self._in(Talk.title)))
            .order_by(sa.func.coalesce(Talk.last_message_at, Talk.opened_at).desc())
        )
        return [self._hit(*row) for row in db.session.execute(query.limit(AT_MOST))]

    @property
    def colleagues(self) -> list[Member]:
        """By name or agent number."""
        sought = folded(self._text)
        return [one for one in Member.all() if sought in folded(one.name) or sought in folded(one.number)][:AT_MOST]

    @property
    def _number(self) -> int | None:
        digits = folded(self._text)
        return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else None

    def _newest_visitors(self, condition) -> list[Visitor]:
        query = sa.select(Visitor).where(condition).order_by(Visitor.id.desc()).limit(AT_MOST)
        if not self._member.may("visitors.see"):
            met = sa.exists().where(Conversation.visitor_id == Visitor.id, visible_to(self._member))
            query = query.where(met)
        return list(db.session.scalars(query))

    def _candidates(self) -> sa.CompoundSelect:
        """The conversations in which it may have been said: those that ended, by their pieces, and all that have not."""
        ended = sa.select(Said.conversation_id).where(Said.pieces.contains(pieces_of([self._text])))
        return ended.union_all(sa.select(Conversation.id).where(Conversation.closed_at.is_(None)))

    def _said_in(self, ids: sa.Select) -> list[Hit]:
        """Where it was said in these conversations."""
        newest = (
            sa.select(Message.seq, Message.body)
            .where(Message.conversation_id == Conversation.id, self._in(Message.body))
            .order_by(Message.seq.desc())
            .limit(1)
            .lateral()
        )
        ids = ids.subquery()
        query = sa.select(Conversation, newest.c.seq, newest.c.body).join(ids, ids.c.id == Conversation.id)
        query = query.join(newest, sa.true()).order_by(Conversation.id.desc()).limit(AT_MOST)
        return [self._hit(*row) for row in db.session.execute(query)]

    def _in(self, column) -> sa.ColumnElement[bool]:
        return sa.or_(*(column.ilike(pattern, escape="\\") for pattern in self._patterns))

    def _hit(self, where: Conversation | Talk, seq: int, body: str) -> Hit:
        return Hit(where, seq, excerpt(body, self._text))


def excerpt(text: str, sought: str) -> str:
    """The part of a text around what was sought, on one line."""
    text = " ".join(text.split())
    at = max(0, folded(text).find(folded(sought)))
    begin, end = max(0, at - AROUND), at + len(sought) + AROUND
    return "…" * (begin > 0) + text[begin:end] + "…" * (end < len(text))


def _spellings(text: str) -> set[str]:
    """As it was typed, in half width, and, of letters and digits, in full width."""
    half = folded(text)
    return {text.lower(), half, half.translate(_FULL_WIDTH)}
