"""Which agent gets a waiting visitor: the candidates, what speaks against some of them, and the rule that decides."""

from collections.abc import Callable, Set
from datetime import UTC, datetime

import sqlalchemy as sa

from chat.conversations.assignment import Assignment
from chat.conversations.conversations import Conversation
from chat.reception.scopes import Resolved, Scope
from chat.reception.team import Candidate, Team
from chat.styles.routing import Routing
from chat.styles.sites import Site
from chat.styles.styles import Style
from core.db import db
from tenants.companies.settings import Settings

_NEVER = datetime.min.replace(tzinfo=UTC)


def in_turn(candidate: Candidate) -> tuple:
    """ "Sales" (R-03): who got the fewest today, then who has been without a new one for longest."""
    return candidate.today, candidate.last_at or _NEVER, candidate.member.id


def least_busy(candidate: Candidate) -> tuple:
    """ "Service" (R-04): who has most room, then who has been without a new one for longest."""
    return candidate.load, candidate.last_at or _NEVER, candidate.member.id


# Modes of assignment, with the rule each decides by and how it sorts the candidates.  By hand nobody is chosen, but
# whom the visitor wants himself (W-29).
MODES: dict[str, tuple[str, Callable[[Candidate], tuple]]] = {
    "sales": ("turn", in_turn),
    "service": ("load", least_busy),
}
BY_HAND = ("hand", least_busy)


def scope_now(conversation: Conversation, team: Team) -> Resolved | None:
    """Who may receive it, as the team is now; None: nothing narrows it."""
    scope = Scope.from_dict(conversation.scope)
    return scope.within(team.people, team.receiving - _silent(conversation)) if scope else None


def others_receive(scope: dict | None, team: Team, besides: Set[int]) -> bool:
    """Whether anybody else of those whom a conversation's scope allows takes visitors now."""
    scope, left = Scope.from_dict(scope), team.receiving - besides
    return bool(left & scope.within(team.people, left).members if scope else left)


def outside_scope(conversation: Conversation, team: Team) -> dict[int, str]:
    """Who may not receive this visitor, by region, designation or page (R-10, R-14, R-21)."""
    scope = scope_now(conversation, team)
    return dict.fromkeys(sorted(team.people.keys() - scope.members), "outside_scope") if scope else {}


def let_it_lie(conversation: Conversation, team: Team) -> dict[int, str]:
    """Who had this conversation and did not answer gets it again only when nobody else takes visitors (CF-36)."""
    silent = _silent(conversation)
    return dict.fromkeys(silent, "unanswered") if silent and others_receive(conversation.scope, team, silent) else {}


# What speaks against some candidates for one conversation.  The first reason counts.
NARROWED_BY: list[Callable[[Conversation, Team], dict[int, str]]] = [outside_scope, let_it_lie]


class NextAgent:
    """The decision for one conversation.  `member` is None when it must wait."""

    def __init__(self, conversation: Conversation, team: Team, settings: Settings):
        self.conversation = conversation
        self.against = {id: because for narrow in reversed(NARROWED_BY) for id, because in narrow(conversation, team).items()}
        self._exclusions = team.exclusions
        self.scope = scope_now(conversation, team)
        self.rule, order = MODES.get(settings.assignment, BY_HAND)
        self.candidates = sorted((one for one in team.candidates if one.member.id not in self.against), key=order)
        self.member = self.candidates[0].member if self.candidates else None
        if self._was_chosen:
            self.rule = "chosen"
        elif settings.assignment not in MODES:
            self.member = None
        elif self.member is not None and prefers_last(conversation, settings):
            self._prefer_last()

    @property
    def why(self) -> dict:
        """What an Assignment keeps of it."""
        reasons = {id: because for because, ids in self._exclusions.items() for id in ids} | self.against
        exclusions: dict[str, list[int]] = {}
        for id, because in reasons.items():
            exclusions.setdefault(because, []).append(id)
        return {
            "candidates": [candidate.as_dict() for candidate in self.candidates],
            "exclusions": exclusions,
            "scope": self.scope.as_dict() if self.scope else None,
        }

    @property
    def _was_chosen(self) -> bool:
        """Whether the visitor wanted this very person."""
        return bool(self.scope and self.scope.step and self.scope.step.because == "chosen" and self.scope.step.members)

    def _prefer_last(self) -> None:
        """A returning visitor goes to who served him last, if that one is a candidate (R-05, CF-16)."""
        last_id = _last_agent_of(self.conversation)
        for candidate in self.candidates:
            if candidate.member.id == last_id:
                self.member, self.rule = candidate.member, "last_agent"


def _silent(conversation: Conversation) -> set[int]:
    return Assignment.unanswered_by(conversation.id) if conversation.returned_at else set()


def prefers_last(conversation, settings: Settings) -> bool:
    """As the style of its site says, or the company (R-05, CF-16)."""
    wish = Style(db.session.get_one(Site, conversation.site_id)).in_force(Routing).prefers_last
    return settings.prefers_last_agent if wish == "company" else wish == "yes"


def _last_agent_of(conversation: Conversation) -> int | None:
    earlier = sa.select(Conversation.assigned_to_id).where(
        Conversation.visitor_id == conversation.visitor_id,
        Conversation.id != conversation.id,
        Conversation.assigned_to_id.is_not(None),
    )
    return db.session.scalar(earlier.order_by(Conversation.id.desc()).limit(1))
