"""Conversations: what a visitor and the team say to each other, from the first message to closure."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chat.conversations.assignment import Assigned
from chat.conversations.confirmations import Confirmations
from chat.conversations.messages import Message
from chat.conversations.ratings import Ratings
from chat.conversations.said import Said
from chat.styles.sites import Site
from chat.visitors.visitors import Visitor
from chat.visitors.visits import Visit
from core.clock import now
from core.db import TenantModel, db, identity, in_order_of, lock, record
from core.events import dataclass_event
from tenants.companies.company import current_company
from tenants.people.members import Member

PAGE = 200


@dataclass_event
class ConversationOpened:
    company_id: int
    conversation_id: int


@dataclass_event
class ConversationClosed:
    company_id: int
    conversation_id: int


@dataclass_event
class ConversationRead:
    company_id: int
    conversation_id: int
    side: str
    seq: int


class Conversation(Assigned, Ratings, Confirmations, TenantModel):
    """Waiting until an agent accepts it, open until somebody ends it."""

    __tablename__ = "conversation"
    __table_args__ = (
        # A visitor has one conversation at a time, however many tabs ask for it at once.
        sa.Index("uq_conversation_open_visitor", "visitor_id", unique=True, postgresql_where=sa.text("closed_at IS NULL")),
        sa.Index("ix_conversation_open", "assigned_to_id", postgresql_where=sa.text("closed_at IS NULL")),
        sa.CheckConstraint("rating_score BETWEEN 1 AND 5", name="rating_score"),
        in_order_of("conversation", "opened_at"),
        {"postgresql_with": {"fillfactor": 70}},
    )

    id: Mapped[int] = identity()
    visitor_id: Mapped[int] = mapped_column(sa.ForeignKey("visitor.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"))
    visit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("visit.id", ondelete="SET NULL"))
    opened_at: Mapped[datetime] = mapped_column(default=now)
    accepted_at: Mapped[datetime | None]
    assigned_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    closed_at: Mapped[datetime | None]
    closed_by_kind: Mapped[str | None]
    closed_by_id: Mapped[int | None]
    last_seq: Mapped[int] = mapped_column(default=0, server_default="0")
    last_message_at: Mapped[datetime | None]
    # The last message a person wrote, and the last one by the team; written as they are posted.  None: nobody has counted.
    last_word_seq: Mapped[int | None]
    answered_seq: Mapped[int] = mapped_column(default=0, server_default="0")
    visitor_read_seq: Mapped[int] = mapped_column(default=0, server_default="0")
    team_read_seq: Mapped[int] = mapped_column(default=0, server_default="0")
    # Who may receive it (chat/reception/scopes.py), as was found when the visit began; None: everybody.
    scope: Mapped[dict | None] = mapped_column(JSONB(none_as_null=True))

    visitor: Mapped[Visitor] = relationship(lazy="joined", innerjoin=True)
    assigned_to: Mapped[Member | None] = relationship(lazy="joined")

    @classmethod
    def of_visitor(cls, visitor: Visitor) -> "Conversation | None":
        """The conversation the visitor is in now."""
        return db.session.scalar(sa.select(cls).where(cls.visitor_id == visitor.id, cls.closed_at.is_(None)))

    @classmethod
    def open_for(cls, visitor: Visitor, site: Site, visit: Visit | None = None, scope: dict | None = None) -> "Conversation":
        """The visitor's conversation, opened if there is none.  Two tabs asking at once get the same one.

        Raises StyleNotInUse.
        """
        site.check_runs()
        row = sa.dialects.postgresql.insert(cls).values(
            visitor_id=visitor.id,
            site_id=site.id,
            visit_id=visit.id if visit else None,
            opened_at=now(),
            queued_place=cls.last_place(),
            scope=scope,
        )
        new_id = db.session.scalar(row.on_conflict_do_nothing().returning(cls.id))
        if new_id is not None:
            record(ConversationOpened(current_company().id, new_id))
        return cls.of_visitor(visitor)

    @property
    def state(self) -> str:
        if self.closed_at is not None:
            return "closed"
        return "open" if self.accepted_at is not None else "waiting"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def close(self, by: Member | Visitor | None) -> None:
        """End it; None: it ends by itself (M-08).  Ending it twice is harmless."""
        lock(self)
        if self.is_open:
            self.closed_at, self.closed_by_kind, self.closed_by_id = now(), _kind(by), by.id if by else None
            Said.remember(self.id)
            record(ConversationClosed(current_company().id, self.id))

    def read(self, side: str, seq: int) -> None:
        """Note how far the visitor's side or the team's has read ("visitor", "team")."""
        column = Conversation.visitor_read_seq if side == "visitor" else Conversation.team_read_seq
        moved = db.session.execute(
            sa.update(Conversation)
            .where(Conversation.id == self.id, column < seq, Conversation.last_seq >= seq)
            .values({column: seq})
        )
        if moved.rowcount:
            record(ConversationRead(current_company().id, self.id, side, seq))

    def messages_after(self, seq: int, at_most: int = PAGE) -> list[Message]:
        """The messages that follow `seq`, in order."""
        return list(
            db.session.scalars(
                sa.select(Message)
                .where(Message.conversation_id == self.id, Message.seq > seq)
                .order_by(Message.seq)
                .limit(at_most)
            )
        )

    def sync(self, after: int) -> dict:
        """What a client that holds `after` is missing: {"messages", "last_seq", "more"}."""
        messages = self.messages_after(max(0, after), PAGE + 1)
        return {
            "conversation_id": self.id,
            "messages": [message.as_dict() for message in messages[:PAGE]],
            "last_seq": self.last_seq,
            "visitor_read_seq": self.visitor_read_seq,
            "team_read_seq": self.team_read_seq,
            "more": len(messages) > PAGE,
        }

    @classmethod
    def word_seq(cls):
        """In SQL: the number of the last message that a person wrote; 0 for none."""
        return sa.func.coalesce(cls.last_word_seq, cls.last_seq)

    @property
    def last_message(self) -> Message | None:
        """The last one that a person wrote."""
        mine = sa.select(Message).where(Message.conversation_id == self.id, Message.author_kind != "system")
        return db.session.scalar(mine.order_by(Message.seq.desc()).limit(1))

    @property
    def closed_by(self) -> dict | None:
        """{"kind", "id", "name"} of who ended it."""
        if self.closed_at is None:
            return None
        name = ""
        if self.closed_by_kind == "member":
            name = db.session.get_one(Member, self.closed_by_id).name
        return {"kind": self.closed_by_kind, "id": self.closed_by_id, "name": name}

    def as_dict(self, last: Message | None = None) -> dict:
        """The conversation as browsers hear of it.  `last` is its last message by a person, if it is at hand."""
        if last is None and self.last_seq and self.last_word_seq != 0:
            last = self.last_message
        return {
            "id": self.id,
            "visitor": self.visitor.as_dict(),
            "state": self.state,
            "member": {"id": self.assigned_to.id, "name": self.assigned_to.name} if self.assigned_to else None,
            "last_seq": self.last_seq,
            "visitor_read_seq": self.visitor_read_seq,
            "team_read_seq": self.team_read_seq,
            "opened_at": self.opened_at.isoformat(),
            "accepted_at": self.accepted_at.isoformat() if self.accepted_at else None,
            "closed_at": self.closed_at.isoformat() if self.closed_at else None,
            "queued_at": self.queued_at.isoformat(),
            "assigned_by": self.assigned_by,
            "rating": self.rating,
            "visitor_confirmed_seq": self.visitor_confirmed_seq,
            "team_confirmed_seq": self.team_confirmed_seq,
            "last_message": {
                "seq": last.seq,
                "text": last.body or (last.file.name if last.file else ""),
                "at": last.created_at.isoformat(),
                "author_kind": last.author_kind,
            }
            if last
            else None,
        }


def as_dicts(conversations: list[Conversation]) -> list[dict]:
    """Many conversations as browsers hear of them, their last messages read together."""
    newest = sa.and_(Message.conversation_id == Conversation.id, Message.seq == Conversation.word_seq())
    ids = [conversation.id for conversation in conversations]
    messages = db.session.scalars(sa.select(Message).join(Conversation, newest).where(Conversation.id.in_(ids)))
    last = {message.conversation_id: message for message in messages}
    return [conversation.as_dict(last.get(conversation.id)) for conversation in conversations]


def talking_by_member() -> dict[int, int]:
    """How many open conversations each agent has now, by his id.  Who has none is not in it (CF-06)."""
    talking = sa.select(Conversation.assigned_to_id, sa.func.count()).where(
        Conversation.closed_at.is_(None), Conversation.assigned_to_id.is_not(None)
    )
    return dict(db.session.execute(talking.group_by(Conversation.assigned_to_id)).all())


def _kind(person: Member | Visitor | None) -> str:
    if person is None:
        return "system"
    return "member" if isinstance(person, Member) else "visitor"
