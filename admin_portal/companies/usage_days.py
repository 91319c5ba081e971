"""What a company did day by day, as the page shows it and as files say it: one query for all of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from core.clock import now
from core.forms import Form
from core.periods import day_in
from tenants.companies.company import Company
from tenants.companies.standing import CompanyUsage

DAYS, AT_MOST = timedelta(days=29), timedelta(days=366)
# What is counted, in the order of the table's columns.
COUNTS = {
    "conversations": _l("Conversations"),
    "messages": _l("Messages"),
    "visitors": _l("Visitors"),
    "offline_messages": _l("Offline messages"),
    "sms": _l("SMS"),
    "most_agents": _l("Most agents at once"),
}
HEADS = [_l("Day"), *COUNTS.values(), _l("Files, MB")]
# Each chart has numbers of one size.
CHARTS = {
    _l("Conversations and offline messages"): ("conversations", "offline_messages"),
    _l("Visitors"): ("visitors",),
    _l("Messages"): ("messages",),
    _l("Most agents at once"): ("most_agents",),
}


@dataclass(frozen=True)
class UsageDays:
    """The days from `first` to `last`, in the company's zone; those nobody did anything on are there too."""

    company: Company
    first: date
    last: date

    @classmethod
    def asked_for(cls, company: Company, asked: Form) -> "UsageDays":
        """The last thirty days unless somebody asks for others; a year at most."""
        last = day_in(asked, "until") or now().astimezone(ZoneInfo(company.time_zone)).date()
        first = day_in(asked, "since") or last - DAYS
        return cls(company, min(max(first, last - AT_MOST), last), last)

    @cached_property
    def rows(self) -> list[CompanyUsage]:
        """The earliest first."""
        known = {row.day: row for row in CompanyUsage.between(self.company, self.first, self.last)}
        days = (self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))
        return [known.get(day) or CompanyUsage(day=day, **dict.fromkeys(COUNTS, 0)) for day in days]

    @property
    def totals(self) -> dict[str, int]:
        """Of all days together; of the agents, the most there were."""
        together = {name: sum(getattr(row, name) for row in self.rows) for name in COUNTS}
        return together | {"most_agents": max(row.most_agents for row in self.rows)}

    def cells(self) -> Iterable[list]:
        """The rows of a file."""
        for row in self.rows:
            yield [row.day.isoformat(), *(getattr(row, name) for name in COUNTS), megabytes(row.stored_bytes)]

    def charts(self) -> Iterable[tuple[str, str]]:
        """The title of each, and what frontend/src/pages/chart.ts draws."""
        for title, names in CHARTS.items():
            yield (
                str(title),
                json.dumps({"unit": "", "days": [row.day.isoformat() for row in self.rows], "series": self._series(names)}),
            )

    def _series(self, names: Iterable[str]) -> list[dict]:
        return [{"name": str(COUNTS[name]), "values": [getattr(row, name) for row in self.rows]} for name in names]


def megabytes(bytes_: int | None) -> float | None:
    return None if bytes_ is None else round(bytes_ / 1_000_000, 1)
