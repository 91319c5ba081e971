"""How a conversation comes to its agent, or back into the queue; and why each went where it went."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chat.conversations.drafts import ConversationIsClosed
from core.clock import now
from core.db import TenantModel, db, identity, lock, record
from core.errors import NotSignedIn, Refusal
from core.events import dataclass_event
from tenants.companies.company import current_company
from tenants.companies.settings import Settings
from tenants.people.members import Member


@dataclass_event
class ConversationAccepted:
    company_id: int
    conversation_id: int
    member_id: int


@dataclass_event
class ConversationReturned:
    """It waits again.  `member_id` had it until now."""

    company_id: int
    conversation_id: int
    member_id: int


class AlreadyAccepted(Refusal):
    code = "already_accepted"
    message = _l("{name} has accepted this visitor already.")


class TooManyConversations(Refusal):
    code = "too_many_conversations"
    message = _l("You have reached your limit of open conversations ({count}). End one first.")


class Assignment(TenantModel):
    """The answer to "Why did this chat go to Nina?": the rule that decided, who else could have had it, who not and why.

    `rule` is "hand" (by whom it says `by_id`), "turn", "load", "last_agent", "chosen" (by the visitor) or "invited".
    """

    __tablename__ = "assignment"

    id: Mapped[int] = identity()
    conversation_id: Mapped[int] = mapped_column(sa.ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    rule: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    queued_at: Mapped[datetime]
    # His place when he joined the queue; none for who was put back into it.
    place: Mapped[int | None]
    candidates: Mapped[list] = mapped_column(JSONB, default=list)
    exclusions: Mapped[dict] = mapped_column(JSONB, default=dict)
    # How the visitor's scope was found (Resolved in chat/reception/scopes.py); None: there was none to find.
    scope: Mapped[dict | None] = mapped_column(JSONB(none_as_null=True))
    returned_at: Mapped[datetime | None]
    # "removed", "gone" or "unanswered".
    returned_because: Mapped[str | None]

    @classmethod
    def last_of(cls, conversation_id: int) -> "Assignment | None":
        """Why a conversation is where it is, or was last."""
        newest = sa.select(cls).where(cls.conversation_id == conversation_id).order_by(cls.id.desc()).limit(1)
        return db.session.scalar(newest)

    @classmethod
    def unanswered_by(cls, conversation_id: int) -> set[int]:
        """Who was given a conversation and let it lie."""
        unanswered = sa.select(cls.member_id).where(
            cls.conversation_id == conversation_id, cls.returned_because == "unanswered"
        )
        return set(db.session.scalars(unanswered))

    @classmethod
    def counts(cls, since: datetime) -> dict[int, tuple[int, datetime]]:
        """How many each agent got since then, and when the last, by his id."""
        lately = sa.select(cls.member_id, sa.func.count(), sa.func.max(cls.at)).where(cls.at >= since).group_by(cls.member_id)
        return {id: (count, last_at) for id, count, last_at in db.session.execute(lately)}


class Assigned:
    """Who answers a conversation: nobody yet, then an agent, and nobody again if he does not.  Part of Conversation."""

    returned_at: Mapped[datetime | None]
    queued_place: Mapped[int | None]
    # The rule of its assignment.
    assigned_by: Mapped[str | None]

    @classmethod
    def waits(cls) -> sa.ColumnElement[bool]:
        """What is true of those in the queue."""
        return sa.and_(cls.closed_at.is_(None), cls.assigned_to_id.is_(None))

    @classmethod
    def last_place(cls) -> sa.ScalarSelect:
        """The place of who joins the queue now."""
        return sa.select(sa.func.count() + 1).where(cls.waits()).scalar_subquery()

    @property
    def queued_at(self) -> datetime:
        """Since when he has waited, or waited until he was accepted."""
        return self.returned_at or self.opened_at

    @property
    def is_waiting(self) -> bool:
        return self.state == "waiting"

    def accept(self, by: Member) -> None:
        """An agent takes a waiting visitor (R-01).  Raises AlreadyAccepted, ConversationIsClosed, TooManyConversations."""
        self.assign(by, "hand", by=by)

    def assign(self, to: Member, rule: str, by: Member | None = None, candidates=(), exclusions=None, scope=None) -> None:
        """Give a waiting visitor to an agent, and keep why.  Whoever has him already keeps him.

        Raises AlreadyAccepted, ConversationIsClosed, TooManyConversations.
        """
        lock(self)
        if not self.is_open:
            raise ConversationIsClosed
        if self.assigned_to_id not in (None, to.id):
            raise AlreadyAccepted(name=self.assigned_to.name)
        if self.accepted_at is None:
            self._check_limit(to)
            assignment = Assignment(
                conversation_id=self.id,
                member_id=to.id,
                by_id=by.id if by else None,
                rule=rule,
                at=now(),
                queued_at=self.queued_at,
                place=self.queued_place,
                candidates=list(candidates),
                exclusions=exclusions or {},
                scope=scope,
            )
            db.session.add(assignment)
            self.assigned_to, self.assigned_by, self.accepted_at = to, rule, assignment.at
            record(ConversationAccepted(current_company().id, self.id, to.id))

    def put_back(self, because: str) -> None:
        """Take it from its agent: the visitor waits again, ahead of all who came later.  Harmless if he waits."""
        lock(self)
        if self.is_open and self.assigned_to_id is not None:
            record(ConversationReturned(current_company().id, self.id, self.assigned_to_id))
            assignment = Assignment.last_of(self.id)
            if assignment is not None:
                assignment.returned_at, assignment.returned_because = now(), because
            self.assigned_to = self.assigned_by = self.accepted_at = self.queued_place = None
            self.returned_at = now()

    def _check_limit(self, member: Member) -> None:
        """Raises TooManyConversations when an agent talks to as many visitors as he may (A-10, CF-05, CF-06)."""
        # The member's row makes two acceptances by one agent queue, and one and his removal: what is his then goes back.
        if db.session.scalar(sa.select(Member.removed_at).where(Member.id == member.id).with_for_update()) is not None:
            raise NotSignedIn
        limit, cls = limit_of(member), type(self)
        held = sa.select(sa.func.count()).where(cls.assigned_to_id == member.id, cls.closed_at.is_(None))
        if db.session.scalar(held) >= limit:
            raise TooManyConversations(count=limit)


def limit_of(member: Member) -> int:
    """How many visitors an agent may talk to at a time: his own limit, or the company's usual one (CF-05)."""
    return member.conversation_limit or Settings.current().conversation_limit
