"""Until when each style may be shown, and why (Y-02…Y-05, CF-25): the rule of `Site.runs`, told with its reasons."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from billing.styles import TRIAL, StyleTerm, last_end, valid_until
from chat.styles.sites import Site
from core.clock import now
from tenants.companies.company import Company

SOON = timedelta(days=14)


class StyleState(NamedTuple):
    """A style with a term of its own lasts `until` then; the first of the others come with the plan."""

    site: Site
    until: datetime | None = None
    is_included: bool = False
    # The term that runs now is the one without a voucher.
    is_trial: bool = False
    # When the last of its terms is or was over, if it ever had one.
    ended_at: datetime | None = None

    @property
    def runs(self) -> bool:
        return self.until is not None or self.is_included

    @property
    def ends_soon(self) -> bool:
        return self.until is not None and self.until - now() < SOON


def style_states(company: Company, sites: Iterable[Site]) -> list[StyleState]:
    """The state of each site's style, in the order of the sites."""
    sites, rights, terms = list(sites), company.entitlements, StyleTerm.by_style(company)
    shown = rights.styles_shown(site.id for site in sites) - rights.styles_with_term
    return [_state_of(site, terms.get(site.id, []), is_included=site.id in shown) for site in sites]


def has_room(company: Company) -> bool:
    """Whether one style more comes with what the company has, without a voucher."""
    states = style_states(company, Site.all())
    return sum(state.is_included for state in states) < company.entitlements.shared_styles


def _state_of(site: Site, terms: list[StyleTerm], is_included: bool) -> StyleState:
    running = [term for term in terms if term.starts_at <= now() < term.ends_at]
    is_trial = any(term.reason == TRIAL for term in running)
    return StyleState(site, valid_until(terms), is_included, is_trial, last_end(terms))
