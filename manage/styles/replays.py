"""What rules that nobody has saved yet would have made of last month's conversations, as the pages of routing show it (beyond 2)."""

from collections.abc import Iterator
from typing import NamedTuple

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from chat.places.regions import full_name
from chat.reception.replays import DAYS, Move, Receivers, Replay
from chat.reception.whys import Names
from chat.styles.routing import Routing
from chat.styles.sites import Site
from chat.styles.styles import Style
from tenants.companies.company import current_company
from tenants.signing_in.current import current_member

MOST_WAYS = 20
PLACES_NAMED = 3


class Way(NamedTuple):
    """A row of the table: from whom to whom."""

    before: str
    after: str
    count: int
    places: list[str]
    more_places: int


class TriedRules:
    """`routing`, tried on a style's conversations.  `is_typed`: it stands in the page's form, and would be lost."""

    def __init__(self, site: Site, routing: Routing, is_typed: bool = True):
        saved = Style(site)[Routing]
        self.is_unsaved = is_typed and routing != saved
        self.replay = Replay(site, routing, current_member())
        self.ways = self.replay.moves[:MOST_WAYS]
        self.beyond = sum(move.count for move in self.replay.moves[MOST_WAYS:])
        self._names, self._rules = Names(), (saved, routing)

    @property
    def title(self) -> str:
        if not self.replay.looked_at:
            return _("Nobody wrote to this site in the last %(days)s days.", days=DAYS)
        if not self.replay.moved:
            return _("Nothing would have been different.")
        return ngettext(
            "%(num)s conversation would have come to other people.",
            "%(num)s conversations would have come to other people.",
            self.replay.moved,
        )

    @property
    def remarks(self) -> list[str]:
        """What one must know to read the numbers."""
        return [*self._without_rights(), *self._without_people(), *self._not_compared()]

    @property
    def parts(self) -> list[tuple[str, str, int]]:
        """How the whole is divided, for the bar: what it is called in the style sheet, in words, and its number."""
        replay = self.replay
        parts = [
            ("moved", _("To other people"), replay.moved),
            ("same", _("To the same people"), replay.as_before),
            ("untold", _("Not compared"), replay.untold + replay.invited),
        ]
        return [part for part in parts if part[2]]

    def way(self, move: Move) -> Way:
        places = [self.place(codes) for codes, _count in move.places.most_common(PLACES_NAMED)]
        return Way(self.whom(move.before), self.whom(move.after), move.count, places, len(move.places) - len(places))

    def whom(self, receivers: Receivers) -> str:
        named = self._names.of({"members": receivers.members, "departments": receivers.departments})
        page = self._names.departments(receivers.page_departments)
        if named and page:
            return _("%(whom)s, of them who is in %(page)s too", whom=named, page=page)
        return named or page or _("Everybody who may answer")

    def place(self, codes: tuple[str, ...]) -> str:
        return full_name(codes[-1], str(get_locale() or "en")) if codes else _("Place unknown")

    def _without_rights(self) -> Iterator[str]:
        flags = current_company().entitlements.flags
        if "regional_routing" not in flags and any(rules.regions.strategies for rules in self._rules):
            yield _("Your company has no regional routing: strategies count for nothing here, as for your visitors.")
        if "designated_agents" not in flags and any(rules.designates for rules in self._rules):
            yield _("Your company has no designated agents: they count for nothing here, as for your visitors.")

    def _without_people(self) -> Iterator[str]:
        if self.replay.deserted:
            names = self._names.departments(sorted(self.replay.deserted))
            yield _("In %(departments)s nobody may answer: rules that name nobody else do not count.", departments=names)

    def _not_compared(self) -> Iterator[str]:
        replay = self.replay
        if replay.has_more:
            yield _("There were more: only the newest %(most)s were looked at.", most=replay.looked_at)
        if replay.untold:
            yield ngettext(
                "%(num)s conversation cannot be told: where the visitor was, or on which page, was not kept.",
                "%(num)s conversations cannot be told: where the visitors were, or on which page, was not kept.",
                replay.untold,
            )
        if replay.nowhere:
            yield ngettext(
                "Of %(num)s conversation nobody knows the place: no strategy matches it.",
                "Of %(num)s conversations nobody knows the place: no strategy matches them.",
                replay.nowhere,
            )
        if replay.invited:
            yield ngettext(
                "%(num)s visitor was invited by an agent, and stays with that agent whatever the rules.",
                "%(num)s visitors were invited by an agent, and stay with that agent whatever the rules.",
                replay.invited,
            )
