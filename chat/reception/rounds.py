"""Looks after a company's queue: what must go back into it goes back, and who waits is given to who is free.

Run after everything that may have freed or added room: a conversation opened, ended, put back; a state, a seat, a
member, the settings; and each minute, in case one of these was missed.  Each assignment is a transaction of its own: it
takes the first in the queue who can be given to somebody, as everything is at that moment.

Rounds of one company queue behind the lock on its row of settings, so that visitors go in the order of the queue and
each rule counts what the round before it has done.  Skipping locked rows instead would let two rounds give the same
agent two visitors in turn.  A lock for each company, kept for one assignment: it holds up nobody else's.
"""

import logging
from datetime import timedelta

import sqlalchemy as sa

from chat.conversations.assignment import AlreadyAccepted, TooManyConversations
from chat.conversations.conversations import Conversation
from chat.conversations.drafts import ConversationIsClosed
from chat.reception.next_agent import MODES, NextAgent
from chat.reception.returns import put_back_overdue
from chat.reception.team import Team
from core.clock import now
from core.db import db, fresh_transaction, lock, record, transaction
from core.events import dataclass_event
from tenants.companies.company import Company, current_company
from tenants.companies.settings import Settings
from tenants.people.seats import SeatsUnknown

log = logging.getLogger(__name__)

# In one round.  What is left has its turn at the next event, or in a minute.
AT_MOST = 200
# Chosen by the visitor himself, who is given to that one also where agents accept by hand.
_WANTS_SOMEBODY = Conversation.scope["steps"][0]["because"].astext == "chosen"


@dataclass_event
class AssignmentChanged:
    """The company assigns in another way now, or allows more or less."""

    company_id: int


@dataclass_event
class MinutePassed:
    """In a company that has open conversations."""

    company_id: int


def look_after(event) -> None:
    """One round in the company in force."""
    with fresh_transaction():
        put_back_overdue()
    for _ in range(AT_MOST):
        if not _assign_next():
            return


def look_everywhere() -> None:
    """Let every open company that has open conversations know that a minute has passed."""
    with transaction():
        companies = Company.all_open()
    for company in companies:
        try:
            with company.entered() as entered, transaction():
                if db.session.scalar(sa.select(sa.exists().where(Conversation.closed_at.is_(None)))):
                    record(MinutePassed(entered.id))
        except Exception as error:
            log.warning("queue not looked after company=%s error=%r", company.id, error)


def _assign_next() -> bool:
    """Assign one.  False when nobody waits, or nobody can take one."""
    try:
        with fresh_transaction():
            return _somebody_waits() and _assign_first()
    except SeatsUnknown:
        return False
    except (AlreadyAccepted, ConversationIsClosed, TooManyConversations):
        # Somebody did it by hand meanwhile.  Look again.
        return True


def _somebody_waits() -> bool:
    gives = sa.select(Settings.id).where(Settings.assignment.in_(MODES)).exists()
    waits = sa.select(Conversation.id).where(Conversation.waits(), sa.or_(gives, _WANTS_SOMEBODY))
    return db.session.scalar(waits.limit(1)) is not None


def _assign_first() -> bool:
    settings = Settings.current()
    lock(settings)
    team = Team(current_company())
    if not team.candidates:
        return False
    decisions = (NextAgent(db.session.get_one(Conversation, id), team, settings) for id in _queue(settings))
    decision = next((one for one in decisions if one.member is not None), None)
    if decision is not None:
        _assign(decision, team, settings)
    return decision is not None


def _queue(settings: Settings) -> list[int]:
    waits = sa.select(Conversation.id).where(Conversation.waits())
    if settings.assignment not in MODES:
        waits = waits.where(_WANTS_SOMEBODY)
    first = waits.order_by(Conversation.opened_at, Conversation.id)
    return list(db.session.scalars(first.limit(AT_MOST)))


def _assign(decision: NextAgent, team: Team, settings: Settings) -> None:
    # The conversation before the member: so does whoever accepts by hand.
    lock(decision.conversation)
    lock(decision.member)
    if team.reason_against(decision.member) is None:
        decision.conversation.assign(decision.member, decision.rule, **decision.why)
        if settings.answer_within_seconds:
            put_back_overdue.later(due_at=now() + timedelta(seconds=settings.answer_within_seconds))
