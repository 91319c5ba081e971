"""What goes back into the queue: conversations whose agent is gone, may not answer any more, or does not (R-22, CF-36)."""

from datetime import timedelta

import sqlalchemy as sa

from chat.conversations.assignment import Assignment
from chat.conversations.conversations import Conversation, talking_by_member
from chat.conversations.messages import Message
from chat.reception.absence import Absence
from chat.reception.next_agent import others_receive
from chat.reception.team import Team
from core.clock import now
from core.db import db
from core.jobs import job
from tenants.companies.company import current_company
from tenants.companies.settings import Settings
from tenants.people.members import Member
from tenants.people.seats import SeatsUnknown


@job
def put_back_overdue() -> None:
    """Put back all that must go back, each once, however many look at the same time."""
    _note_absences()
    found = overdue().keys()
    if found:
        # In the order of their ids, as posting locks them; and what was answered while we waited stays.
        locked = sa.select(Conversation.id).where(Conversation.id.in_(found)).order_by(Conversation.id).with_for_update()
        held = set(db.session.scalars(locked))
        for id, because in overdue().items():
            if id in held:
                db.session.get_one(Conversation, id).put_back(because)


def overdue() -> dict[int, str]:
    """Ids of the conversations that must go back, with why: "removed", "gone" or "unanswered"."""
    removed = dict.fromkeys(_of_those_who_may_not_answer(), "removed")
    try:
        gone = dict.fromkeys(_of_the_gone(), "gone")
        unanswered = dict.fromkeys(_too_long_unanswered(), "unanswered")
    except SeatsUnknown:
        # While Redis is away nobody is taken for gone.
        return removed
    return unanswered | gone | removed


def _note_absences() -> None:
    try:
        Absence.note(talking_by_member().keys() - current_company().seated)
    except SeatsUnknown:
        return


def _of_those_who_may_not_answer() -> list[int]:
    talking = Member.with_ids(talking_by_member())
    unable = [member.id for member in talking if not member.may("conversations.answer")]
    return _ids(Conversation.assigned_to_id.in_(unable)) if unable else []


def _of_the_gone() -> list[int]:
    """Only those in which the visitor waits for an answer: the others keep their agent until he comes back."""
    patience = timedelta(minutes=Settings.current().return_after_minutes)
    gone = Absence.longer_than(now() - patience) - current_company().seated
    answered = sa.exists().where(
        Message.conversation_id == Conversation.id, Message.seq == Conversation.word_seq(), Message.author_kind == "member"
    )
    return _ids(Conversation.assigned_to_id.in_(gone), ~answered) if gone else []


def _too_long_unanswered() -> list[int]:
    """Assigned by a rule, not by hand, and without one word from the agent; as long as somebody else takes visitors."""
    patience = timedelta(seconds=Settings.current().answer_within_seconds)
    if not patience:
        return []
    answered = sa.exists().where(
        Message.conversation_id == Conversation.id,
        Message.author_kind == "member",
        Message.author_id == Conversation.assigned_to_id,
        Message.created_at >= Conversation.accepted_at,
    )
    silent = _ids(Conversation.assigned_by != "hand", Conversation.accepted_at <= now() - patience, ~answered)
    if not silent:
        return []
    team = Team(current_company())
    held = sa.select(Conversation.id, Conversation.scope, Conversation.assigned_to_id).where(Conversation.id.in_(silent))
    return [
        id
        for id, scope, agent_id in db.session.execute(held)
        if others_receive(scope, team, besides=Assignment.unanswered_by(id) | {agent_id})
    ]


def _ids(*conditions) -> list[int]:
    open_now = Conversation.closed_at.is_(None), Conversation.assigned_to_id.is_not(None)
    return list(db.session.scalars(sa.select(Conversation.id).where(*open_now, *conditions)))
