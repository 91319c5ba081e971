"""Invitations: a visitor is asked to chat, by an agent or by a rule, and how it ended (I-01…I-04, V-19).

A visitor has one open invitation at a time.  Whatever happens to his invitations holds his row first: two agents, two
tabs, a conversation that begins (it refers to his row) and the clock come one after the other.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chat.conversations.assignment import AlreadyAccepted, TooManyConversations
from chat.conversations.conversations import Conversation, ConversationOpened
from chat.conversations.drafts import ConversationIsClosed
from chat.conversations.messages import Message
from chat.invitations.words import InvitationWords
from chat.reception.desks import is_at_desk
from chat.visitors.presence import visitor_is_here
from chat.visitors.visitors import Visitor
from chat.visitors.visits import Visit
from core.clock import now
from core.db import TenantModel, db, identity, lock, record, transaction
from core.errors import NotFound, Refusal
from core.events import dataclass_event
from core.jobs import job
from tenants.companies.company import current_company
from tenants.people.members import Member
from tenants.platform.switches import need

# Who was asked something else first after he had accepted still comes to who invited him.
LATELY = timedelta(minutes=30)


@dataclass_event
class InvitationMade:
    company_id: int
    visitor_id: int
    invitation_id: int


@dataclass_event
class InvitationEnded:
    """However: he answered, it was withdrawn, its time is over, a conversation began."""

    company_id: int
    visitor_id: int
    invitation_id: int


class AlreadyInvited(Refusal):
    code = "already_invited"
    message = _l("{name} is inviting this visitor already.")


class VisitorIsTaken(Refusal):
    code = "visitor_is_taken"
    message = _l("{name} is talking to this visitor already.")


class VisitorWaits(Refusal):
    code = "visitor_waits"
    message = _l("This visitor is waiting for an answer already. Accept the conversation.")


class Invitation(InvitationWords, TenantModel):
    """One time a visitor was asked.  By a member, or by the rule of his site's style that has this number.

    `manner`: "ask" or "direct".  Its words and its picture are as they were then; '' stands for ours.  `ended_because`:
    accepted, declined, withdrawn, expired, gone (with his last page), chat_began (some other way).
    """

    __tablename__ = "invitation"
    __table_args__ = (
        sa.Index("uq_invitation_open_visitor", "visitor_id", unique=True, postgresql_where=sa.text("ended_at IS NULL")),
        sa.Index("ix_invitation_site", "site_id", "made_at"),
    )

    id: Mapped[int] = identity()
    visitor_id: Mapped[int] = mapped_column(sa.ForeignKey("visitor.id", ondelete="CASCADE"), index=True)
    visit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("visit.id", ondelete="SET NULL"))
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    rule_id: Mapped[int | None]
    manner: Mapped[str]
    # Nobody was there: he is asked to leave a message.
    is_offline: Mapped[bool]
    title: Mapped[str]
    text: Mapped[str]
    picture: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    shown_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None]
    conversation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("conversation.id", ondelete="SET NULL"))

    by: Mapped[Member | None] = relationship(lazy="joined")
    conversation: Mapped[Conversation | None] = relationship()

    @classmethod
    def make(cls, visit: Visit, stays: timedelta, **what) -> "Invitation":
        """Invite who is on this visit.  `what` is the rest of its columns.

        Raises AlreadyInvited, VisitorIsTaken, VisitorWaits, NotFound (he was erased), SwitchedOff.
        """
        need("invitations")
        hold(visit.visitor_id)
        _end_overdue(visit.visitor_id)
        _refuse_busy(visit.visitor_id)
        made_at = now()
        invitation = cls(
            visitor_id=visit.visitor_id,
            visit_id=visit.id,
            site_id=visit.site_id,
            made_at=made_at,
            expires_at=made_at + stays,
            **what,
        )
        db.session.add(invitation)
        db.session.flush()
        end_unanswered.later(due_at=invitation.expires_at, invitation_id=invitation.id)
        record(InvitationMade(current_company().id, visit.visitor_id, invitation.id))
        return invitation

    @classmethod
    def open_of(cls, visitor_id: int) -> "Invitation | None":
        """The one he has not answered."""
        return db.session.scalar(sa.select(cls).where(cls.visitor_id == visitor_id, cls.ended_at.is_(None)))

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    def show(self) -> None:
        """His page shows it."""
        if self.shown_at is None:
            self.shown_at = now()

    def accept(self) -> bool:
        """He wants to chat.  False when it had ended some other way before; accepting twice is harmless."""
        self._answer("accepted")
        return self.ended_because == "accepted"

    def decline(self) -> None:
        """He does not.  A conversation that began without asking him ends, unless he has written in it."""
        self._answer("declined")
        conversation = self.conversation if self.ended_because == "chat_began" and self.manner == "direct" else None
        if conversation is not None and not _has_written(conversation):
            self.answered_at, self.ended_because = now(), "declined"
            conversation.close(by=conversation.visitor)

    def withdraw(self) -> None:
        """Harmless when it has ended."""
        self._hold()
        self.end("withdrawn")

    def begin(self, conversation: Conversation) -> None:
        """What has come of it.  Whoever invited him gets it at once, if he still can; else it waits like any other."""
        self.conversation = conversation
        if self.by is not None and conversation.is_waiting and is_at_desk(self.by):
            try:
                conversation.assign(self.by, "invited", by=self.by)
            except (AlreadyAccepted, ConversationIsClosed, TooManyConversations):
                return

    def end(self, because: str) -> None:
        """His row must be held."""
        if self.is_open:
            self.ended_at, self.ended_because = now(), because
            record(InvitationEnded(current_company().id, self.visitor_id, self.id))

    @property
    def how_it_ended(self) -> dict:
        return {"invitation_id": self.id, "visitor_id": self.visitor_id, "because": self.ended_because}

    def _answer(self, because: str) -> None:
        self._hold()
        if self.is_open:
            self.show()
            self.answered_at = now()
            self.end(because)

    def _hold(self) -> None:
        hold(self.visitor_id)
        lock(self)


def hold(visitor_id: int) -> None:
    """Let nobody else change his invitations, nor begin a conversation with him, until the transaction ends.

    Raises NotFound.
    """
    if db.session.scalar(sa.select(Visitor.id).where(Visitor.id == visitor_id).with_for_update()) is None:
        raise NotFound


def conversation_began(event: ConversationOpened) -> None:
    """Whatever opened it, he need not be asked any more.  Who had accepted before comes to who invited him."""
    with transaction():
        conversation = db.session.get_one(Conversation, event.conversation_id)
        hold(conversation.visitor_id)
        for invitation in _without_conversation(conversation.visitor_id):
            invitation.end("accepted" if invitation.manner == "direct" else "chat_began")
            if invitation.ended_because == "accepted":
                invitation.begin(conversation)


@job
def end_unanswered(invitation_id: int) -> None:
    """Its time is over.  One at a time: who holds several visitors might wait for somebody who waits for one of them."""
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is not None:
        hold(invitation.visitor_id)
        _end_overdue(invitation.visitor_id)


def _end_overdue(visitor_id: int) -> None:
    """The one of this visitor, whose row is held, that nobody answered in time."""
    invitation = Invitation.open_of(visitor_id)
    if invitation is not None:
        lock(invitation)
        if invitation.expires_at <= now():
            invitation.end("expired" if visitor_is_here(current_company(), visitor_id) else "gone")


def _refuse_busy(visitor_id: int) -> None:
    conversation = db.session.scalar(
        sa.select(Conversation).where(Conversation.visitor_id == visitor_id, Conversation.closed_at.is_(None))
    )
    if conversation is not None:
        raise VisitorIsTaken(name=conversation.assigned_to.name) if conversation.assigned_to else VisitorWaits
    invitation = Invitation.open_of(visitor_id)
    if invitation is not None:
        raise AlreadyInvited(name=invitation.by.name if invitation.by else _("The system"))


def _has_written(conversation: Conversation) -> bool:
    his = sa.exists().where(Message.conversation_id == conversation.id, Message.author_kind == "visitor")
    return bool(db.session.scalar(sa.select(his)))


def _without_conversation(visitor_id: int) -> list[Invitation]:
    """His open one, and what he accepted a moment ago."""
    accepted = sa.and_(Invitation.ended_because == "accepted", Invitation.answered_at > now() - LATELY)
    waiting = sa.select(Invitation).where(
        Invitation.visitor_id == visitor_id,
        Invitation.conversation_id.is_(None),
        sa.or_(Invitation.ended_at.is_(None), accepted),
    )
    return list(db.session.scalars(waiting.order_by(Invitation.id).execution_options(populate_existing=True)))
