"""Who is to answer an offline message: by the same rules as a visitor in the chat, also when nobody is online (L-05, R-06)."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from chat.conversations.assignment import limit_of
from chat.conversations.conversations import Conversation
from chat.reception.next_agent import MODES, prefers_last
from chat.reception.scopes import Scope, scope_for
from chat.reception.team import Candidate, midnight
from chat.visitors.visits import Visit
from core.clock import now
from core.db import db, lock
from core.errors import NotFound, Refusal
from tenants.companies.company import current_company
from tenants.companies.settings import Settings
from tenants.people.members import Member
from tenants.people.seats import SeatsUnknown

PERMISSION = "offline_messages.handle"


class CannotHandle(Refusal):
    code = "cannot_handle_messages"
    message = _l("{name} may not handle offline messages. Choose somebody else.")


class ForSomebody:
    """Who it is assigned to, by which rule, since when.  Part of OfflineMessage."""

    assigned_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    # "hand", "turn", "load" or "last_agent".
    assigned_by: Mapped[str | None]
    assigned_at: Mapped[datetime | None]

    @declared_attr
    def assigned_to(cls) -> Mapped[Member | None]:
        return relationship(lazy="joined", foreign_keys=[cls.assigned_to_id])

    @property
    def assigned_person(self) -> dict | None:
        """Who it waits for; None for nobody, and for who does not work here any more."""
        who = self.assigned_to
        return {"id": who.id, "name": who.name} if who is not None and who.removed_at is None else None

    def assign(self, to: Member, rule: str = "hand") -> None:
        """Let somebody answer it; by hand as often as one likes, the last word counts."""
        lock(self)
        if self.assigned_to_id != to.id:
            self.assigned_to, self.assigned_by, self.assigned_at = to, rule, now()
            self.changed()

    def find_somebody(self) -> None:
        """Give it to who is next, if the company has visitors given out at all."""
        next_handler = NextHandler(self)
        if next_handler.member is not None:
            self.assign(next_handler.member, next_handler.rule)


class NextHandler:
    """The decision for one message.  `member` is None when it waits for whoever takes it.

    Two messages at once queue behind the company's row of settings, as waiting visitors do (chat/reception/rounds.py).
    """

    def __init__(self, message):
        self._message = message
        settings = Settings.current()
        self.member, self.rule = None, None
        if settings.assignment in MODES:
            lock(settings)
            self._choose(settings)

    def _choose(self, settings: Settings) -> None:
        takers = self._within_scope([member for member in handlers() if member.receives])
        seated = _seated()
        here = [member for member in takers.values() if member.id in seated and member.presence == "online"]
        self.rule, order = MODES[settings.assignment]
        candidates = sorted(self._candidates(here or list(takers.values())), key=order)
        self.member = candidates[0].member if candidates else None
        last_id = self._last_agent() if prefers_last(self._message, settings) else None
        if last_id in takers:
            # A letter can wait for who knows the customer.
            self.member, self.rule = takers[last_id], "last_agent"

    def _within_scope(self, members: list[Member]) -> dict[int, Member]:
        """Those who may receive this visitor, by region, designation and page (R-10, R-14, R-21); everybody if that is nobody."""
        takers = {member.id: member for member in members}
        scope = self._scope()
        if scope is None:
            return takers
        people = {id: {department.id for department in member.departments} for id, member in takers.items()}
        return {id: takers[id] for id in scope.within(people).members} or takers

    def _scope(self) -> Scope | None:
        """As it was when his visit began, or as the rules are now (R-18)."""
        message, visit = self._message, Visit.last_of(self._message.visitor)
        if visit is not None and visit.site_id == message.site_id and visit.scope is not None:
            return Scope.from_dict(visit.scope)
        return scope_for(message.site, message.ip, message.page_url)

    def _candidates(self, members: list[Member]) -> list[Candidate]:
        waiting, today = self._waiting(), self._today()
        return [
            Candidate(member, waiting.get(member.id, 0), limit_of(member), *today.get(member.id, (0, None)))
            for member in members
        ]

    def _waiting(self) -> dict[int, int]:
        """How many messages each has still to handle."""
        kind = type(self._message)
        waits = sa.select(kind.assigned_to_id, sa.func.count()).where(kind.handled_at.is_(None)).group_by(kind.assigned_to_id)
        return dict(db.session.execute(waits).all())

    def _today(self) -> dict[int, tuple[int, datetime]]:
        """How many each was given today, and when the last."""
        kind, since = type(self._message), midnight(current_company())
        given = sa.select(kind.assigned_to_id, sa.func.count(), sa.func.max(kind.assigned_at)).where(kind.assigned_at >= since)
        return {id: (count, last) for id, count, last in db.session.execute(given.group_by(kind.assigned_to_id))}

    def _last_agent(self) -> int | None:
        """Who talked with this visitor last, or else answered his last message."""
        message, kind = self._message, type(self._message)
        talked = sa.select(Conversation.assigned_to_id).where(
            Conversation.visitor_id == message.visitor_id, Conversation.assigned_to_id.is_not(None)
        )
        answered = sa.select(kind.assigned_to_id).where(
            kind.visitor_id == message.visitor_id, kind.assigned_to_id.is_not(None), kind.id != message.id
        )
        by_talk = db.session.scalar(talked.order_by(Conversation.id.desc()).limit(1))
        return by_talk or db.session.scalar(answered.order_by(kind.id.desc()).limit(1))


def handlers() -> list[Member]:
    """Who may be given messages, by agent number."""
    return [member for member in Member.all() if member.has_joined and member.may(PERMISSION)]


def handler_for(member: Member, id: int) -> Member:
    """The door to colleagues who may be given messages.  Raises NotAllowed, NotFound, CannotHandle."""
    member.need(PERMISSION)
    found = db.session.get(Member, id)
    if found is None or found.removed_at is not None:
        raise NotFound
    if not found.has_joined or not found.may(PERMISSION):
        raise CannotHandle(name=found.name)
    return found


def _seated() -> set[int]:
    try:
        return current_company().seated
    except SeatsUnknown:
        return set()
