"""What one segment costs us, by gateway and country, from which day on (in UTC), in which currency.

A cost never changes: a newer row for the same day corrects it, a row for a later day follows it, and figures are told by
what is known now.  What nobody has said is unknown, never nothing.  One gateway's cost may be kept in several currencies
side by side: what companies pay in one is set against what is known in that one, and nothing is converted.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from babel.numbers import format_currency
from flask_babel import get_locale
from sqlalchemy.orm import Mapped, mapped_column

from billing.money import EXPONENTS
from core.clock import now
from core.db import PlatformModel, db, identity
from sms.rates import ELSEWHERE

# Gateways charge parts of a cent: a cost is in millionths of its currency.
DECIMALS = 6
MOST = 10**9
_COST = re.compile(r"[0-9]{1,4}(\.[0-9]{1,6})?", re.ASCII)

Place = tuple[str, str, str]


class SmsCost(PlatformModel):
    """Of one segment by a gateway to a country ("CN", or all others) from a day on.  Rows are only added.

    Without `micros` nobody knows it any more: what counts for all other countries counts.
    """

    __tablename__ = "sms_cost"
    __table_args__ = (sa.CheckConstraint(f"micros BETWEEN 0 AND {MOST}", name="micros"),)

    id: Mapped[int] = identity()
    gateway: Mapped[str]
    country: Mapped[str]
    currency: Mapped[str]
    micros: Mapped[int | None]
    valid_from: Mapped[date]
    made_by: Mapped[str]
    reason: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def place(self) -> Place:
        return self.gateway, self.country, self.currency

    @property
    def amount(self) -> Decimal | None:
        """In whole units: 7500 → 0.007500."""
        return None if self.micros is None else Decimal(self.micros).scaleb(-DECIMALS)

    @property
    def spoken(self) -> str:
        """As the reader's language writes it, with all its decimals: "$0.0075"."""
        if self.amount is None:
            return "–"
        return format_currency(self.amount, self.currency, locale=get_locale(), decimal_quantization=False)

    def of(self, segments: int) -> Decimal:
        """So many segments, in minor units of the currency, not rounded."""
        return Decimal(self.micros * segments).scaleb(EXPONENTS[self.currency] - DECIMALS)

    @classmethod
    def versions(cls, gateway: str, country: str) -> "list[SmsCost]":
        """All, the last to count first."""
        query = sa.select(cls).where(cls.gateway == gateway, cls.country == country)
        return list(db.session.scalars(query.order_by(cls.valid_from.desc(), cls.id.desc())))


class Costs:
    """All costs as they are known now, to be asked about any day."""

    def __init__(self, rows: Iterable[SmsCost]):
        """`rows` as they count: by their day, of the same day by their number."""
        self._versions: dict[Place, list[SmsCost]] = defaultdict(list)
        for row in rows:
            self._versions[row.place].append(row)
        self._currencies = sorted({currency for *_place, currency in self._versions})

    def followed_by(self, changes: Iterable[SmsCost]) -> "Costs":
        """As they would be known with these added."""
        rows = [*(row for versions in self._versions.values() for row in versions), *changes]
        # Sorting leaves those of one day as they follow each other.
        return Costs(sorted(rows, key=lambda row: row.valid_from))

    @classmethod
    def known(cls) -> "Costs":
        return cls(db.session.scalars(sa.select(SmsCost).order_by(SmsCost.valid_from, SmsCost.id)))

    def at(self, gateway: str, country: str, day: date, currency: str = "") -> SmsCost | None:
        """What counts on a day, by the country's own row or that of all others; None if nobody knows.

        In `currency` if it is known in that, otherwise in another: of several in the first by name.
        """
        first = [currency, *self._currencies]
        return next((found for known in first if (found := self._in(known, gateway, country, day))), None)

    def own(self, place: Place, day: date) -> SmsCost | None:
        """What counts on a day by its own row alone."""
        versions = self._versions.get(place, [])
        reached = bisect_right(versions, day, key=lambda row: row.valid_from)
        last = versions[reached - 1] if reached else None
        return last if last and last.micros is not None else None

    def in_force(self, day: date) -> list[SmsCost]:
        """Each place's own cost that counts on a day; all other countries of a gateway come last."""
        places = sorted(self._versions, key=lambda place: (place[0], place[1] == ELSEWHERE, *place[1:]))
        return [found for place in places if (found := self.own(place, day))]

    def to_come(self, day: date) -> list[SmsCost]:
        """What will count later, the next first."""
        # Of those that correct each other the last stays.
        later = {(row.place, row.valid_from): row for rows in self._versions.values() for row in rows if row.valid_from > day}
        return sorted(later.values(), key=lambda row: (row.valid_from, row.place))

    def _in(self, currency: str, gateway: str, country: str, day: date) -> SmsCost | None:
        return self.own((gateway, country, currency), day) or self.own((gateway, ELSEWHERE, currency), day)


def changes_to(
    costs: Costs, wanted: Mapping[Place, int | None], valid_from: date, by: str = "", reason: str = ""
) -> list[SmsCost]:
    """A row to add for each place whose cost on that day is not what is wanted: millionths, or None for not known any more."""
    changes = []
    for place, micros in wanted.items():
        known = costs.own(place, valid_from)
        if micros != (known.micros if known else None):
            named = dict(zip(("gateway", "country", "currency"), place, strict=True))
            changes.append(SmsCost(**named, micros=micros, valid_from=valid_from, made_by=by, reason=reason))
    return changes


def micros_in(typed: str) -> int | None:
    """ "0.0075" → 7500; None for what is no cost of at most 1000, or has more than six decimals."""
    micros = int(Decimal(typed).scaleb(DECIMALS)) if _COST.fullmatch(typed) else None
    return micros if micros is not None and micros <= MOST else None
