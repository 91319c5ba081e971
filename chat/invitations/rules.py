"""When visitors are invited by themselves, how often, and what the box says: the part Invitations of a style (I-04…I-14).

There is no character set to choose (I-12): everything here is UTF-8, and so is what our scripts draw, whatever a page is in.
"""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from chat.places.page_patterns import is_page_like
from chat.places.places import place_of
from chat.places.regions import is_region
from chat.styles.pictures import is_address
from chat.styles.styles import Part
from chat.visitors.referrers import domain_of, search_in
from chat.visitors.visits import Visit
from core.errors import Invalid

RULES_AT_MOST = 20
MANNERS = {"ask": _l("A box asks the visitor"), "direct": _l("The window opens at once")}
COUNTS = {"page": _l("on one page"), "visit": _l("on all pages of the visit")}
VISITORS = {"all": _l("Everybody"), "new": _l("Who is here for the first time"), "returning": _l("Who comes back")}
STARS_AT_MOST = 5


@dataclass(frozen=True)
class InvitationRule:
    """One reason to invite a visitor: all its conditions must hold, what is empty holds for everybody."""

    LABELS = {
        "name": _l("Name"),
        "is_on": _l("In use"),
        "after_seconds": _l("After seconds"),
        "counts": _l("Seconds count"),
        "pages": _l("Pages"),
        "visitors": _l("Visitors"),
        "least_visits": _l("From visit"),
        "regions": _l("Regions"),
        "referrers": _l("Came from"),
        "words": _l("Searched for"),
    }
    WORDS = {"counts": COUNTS, "visitors": VISITORS}

    id: int
    name: str = ""
    is_on: bool = True
    after_seconds: int = 30
    # Seconds on one page, or on all pages of the visit together (I-05).
    counts: str = "page"
    pages: tuple[str, ...] = ()
    visitors: str = "all"
    # For who returns: from this visit on.
    least_visits: int = 2
    regions: tuple[str, ...] = ()
    referrers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def holds_for(self, visit: Visit) -> bool:
        """Whether who came, from where and how often, is somebody it means."""
        return (
            self._means_visits(visit.visitor.visits_count) and self._means_place(visit.ip) and self._means_way(visit.referrer)
        )

    def holds_on(self, url: str) -> bool:
        """Whether it invites on this page."""
        return not self.pages or any(is_page_like(url, pattern) for pattern in self.pages)

    def as_seen(self) -> dict:
        """`InvitationRule` in frontend/src/shared/style.ts: what a page needs to wait for its moment."""
        return {"id": self.id, "after_seconds": self.after_seconds, "counts": self.counts, "pages": list(self.pages)}

    def _means_visits(self, count: int) -> bool:
        if self.visitors == "new":
            return count <= 1
        return self.visitors == "all" or count >= self.least_visits

    def _means_place(self, ip: str) -> bool:
        return not self.regions or not set(self.regions).isdisjoint(place_of(ip).codes)

    def _means_way(self, referrer: str) -> bool:
        if not self.referrers and not self.words:
            return True
        domain, found = domain_of(referrer), search_in(referrer) or {"words": ""}
        came_from = any(domain == one or domain.endswith(f".{one}") for one in self.referrers)
        return came_from or any(word.casefold() in found["words"].casefold() for word in self.words)


@dataclass(frozen=True)
class Invitations(Part, name="invitations", title=_l("Invitations")):
    """How one site's visitors are invited, by rules and by agents."""

    LABELS = {
        "manner": _l("How invitations come"),
        "is_automatic": _l("Invite automatically"),
        "rules": _l("Rules"),
        "repeats": _l("Invite again and again"),
        "pause_seconds": _l("Pause in seconds"),
        "per_visit": _l("At most on a visit"),
        "per_day": _l("At most in 24 hours"),
        "quiet_days": _l("Days without after a no"),
        "stays_seconds": _l("Seconds the box stays"),
        "box_title": _l("Title"),
        "box_text": _l("Text"),
        "box_picture": _l("Picture"),
        "invites_offline": _l("Invite to leave a message"),
        "offline_title": _l("Title while nobody is there"),
        "offline_text": _l("Text while nobody is there"),
    }
    WORDS = {"manner": MANNERS}

    manner: str = "ask"
    is_automatic: bool = False
    rules: tuple[InvitationRule, ...] = ()
    # Again after each one that led to nothing, `per_visit` times (I-10).  Then agents invite nobody (I-09).
    repeats: bool = False
    # Between two, whatever invites.
    pause_seconds: int = 120
    per_visit: int = 1
    per_day: int = 2
    # So long nobody invites him by a rule after he has declined; 0: no longer than the pause.
    quiet_days: int = 7
    # How long the box waits for an answer.
    stays_seconds: int = 120
    box_title: str = ""
    box_text: str = ""
    box_picture: str = ""
    # Whether the rules invite to leave a message while nobody is there, with a box that has no picture (I-11).
    invites_offline: bool = False
    offline_title: str = ""
    offline_text: str = ""

    @property
    def rules_in_force(self) -> tuple[InvitationRule, ...]:
        return tuple(rule for rule in self.rules if rule.is_on) if self.is_automatic else ()

    @property
    def is_repeating(self) -> bool:
        return self.repeats and bool(self.rules_in_force)

    def rule(self, id: int) -> InvitationRule | None:
        """A rule in force, by its number."""
        return next((rule for rule in self.rules_in_force if rule.id == id), None)

    def check(self) -> None:
        faults = {}
        if self.box_picture and not is_address(self.box_picture):
            faults["box_picture"] = _("Upload the picture here.")
        if self.per_day < self.per_visit:
            faults["per_day"] = _("A day cannot have fewer than one visit.")
        if not all(is_region(code) for rule in self.rules for code in rule.regions):
            faults["form"] = _("Choose regions from the list.")
        if any(page.count("*") > STARS_AT_MOST for rule in self.rules for page in rule.pages):
            faults["form"] = _("A page may have at most %(most)s stars.", most=STARS_AT_MOST)
        if len(self.rules) > RULES_AT_MOST:
            faults["form"] = _("At most %(most)s rules are possible.", most=RULES_AT_MOST)
        if self.is_automatic and not any(rule.is_on for rule in self.rules):
            faults["is_automatic"] = _("Add a rule that says when.")
        if faults:
            raise Invalid(**faults)
