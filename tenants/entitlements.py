"""What a company may use.  Billing writes grants; everyone else asks the one value they add up to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import PlatformModel, db, identity

# What every company has for ever, without paying (F-06, G-07).
FREE = {"seats": 3, "styles": 1, "history_days": 365, "flags": []}


class Grant(PlatformModel):
    """A dated reason why a company has a right: "plan:team", "trial:professional", "voucher:SPRING", "goodwill:812".

    `rights` is {"seats": n, "styles": n, "history_days": n, "flags": [names]}, each part optional.
    """

    __tablename__ = "grant"

    id: Mapped[int] = identity()
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), index=True)
    reason: Mapped[str]
    rights: Mapped[dict] = mapped_column(JSONB)
    valid_from: Mapped[datetime] = mapped_column(default=now)
    valid_until: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    def holds_at(self, moment: datetime) -> bool:
        return self.revoked_at is None and self.valid_from <= moment and (self.valid_until is None or moment < self.valid_until)


@dataclass(frozen=True)
class Entitlements:
    """What the grants valid at one moment add up to, and why.

    Seats of plans do not add: the largest counts.  `because` maps each right to the reasons that give it;
    `valid_until` is when this value must be worked out anew (None: never).
    """

    seats: int
    styles: int
    history_days: int
    flags: frozenset[str]
    because: dict[str, tuple[str, ...]]
    valid_until: datetime | None

    @classmethod
    def add_up(cls, grants: Iterable[Grant], moment: datetime) -> "Entitlements":
        grants = list(grants)
        valid = [grant for grant in grants if grant.holds_at(moment)]
        rights = [FREE, *(grant.rights for grant in valid)]
        return cls(
            seats=_largest(rights, "seats"),
            styles=_largest(rights, "styles"),
            history_days=_largest(rights, "history_days"),
            flags=frozenset(flag for right in rights for flag in right.get("flags", ())),
            because=_reasons(valid),
            valid_until=_next_change(grants, moment),
        )


class Entitled:
    """What the company may use now.  Part of Company."""

    @cached_property
    def entitlements(self) -> Entitlements:
        grants = db.session.scalars(sa.select(Grant).where(Grant.company_id == self.id, Grant.revoked_at.is_(None)))
        return Entitlements.add_up(grants, now())

    @property
    def trial_ends_at(self) -> datetime | None:
        """When what the company is trying out ends, or None if it is trying nothing."""
        trials = sa.select(Grant).where(Grant.company_id == self.id, Grant.reason.startswith("trial:"))
        return max((trial.valid_until for trial in db.session.scalars(trials) if trial.holds_at(now())), default=None)


def _largest(rights: list[dict], name: str) -> int:
    return max(right.get(name, 0) for right in rights)


def _reasons(valid: list[Grant]) -> dict[str, tuple[str, ...]]:
    because: dict[str, tuple[str, ...]] = {}
    for grant in valid:
        for name in [name for name in grant.rights if name != "flags"] + list(grant.rights.get("flags", ())):
            because[name] = (*because.get(name, ()), grant.reason)
    return because


def _next_change(grants: list[Grant], moment: datetime) -> datetime | None:
    edges = [edge for grant in grants for edge in (grant.valid_from, grant.valid_until) if edge and edge > moment]
    return min(edges, default=None)
