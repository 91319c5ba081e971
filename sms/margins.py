"""What SMS bring and what they cost us: by step, by country and by gateway, all from one query over the same days.

Only companies that pay in the currency asked for are in it, and only costs known in that currency make a margin.
Segments whose cost is known in another currency, or to nobody, are told beside it, with what they brought left out.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import sqlalchemy as sa

from billing.accounts import BillingAccount
from billing.credit_worth import worth_on
from billing.figures import pays_in
from billing.spans import Span
from core.clock import now
from core.db import db
from sms.costs import Costs, SmsCost
from sms.counts import SmsCount

# How long ago an SMS may be for its missing cost to be asked for.
ASKED_FOR = timedelta(days=366)


class Sent(NamedTuple):
    """What went to a country by a gateway on a day; `brought` is in minor units, `cost` in its own currency."""

    day: date
    country: str
    gateway: str
    segments: int
    credits: int
    brought: Decimal
    cost: SmsCost | None


class Margin(NamedTuple):
    """Of all that has the same `about`: the first day of a step, a country or a gateway.  Amounts are in minor units.

    `brought` is by all credits used, `covered` by those whose `cost` is known in the currency asked for: None where that
    is true of nothing that was sent.  `elsewhere` is what is known in other currencies; of `unknown` segments nobody
    knows the cost.
    """

    about: Hashable
    segments: int
    credits: int
    brought: int
    unknown: int
    elsewhere: dict[str, int]
    covered: int
    cost: int | None

    @classmethod
    def of(cls, about: Hashable, sent: Sequence[Sent], currency: str) -> "Margin":
        priced = [one for one in sent if one.cost]
        known = [one for one in priced if one.cost.currency == currency]
        return cls(
            about,
            segments=sum(one.segments for one in sent),
            credits=sum(one.credits for one in sent),
            brought=round(sum(one.brought for one in sent)),
            unknown=sum(one.segments for one in sent if not one.cost),
            elsewhere=_sums(one for one in priced if one.cost.currency != currency),
            covered=round(sum(one.brought for one in known)),
            cost=_sums(known).get(currency, None if sent else 0),
        )

    @property
    def margin(self) -> int | None:
        return None if self.cost is None else self.covered - self.cost

    @property
    def share(self) -> float | None:
        """Of what was brought; None where that is nothing."""
        return self.margin / self.covered if self.margin is not None and self.covered else None


class Unpriced(NamedTuple):
    """A country and a gateway whose cost is missing for some of what was sent."""

    gateway: str
    country: str
    segments: int
    first: date
    last: date


def sent_in(span: Span, currency: str) -> list[Sent]:
    """What companies that pay in `currency` sent, earliest first.  The days of a span are taken in UTC."""
    costs = Costs.known()
    used = db.session.execute(_used(span, currency))
    return [Sent(*row, costs.at(row.gateway, row.country, row.day, currency)) for row in used]


def margins_by(
    about: Callable[[Sent], Hashable], sent: Iterable[Sent], currency: str, always: Iterable[Hashable] = ()
) -> list[Margin]:
    """One for each thing they are about, in the order they first come; those of `always` come first, sent or not."""
    groups: dict[Hashable, list[Sent]] = {one: [] for one in always}
    for one in sent:
        groups.setdefault(about(one), []).append(one)
    return [Margin.of(one, group, currency) for one, group in groups.items()]


def unpriced(costs: Costs) -> list[Unpriced]:
    """What was sent lately at a cost nobody knows in any currency, the most first."""
    missing: dict[tuple[str, str], Unpriced] = {}
    for gateway, country, day, segments in db.session.execute(_sent_since(now().date() - ASKED_FOR)):
        if not costs.at(gateway, country, day):
            had = missing.get((gateway, country), Unpriced(gateway, country, 0, day, day))
            missing[gateway, country] = had._replace(segments=had.segments + segments, last=day)
    return sorted(missing.values(), key=lambda one: -one.segments)


def told_anew(costs: Costs, changes: Sequence[SmsCost]) -> int:
    """How many segments that were sent already would cost something else."""
    if not changes:
        return 0
    then, currencies = costs.followed_by(changes), {cost.currency for cost in changes}
    return sum(
        segments
        for gateway, country, day, segments in db.session.execute(_sent_since(min(cost.valid_from for cost in changes)))
        if any(costs.at(gateway, country, day, one) is not then.at(gateway, country, day, one) for one in currencies)
    )


def _sums(sent: Iterable[Sent]) -> dict[str, int]:
    """What they cost, by currency."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in sent:
        sums[one.cost.currency] += one.cost.of(one.segments)
    return {currency: round(amount) for currency, amount in sorted(sums.items())}


def _used(span: Span, currency: str) -> sa.Select:
    count = SmsCount
    theirs = sa.select(count).outerjoin(BillingAccount, BillingAccount.company_id == count.company_id)
    used = theirs.where(count.day.between(span.since, span.until), pays_in(currency)).cte("used")
    worth = worth_on(sa.select(used.c.company_id, used.c.day).distinct().subquery("days"))
    place = used.c.day, used.c.country, used.c.gateway
    query = sa.select(*place, _sum(used.c.segments), _sum(used.c.credits), sa.func.sum(used.c.credits * worth.c.worth))
    same = sa.and_(worth.c.company_id == used.c.company_id, worth.c.day == used.c.day)
    return query.join_from(used, worth, same).group_by(*place).order_by(*place)


def _sent_since(day: date) -> sa.Select:
    place = SmsCount.gateway, SmsCount.country, SmsCount.day
    query = sa.select(*place, _sum(SmsCount.segments)).where(SmsCount.day >= day)
    return query.group_by(*place).order_by(SmsCount.day)


def _sum(column: sa.ColumnElement) -> sa.ColumnElement:
    # PostgreSQL's sum of whole numbers is a decimal one.
    return sa.cast(sa.func.sum(column), sa.BigInteger)
