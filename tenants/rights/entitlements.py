"""What a company may use.  Billing writes grants; everyone else asks the one value they add up to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from core.clock import now
from core.db import PlatformModel, db, identity, record
from core.events import dataclass_event
from tenants.platform.settings import limits
from tenants.rights import entitlements_cache

# What every company has for ever, without paying, unless operators chose otherwise (F-06, G-07): see `free`.
FREE = {"seats": 3, "styles": 1, "history_days": 365, "flags": []}
COUNTED = ("seats", "styles", "history_days")


def free() -> dict:
    """What every company has now without paying."""
    return FREE | limits().free


@dataclass_event
class EntitlementsChanged:
    """A grant was given, changed or taken back, or one began or ended by itself."""

    company_id: int


class Grant(PlatformModel):
    """A dated reason why a company has a right: "subscription:…", "trial:professional", "order:…/3", "goodwill:812".

    `rights`, each part optional: {"seats": n, "styles": n, "history_days": n} are as many altogether, {"more_seats": n,
    "more_styles": n} as many besides, "flags" names, {"plan": name, "rank": n} says how all of it is called.
    {"at_most": {"seats": n}} is an operator's cap; "in_grace" says that a payment failed.
    """

    __tablename__ = "grant"

    id: Mapped[int] = identity()
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), index=True)
    reason: Mapped[str]
    rights: Mapped[dict] = mapped_column(JSONB)
    product: Mapped[str] = mapped_column(default="", server_default="")
    valid_from: Mapped[datetime] = mapped_column(default=now)
    valid_until: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    def holds_at(self, moment: datetime) -> bool:
        return self.revoked_at is None and self.valid_from <= moment and (self.valid_until is None or moment < self.valid_until)


@dataclass(frozen=True)
class Entitlements:
    """What the grants valid at one moment add up to, and why.

    Of plans the largest counts, what is bought besides is added.  `because` maps each right to the reasons that give it;
    `valid_until` is when this value must be worked out anew (None: never).  `state` is ok or grace (a payment failed, all
    still works).  That a company is suspended is its status, whatever its rights (Company.standstill).
    """

    seats: int
    styles: int
    history_days: int
    flags: frozenset[str]
    because: dict[str, tuple[str, ...]]
    valid_until: datetime | None
    plan: str = "free"
    state: str = "ok"

    @classmethod
    def add_up(cls, grants: Iterable[Grant], moment: datetime, free: Mapping = FREE) -> "Entitlements":
        grants = list(grants)
        valid = [grant for grant in grants if grant.holds_at(moment)]
        rights = [free, *(grant.rights for grant in valid)]
        return cls(
            **{name: _count(rights, name) for name in COUNTED},
            flags=frozenset(flag for right in rights for flag in right.get("flags", ())),
            because=_reasons(valid),
            valid_until=_next_change(grants, moment),
            plan=max(rights, key=_rank).get("plan", "free"),
            state="grace" if any(right.get("in_grace") for right in rights) else "ok",
        )

    @property
    def styles_with_term(self) -> frozenset[int]:
        """Those that may be shown for a reason of their own: "style:7:voucher:17" (billing/styles.py)."""
        reasons = (reason.split(":") for reason in self.because.get("styles", ()) if reason.startswith("style:"))
        return frozenset(int(style_id) for _style, style_id, *_rest in reasons)

    @property
    def shared_styles(self) -> int:
        """How many of the others may be shown besides."""
        return max(self.styles - len(self.styles_with_term), 0)

    def styles_shown(self, style_ids: Iterable[int]) -> set[int]:
        """Which of all a company's styles may be shown: those with a term, and the first of the others in the given order."""
        style_ids = list(style_ids)
        others = [id for id in style_ids if id not in self.styles_with_term]
        return self.styles_with_term.intersection(style_ids) | set(others[: self.shared_styles])

    def as_dict(self) -> dict:
        """As plain values, for the cache and for support."""
        until = self.valid_until.isoformat() if self.valid_until else None
        return self.__dict__ | {"flags": sorted(self.flags), "valid_until": until}

    @classmethod
    def from_dict(cls, plain: dict) -> "Entitlements":
        until = datetime.fromisoformat(plain["valid_until"]) if plain["valid_until"] else None
        because = {name: tuple(reasons) for name, reasons in plain["because"].items()}
        return cls(**plain | {"flags": frozenset(plain["flags"]), "valid_until": until, "because": because})


class Entitled:
    """What the company may use now.  Part of Company."""

    @property
    def entitlements(self) -> Entitlements:
        """Worked out from the grants, or remembered until one of them changes, begins or ends."""
        moment = now()
        version = f"{self.entitlements_version}.{limits().version}"
        known = entitlements_cache.recall(self.id, version, moment, Entitlements.from_dict)
        if known is None:
            known = Entitlements.add_up(self._grants(), moment, free())
            entitlements_cache.keep(self.id, version, moment, known)
        return known

    @property
    def trial_ends_at(self) -> datetime | None:
        """When what the company is trying out ends, or None if it is trying nothing."""
        trials = [grant for grant in self._grants() if grant.reason.startswith("trial:")]
        return max((trial.valid_until for trial in trials if trial.holds_at(now())), default=None)

    def rights_were_changed(self) -> None:
        """Tell it after the commit, and ask the grants anew from now on.  For billing, which writes them."""
        db.session.flush()
        company = type(self)
        version = db.session.scalar(sa.select(company.entitlements_version).where(company.id == self.id))
        set_committed_value(self, "entitlements_version", version)
        record(EntitlementsChanged(self.id))

    def tell_rights_later(self) -> None:
        """Have it told when the next grant begins or ends (billing/edges.py)."""
        self.rights_due_at = _next_change(list(self._grants()), now())

    def _grants(self) -> Iterable[Grant]:
        return db.session.scalars(sa.select(Grant).where(Grant.company_id == self.id, Grant.revoked_at.is_(None)))


def _count(rights: list[dict], name: str) -> int:
    """The largest of what is meant altogether, and all that comes besides; no more than an operator allows."""
    count = max(right.get(name, 0) for right in rights) + sum(right.get(f"more_{name}", 0) for right in rights)
    return min([count, *(right["at_most"][name] for right in rights if name in right.get("at_most", {}))])


def _rank(right: dict) -> tuple[int, int]:
    return right.get("rank", 0), right.get("seats", 0)


def _reasons(valid: list[Grant]) -> dict[str, tuple[str, ...]]:
    because: dict[str, tuple[str, ...]] = {}
    for grant in valid:
        for name in [name for name in grant.rights if name != "flags"] + list(grant.rights.get("flags", ())):
            name = name.removeprefix("more_")
            because[name] = (*because.get(name, ()), grant.reason)
    return because


def _next_change(grants: list[Grant], moment: datetime) -> datetime | None:
    edges = [edge for grant in grants for edge in (grant.valid_from, grant.valid_until) if edge and edge > moment]
    return min(edges, default=None)
