"""What the platform allows all companies: how long a trial lasts, what is free, what is the most of anything (F-06, F-07, Y-04).

A change is a new version; what an operator never touched is as it stands in LIMITS.  Everybody asks `limits()`, which
costs nothing and is anew within seconds everywhere (core/brief.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from core.brief import briefly
from core.clock import now
from core.db import PlatformModel, db, record
from core.errors import Invalid, Refusal
from core.events import dataclass_event


class Limit(NamedTuple):
    """One number that operators may choose: what it was before anybody did, and between what it must lie."""

    title: LazyString
    help: LazyString
    otherwise: int
    least: int
    most: int


LIMITS = {
    "trial_days": Limit(
        _l("Trial of the professional edition, days"),
        _l("For companies that sign up from now on. Trials that run keep their end."),
        15,
        1,
        365,
    ),
    "style_trial_days": Limit(
        _l("Trial of the first style, days"), _l("Without a style voucher. Trials that run keep their end."), 7, 1, 90
    ),
    "free_seats": Limit(
        _l("Seats in the free edition"), _l("Counts for every company at once, also for those there are."), 3, 1, 1000
    ),
    "free_styles": Limit(
        _l("Styles in the free edition"), _l("Counts for every company at once, also for those there are."), 1, 1, 100
    ),
    "most_in_order": Limit(
        _l("Most of one thing in an order"), _l("Seats, vouchers, packs: a higher number is refused."), 1000, 1, 10_000
    ),
    "max_upload_mb": Limit(
        _l("Largest file, MB"), _l("Companies may choose less. No more than the servers accept (MAX_UPLOAD_MB)."), 0, 1, 1000
    ),
    "sms_per_hour": Limit(_l("Most SMS of a company in an hour"), _l("What is over it is refused."), 60, 1, 100_000),
    "sms_per_day": Limit(_l("Most SMS of a company in a day"), _l("What is over it is refused."), 500, 1, 1_000_000),
}


class ChangedByColleague(Refusal):
    code = "changed_by_colleague"
    message = _l("A colleague has saved another version meanwhile. Look at it, then change what you meant to.")


@dataclass_event
class PlatformSettingsChanged:
    version: int


class PlatformSettings(PlatformModel):
    """One version of what operators chose.  Rows are only added; the newest counts."""

    __tablename__ = "platform_settings"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chosen: Mapped[dict] = mapped_column(JSONB)
    reason: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def newest(cls) -> "PlatformSettings | None":
        return db.session.scalar(sa.select(cls).order_by(cls.version.desc()).limit(1))

    @classmethod
    def all(cls) -> "list[PlatformSettings]":
        """Every version, newest first."""
        return list(db.session.scalars(sa.select(cls).order_by(cls.version.desc()).limit(200)))

    @classmethod
    def change(cls, chosen: Mapping[str, int], after: int, by: str, reason: str) -> int:
        """Make a new version after the one that was on the page.  Returns its number.

        Raises Invalid, ChangedByColleague when it is not the newest any more.
        """
        _check(chosen)
        made = {"version": after + 1, "chosen": dict(chosen), "reason": reason, "made_by": by, "made_at": now()}
        new = db.session.scalar(insert(cls).values(made).on_conflict_do_nothing().returning(cls.version))
        if new is None:
            raise ChangedByColleague
        record(PlatformSettingsChanged(new))
        return new


@dataclass(frozen=True)
class Limits:
    """What counts now.  `version` 0: nobody has chosen anything yet."""

    version: int
    chosen: Mapping[str, int]

    def __getitem__(self, name: str) -> int:
        return self.chosen.get(name, LIMITS[name].otherwise)

    @property
    def free(self) -> dict[str, int]:
        """What the free edition gives, as far as an operator has chosen it."""
        return {right: self.chosen[f"free_{right}"] for right in ("seats", "styles") if f"free_{right}" in self.chosen}


@briefly
def limits() -> Limits:
    """What the platform allows."""
    newest = PlatformSettings.newest()
    return Limits(newest.version, newest.chosen) if newest else Limits(0, {})


def upload_mb() -> int:
    """How large a file may be on this platform: what operators chose, and never more than the servers accept."""
    accepted = current_app.config["MAX_UPLOAD_MB"]
    return min(limits()["max_upload_mb"] or accepted, accepted)


def settings_changed(event: PlatformSettingsChanged) -> None:
    limits.forget()


def most_of(name: str) -> int:
    """The largest number that may be chosen for it."""
    most = LIMITS[name].most
    return min(most, current_app.config["MAX_UPLOAD_MB"]) if name == "max_upload_mb" else most


def _check(chosen: Mapping[str, int]) -> None:
    odd = {
        name: _("Enter a whole number from %(least)s to %(most)s.", least=LIMITS[name].least, most=most_of(name))
        for name, number in chosen.items()
        if not LIMITS[name].least <= number <= most_of(name)
    }
    if odd:
        raise Invalid(**odd)
