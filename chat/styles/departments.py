"""Which departments the styles of a company speak of: whoever removes one should know (R-14, R-20)."""

from collections import defaultdict

from chat.styles.opening_hours import Hours
from chat.styles.routing import Routing
from chat.styles.sites import Site
from chat.styles.styles import Style


def sites_by_department() -> dict[int, list[Site]]:
    """The sites whose routing or opening hours name a department, by its id."""
    sites = defaultdict(list)
    for site in Site.all():
        for id in _named_by(Style(site)):
            sites[id].append(site)
    return sites


def _named_by(style: Style) -> set[int]:
    routing = style[Routing]
    rules = (*routing.regions.strategies, *routing.pages, routing.designated, routing)
    with_hours = {own.department_id for own in style[Hours].departments}
    return with_hours.union(*(rule.departments for rule in rules))
