"""Who would receive a visitor with this address on this page, and why a conversation went to whom it went (beyond 2)."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, g, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _

from chat.conversations.access import conversation_for
from chat.conversations.conversations import Conversation
from chat.places.places import credits, place_of
from chat.reception.next_agent import MODES, NextAgent
from chat.reception.receptions import reception_of
from chat.reception.rosters import roster_now
from chat.reception.scopes import EVERYBODY, scope_for
from chat.reception.team import Team
from chat.reception.whys import Names, candidate_as_dict, exclusions_as_dicts, sentence_of_rule, sentences_of_scope, whys_of
from chat.styles.routing import Routing
from chat.styles.sites import Site
from chat.styles.styles import Style
from core.errors import NotFound
from core.forms import Form
from manage.styles.pages import site_numbered
from tenants.companies.settings import Settings
from tenants.people.seats import SeatsUnknown
from tenants.signing_in.current import current_member, needs

style_explanations = Blueprint("style_explanations", __name__, url_prefix="/manage/styles/<int:site_id>/routing/explanation")

# More names than that explain nothing.
NAMED = 50


@style_explanations.get("")
@needs("sites.manage")
def show(site_id):
    """Answers what is asked in the address: ?ip=…&page=… or ?conversation=…"""
    site, form = site_numbered(site_id), Form(request.args)
    return render_template(
        "manage/styles/explanation.html",
        form=form,
        site=site,
        kind=Routing,
        explanation=Explanation(site, form.text("ip", 64), form.text("page", 2000)) if form.text("ip", 64) else None,
        whys=_whys(form),
        credits=credits(),
    )


@dataclass
class Explanation:
    """What the rules make of one address on one page, at this moment."""

    site: Site
    ip: str
    page: str

    def __post_init__(self):
        self.place = place_of(self.ip)
        self.scope = scope_for(self.site, self.ip, self.page)
        self.names = Names()
        self.reception = reception_of(self.site, self.scope, self._roster).told
        self._resolved = (self.scope or EVERYBODY).within(self._roster.departments)

    @property
    def place_name(self) -> str:
        return self.place.name_in(str(get_locale() or "en"))

    @property
    def strategies(self) -> list:
        """Those that match, whether or not the company has the right to any."""
        return Style(self.site)[Routing].regions.matching(self.place, NAMED)

    @property
    def sentences(self) -> list[str]:
        said = sentences_of_scope(self._resolved.as_dict() if self.scope else None, self.names)
        return said or [_("No rule narrows it: everybody who may answer receives this visitor.")]

    @property
    def receivers(self) -> list[str]:
        """Who is in the scope."""
        return sorted(self.names.member(id) for id in self._resolved.members)

    @property
    def decision(self) -> "Decision | None":
        """None while nobody knows who is online."""
        try:
            return Decision(self, NextAgent(self._visitor, Team(g.company), Settings.current()))
        except SeatsUnknown:
            return None

    @property
    def _roster(self):
        if not hasattr(self, "_read"):
            self._read = roster_now(g.company)
        return self._read

    @property
    def _visitor(self) -> Conversation:
        """One that never begins."""
        return Conversation(site_id=self.site.id, scope=self.scope.as_dict() if self.scope else None)


class Decision:
    """Who would get this visitor now, who else could, who not and why."""

    def __init__(self, explanation: Explanation, found: NextAgent):
        names, why = explanation.names, found.why
        self.is_closed = explanation.reception["standing"] == "closed"
        self.is_by_hand = Settings.current().assignment not in MODES
        self.member = found.member
        self.because = sentence_of_rule(found.rule)
        self.candidates = [candidate_as_dict(candidate, names) for candidate in why["candidates"]]
        self.exclusions = exclusions_as_dicts(why["exclusions"], names)


def _whys(form: Form) -> list[dict] | None:
    """None when no conversation was asked for.  One that is not there, or not for this member, is noted beside the field."""
    number = form.id("conversation")
    if not form.text("conversation", 20):
        return None
    try:
        whys = whys_of(conversation_for(current_member(), number))
        return [why | {"at": datetime.fromisoformat(why["at"])} for why in whys]
    except NotFound:
        form.fail("conversation", _("There is no conversation with this number that you may see."))
        return None
