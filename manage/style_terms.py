"""Until when each style may be shown (Y-02…Y-05).  Today each site has one style."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from billing.styles import style_valid_until
from chat.sites import Site
from tenants.company import Company


class StyleState(NamedTuple):
    """A style with a term of its own lasts until then; the first of the others come with the plan."""

    site: Site
    until: datetime | None
    is_included: bool


def style_states(company: Company, sites: Iterable[Site]) -> list[StyleState]:
    """The state of each site's style, in the order of the sites."""
    terms = {site.id: style_valid_until(company, site.id) for site in sites}
    running = sum(until is not None for until in terms.values())
    left = max(company.entitlements.styles - running, 0)
    states = []
    for site in sites:
        until = terms[site.id]
        included = until is None and left > 0
        left -= included
        states.append(StyleState(site, until, included))
    return states
