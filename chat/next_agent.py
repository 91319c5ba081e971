"""Which agent gets a waiting visitor: the candidates, what speaks against some of them, and the rule that decides."""

from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa

from chat.assignment import Assignment
from chat.conversations import Conversation
from chat.team import Candidate, Team
from core.db import db
from tenants.settings import Settings

_NEVER = datetime.min.replace(tzinfo=UTC)


def in_turn(candidate: Candidate) -> tuple:
    """ "Sales" (R-03): who got the fewest today, then who has been without a new one for longest."""
    return candidate.today, candidate.last_at or _NEVER, candidate.member.id


def least_busy(candidate: Candidate) -> tuple:
    """ "Service" (R-04): who has most room, then who has been without a new one for longest."""
    return candidate.load, candidate.last_at or _NEVER, candidate.member.id


# Modes of assignment, with the rule each decides by and how it sorts the candidates.  By hand nobody is chosen.
MODES: dict[str, tuple[str, Callable[[Candidate], tuple]]] = {
    "sales": ("turn", in_turn),
    "service": ("load", least_busy),
}


def let_it_lie(conversation: Conversation, team: Team) -> dict[int, str]:
    """Who had this conversation and did not answer gets it again only when nobody else takes visitors (CF-36)."""
    silent = Assignment.unanswered_by(conversation.id) if conversation.returned_at else set()
    return dict.fromkeys(silent, "unanswered") if team.receiving - silent else {}


# What speaks against some candidates for one conversation.  The first reason counts.
NARROWED_BY: list[Callable[[Conversation, Team], dict[int, str]]] = [let_it_lie]


class NextAgent:
    """The decision for one conversation.  `member` is None when it must wait."""

    def __init__(self, conversation: Conversation, team: Team, settings: Settings):
        self.conversation = conversation
        self.against = {id: because for narrow in reversed(NARROWED_BY) for id, because in narrow(conversation, team).items()}
        self._exclusions = team.exclusions
        self.rule, order = MODES[settings.assignment]
        self.candidates = sorted((one for one in team.candidates if one.member.id not in self.against), key=order)
        self.member = self.candidates[0].member if self.candidates else None
        if settings.prefers_last_agent and self.member is not None:
            self._prefer_last()

    @property
    def why(self) -> dict:
        """What an Assignment keeps of it."""
        exclusions = {because: list(ids) for because, ids in self._exclusions.items()}
        for id, because in self.against.items():
            exclusions.setdefault(because, []).append(id)
        return {"candidates": [candidate.as_dict() for candidate in self.candidates], "exclusions": exclusions}

    def _prefer_last(self) -> None:
        """A returning visitor goes to who served him last, if that one is a candidate (R-05, CF-16)."""
        last_id = _last_agent_of(self.conversation)
        for candidate in self.candidates:
            if candidate.member.id == last_id:
                self.member, self.rule = candidate.member, "last_agent"


def _last_agent_of(conversation: Conversation) -> int | None:
    earlier = sa.select(Conversation.assigned_to_id).where(
        Conversation.visitor_id == conversation.visitor_id,
        Conversation.id != conversation.id,
        Conversation.assigned_to_id.is_not(None),
    )
    return db.session.scalar(earlier.order_by(Conversation.id.desc()).limit(1))
