"""The pages on which a style is set, part by part: the same door, the same saving, nothing typed is ever lost (Y-01).

    @style_prompts.get("")
    @needs("sites.manage")
    def edit(site_id):
        return PartPage(site_id, Prompts, "manage/styles/prompts.html").show()

    @style_prompts.post("")
    @needs("sites.manage")
    def update(site_id):
        return PartPage(site_id, Prompts, "manage/styles/prompts.html").save(_typed)

Its template extends manage/styles/_layout.html and begins its form with `part_head` of manage/styles/_part.html.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from chat.styles.sites import Site
from chat.styles.styles import ChangedMeanwhile, Part, Style, StyleVersion
from core.db import db, transaction
from core.errors import NotFound, Refusal
from core.forms import Form
from manage.deeds import noted
from manage.styles.differences import Difference, differences
from manage.styles.terms import StyleState, style_states
from tenants.signing_in.current import current_member

TABS = {
    "manage.styles.edit": _l("Site"),
    "manage.style_launchers.edit": _l("Icon"),
    "manage.style_windows.edit": _l("Window"),
    "manage.style_prompts.edit": _l("Prompts"),
    "manage.style_registration.edit": _l("Registration"),
    "manage.style_routing.edit": _l("Routing"),
    "manage.style_invitations.edit": _l("Invitations"),
    "manage.style_hours.edit": _l("Opening hours"),
    "manage.style_versions.index": _l("Versions"),
}
# Pages that belong to another one's tab.
BELONGS_TO = dict.fromkeys(("manage.identities", "manage.style_renewals", "manage.style_removals"), "manage.styles")
BELONGS_TO |= dict.fromkeys(("manage.style_strategies", "manage.style_explanations"), "manage.style_routing")


class Tab(NamedTuple):
    endpoint: str
    title: str
    is_here: bool


def site_numbered(id: int) -> Site:
    """The one door to a site and its style.  Raises NotFound, also for one that was removed."""
    site = db.session.get(Site, id)
    if site is None or site.removed_at is not None:
        raise NotFound
    return site


def style_blueprints() -> set[str]:
    """Where somebody is at work on a style."""
    return {endpoint.rpartition(".")[0] for endpoint in TABS} | BELONGS_TO.keys()


def style_tabs() -> list[Tab]:
    """The pages of one style."""
    here = BELONGS_TO.get(request.blueprint, request.blueprint)
    there = [endpoint for endpoint in TABS if endpoint in current_app.view_functions]
    return [Tab(endpoint, str(TABS[endpoint]), endpoint.rpartition(".")[0] == here) for endpoint in there]


def style_state(site: Site) -> StyleState:
    """Until when it may be shown."""
    return next(state for state in style_states(g.company, Site.all()) if state.site.id == site.id)


@dataclass
class PartPage:
    """One part of one site's style on its page.  `more(form)` gives what its template wants besides."""

    site_id: int
    kind: type[Part]
    template: str
    more: Callable[[Form], dict] = lambda form: {}
    # What somebody else has changed while this was typed.
    meanwhile: list[Difference] = field(default_factory=list)
    # The version the author of what was typed has seen; None: the one in force.
    seen: int | None = None
    # What came of trying out what was typed.
    tried: object | None = None

    @property
    def site(self) -> Site:
        """Raises NotFound."""
        return site_numbered(self.site_id)

    @property
    def part(self) -> Part:
        """As it was set, whatever the company has the right to."""
        return Style(self.site)[self.kind]

    def show(self, form: Form | None = None) -> str:
        """The page with this form, or with the part as it is: then every field has its own name."""
        site, form = self.site, form or Form(self.part.as_dict())
        return render_template(
            self.template,
            form=form,
            site=site,
            part=self.part,
            kind=self.kind,
            seen=Style(site).version_of(self.kind) if self.seen is None else self.seen,
            meanwhile=self.meanwhile,
            tried=self.tried,
            **self.more(form),
        )

    def save(self, typed: Callable[[Form], Part]) -> Response | tuple[str, int]:
        """Save what `typed` reads from the form (it may `form.fail`), and show it again; or with what is wrong beside it."""
        form = Form(MultiDict(request.form))
        try:
            with transaction():
                self._save(form, typed)
        except ChangedMeanwhile as refusal:
            self.meanwhile = self._changes_since(form.id("seen"))
            return self._refused(form, refusal)
        except NotFound:
            raise
        except Refusal as refusal:
            self.seen = form.id("seen") or 0
            return self._refused(form, refusal)
        flash(_("Saved. Open pages show it within seconds."), "success")
        return redirect(url_for(request.endpoint.rpartition(".")[0] + ".edit", site_id=self.site_id))

    def try_out(self, typed: Callable[[Form], Part], outcome: Callable[[Part], object]) -> str | tuple[str, int]:
        """Show what was typed again, unsaved, with the outcome of what `typed` reads from it; or with what is wrong beside it."""
        form = Form(MultiDict(request.form))
        self.seen = form.id("seen") or 0
        try:
            part = _read(form, typed)
            part.check()
            self.tried = outcome(part)
        except NotFound:
            raise
        except Refusal as refusal:
            return self._refused(form, refusal)
        return self.show(form)

    def _save(self, form: Form, typed: Callable[[Form], Part]) -> None:
        site, part = self.site, _read(form, typed)
        version = Style(site).save(part, current_member(), seen=form.id("seen") or 0)
        if version is not None:
            noted("style.changed", site, site=site.name, part=str(self.kind.title), version=version.number)

    def _changes_since(self, seen: int | None) -> list[Difference]:
        versions = {version.number: version for version in StyleVersion.of(self.site, self.kind)}
        return differences(versions[seen].value if seen in versions else self.kind.at_first(), self.part)

    def _refused(self, form: Form, refusal: Refusal) -> tuple[str, int]:
        form.refuse(refusal)
        return self.show(form), refusal.status


def _read(form: Form, typed: Callable[[Form], Part]) -> Part:
    """Raises Invalid."""
    part = typed(form)
    form.check()
    return part
