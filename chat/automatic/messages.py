"""Says what is due to be said by itself (chat/automatic/moments.py), each once, however many look at the same time.

The conversation's row is held from the decision to the commit, as posting holds it: who comes second sees what the first
has said.  The message, the note that it was said and, where it says so, the end of the conversation are one transaction,
so whatever dies in between was never there.  Its `client_id` follows from what is said, so it could not be posted twice.
"""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased, mapped_column

from chat.automatic.moments import ENDS, Said, Standing, Words
from chat.conversations.conversations import Conversation
from chat.conversations.drafts import Draft
from chat.conversations.messages import Message
from chat.conversations.posting import post_now
from chat.conversations.rooms import hearing_rooms
from chat.styles.prompts import OwnPrompts, Prompts, filled_for, prompts_for
from chat.styles.sites import Site
from chat.styles.styles import Style
from core.clock import now
from core.db import TenantModel, db, fresh_transaction, record, transaction
from core.events import dataclass_event
from core.realtime.push import Push
from core.realtime.pushes import push_all
from tenants.companies.company import current_company
from tenants.platform.switches import is_off

# Sooner than the shortest clock that a message may start (Prompts.TIMES): so none is missed between two looks.
LOOK_AGAIN = timedelta(seconds=20)
_NAMESPACE = uuid.UUID("5b0c6f2e-6c5d-5d1f-9d56-0e4a2f4f7c11")


@dataclass_event
class AutomaticMessagePosted:
    company_id: int
    conversation_id: int
    seq: int


class AutomaticMessage(TenantModel):
    """That something was said by itself.  `stretch`: by whom, for what is said once by each agent; otherwise since which
    answer of the team."""

    __tablename__ = "automatic_message"

    conversation_id: Mapped[int] = mapped_column(sa.ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    stretch: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def said_in(cls, conversation_ids: Sequence[int]) -> dict[int, dict[tuple[str, int], Said]]:
        """What was said in these conversations."""
        so_far = sa.select(cls.conversation_id, cls.kind, cls.stretch, sa.func.max(cls.count), sa.func.max(cls.at))
        said: dict[int, dict] = defaultdict(dict)
        rows = so_far.where(cls.conversation_id.in_(conversation_ids)).group_by(cls.conversation_id, cls.kind, cls.stretch)
        for conversation_id, kind, stretch, count, at in db.session.execute(rows):
            said[conversation_id][kind, stretch] = Said(count, at)
        return said


def nothing_is_ever_said() -> bool:
    """Neither by any of the company's styles nor by one of its agents."""
    return not OwnPrompts.by_member() and all(Style(site).in_force(Prompts).are_silent for site in Site.all())


def say_due() -> datetime | None:
    """Say everything that is due in the company in force.  When to look again; None while there is nothing to wait for."""
    with fresh_transaction():
        if nothing_is_ever_said():
            return None
        coming = _coming()
    for conversation_id in [id for id, words in coming.items() if words is not None and words.at <= now()]:
        coming[conversation_id] = say_due_in(conversation_id)
    moments = [words.at for words in coming.values() if words is not None]
    return min([now() + LOOK_AGAIN, *moments]) if coming else None


def say_due_in(conversation_id: int) -> Words | None:
    """Say what is due in one conversation.  What comes next there."""
    while True:
        with fresh_transaction():
            conversation = _held(conversation_id)
            words = _next_words([conversation])[conversation_id] if conversation is not None else None
            if words is None or words.at > now():
                return words
            _say(conversation, words)


def automatic_message_posted(event: AutomaticMessagePosted) -> None:
    """Shows it to those who talk."""
    with transaction():
        conversation = db.session.get_one(Conversation, event.conversation_id)
        [message] = conversation.messages_after(event.seq - 1, at_most=1)
        rooms = hearing_rooms(event.company_id, conversation.id, conversation.visitor_id, conversation.assigned_to_id)
        head = event.company_id, conversation.id, event.seq
        push_all([Push.of(rooms, "message_posted", message.as_dict(), head=head)])


def _coming() -> dict[int, Words | None]:
    return _next_words(list(db.session.scalars(sa.select(Conversation).where(Conversation.closed_at.is_(None)))))


def _held(conversation_id: int) -> Conversation | None:
    """The conversation, if it is still going on.  Nobody else writes in it until the transaction ends."""
    mine = sa.select(Conversation).where(Conversation.id == conversation_id, Conversation.closed_at.is_(None))
    held = db.session.scalar(sa.select(Conversation.id).where(Conversation.id == conversation_id).with_for_update())
    return db.session.scalar(mine) if held is not None else None


def _next_words(conversations: list[Conversation]) -> dict[int, Words | None]:
    if is_off("automatic_messages"):
        return {conversation.id: None for conversation in conversations}
    moment, own = now(), OwnPrompts.by_member()
    return {
        conversation.id: standing.next_words(prompts_for(conversation, own), moment)
        for conversation, standing in _standings(conversations)
    }


def _standings(conversations: list[Conversation]) -> list[tuple[Conversation, Standing]]:
    by_id = {conversation.id: conversation for conversation in conversations}
    said, (word, answer) = AutomaticMessage.said_in(list(by_id)), (aliased(Message), aliased(Message))
    spoken = (
        sa.select(Conversation.id, word.author_kind, word.created_at, answer.created_at)
        .outerjoin(word, sa.and_(word.conversation_id == Conversation.id, word.seq == Conversation.word_seq()))
        .outerjoin(answer, sa.and_(answer.conversation_id == Conversation.id, answer.seq == Conversation.answered_seq))
        .where(Conversation.id.in_(by_id))
    )
    return [
        (one, Standing(one.assigned_to_id, one.accepted_at, spoke, spoke_at, one.answered_seq, answered_at, said.get(id, {})))
        for id, spoke, spoke_at, answered_at in db.session.execute(spoken)
        for one in [by_id[id]]
    ]


def _say(conversation: Conversation, words: Words) -> None:
    db.session.add(AutomaticMessage(conversation_id=conversation.id, **words._asdict() | {"at": now()}))
    text = filled_for(conversation, getattr(prompts_for(conversation), words.kind))
    [outcome] = post_now(db.session.connection().connection.dbapi_connection, [_draft(conversation, words, text)])
    if outcome.refusal is None:
        record(AutomaticMessagePosted(current_company().id, conversation.id, outcome.seq))
    if words.kind == ENDS:
        conversation.close(by=None)


def _draft(conversation: Conversation, words: Words, text: str) -> Draft:
    """In the agent's name, or the company's.  The system's author: it counts as nobody's answer."""
    company, agent = current_company(), conversation.assigned_to
    what = f"{company.id}:{conversation.id}:{words.kind}:{words.stretch}:{words.count}"
    author = ("system", agent.id if agent else None, agent.name if agent else company.name)
    return Draft(company.id, company.place, conversation.id, str(uuid.uuid5(_NAMESPACE, what)), author, text)
