"""The team at this moment: who could be given a visitor, who not and why (A-10, R-07…R-09)."""

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chat.conversations.assignment import Assignment, limit_of
from chat.conversations.conversations import talking_by_member
from core.clock import now
from tenants.companies.company import Company
from tenants.people.members import Member


class Candidate(NamedTuple):
    """An agent who has room for another visitor."""

    member: Member
    talking: int
    limit: int
    today: int
    last_at: datetime | None

    @property
    def load(self) -> float:
        return self.talking / self.limit

    def as_dict(self) -> dict:
        return {
            "member_id": self.member.id,
            "talking": self.talking,
            "limit": self.limit,
            "today": self.today,
            "last_at": self.last_at.isoformat() if self.last_at else None,
        }


class Team:
    """Looked up once for each decision.  Raises SeatsUnknown while Redis is away."""

    def __init__(self, company: Company):
        self._seated, self._leaving, self._talking = company.seated, company.leaving, talking_by_member()
        self._today = Assignment.counts(since=midnight(company))
        # Everybody who may answer, with the departments he is in.
        self.people: dict[int, set[int]] = {}
        self.candidates: list[Candidate] = []
        self.exclusions: dict[str, list[int]] = defaultdict(list)
        for member in Member.all():
            self._consider(member)

    @property
    def receiving(self) -> set[int]:
        """Who takes visitors now, whether or not he has room for another."""
        return {candidate.member.id for candidate in self.candidates} | set(self.exclusions.get("full", ()))

    def reason_against(self, member: Member) -> str | None:
        """Why no visitor is given to him, or None."""
        if not member.may("conversations.answer"):
            return "may_not_answer"
        if not member.receives:
            return "does_not_receive"
        if member.id not in self._seated:
            return "offline"
        if member.id in self._leaving:
            return "leaving"
        if member.presence != "online":
            return member.presence
        return "full" if self._talking.get(member.id, 0) >= limit_of(member) else None

    def _consider(self, member: Member) -> None:
        if member.may("conversations.answer"):
            self.people[member.id] = {department.id for department in member.departments}
        because = self.reason_against(member)
        if because is None:
            today = self._today.get(member.id, (0, None))
            self.candidates.append(Candidate(member, self._talking.get(member.id, 0), limit_of(member), *today))
        else:
            self.exclusions[because].append(member.id)


def midnight(company: Company) -> datetime:
    """When today began where the company is."""
    return now().astimezone(ZoneInfo(company.time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
